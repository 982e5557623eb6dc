/** What lowering carries along: the builder, the scopes, the dimensions, and the faults found so far. */
import type { Expr, FnStatement, LetStatement, ProgramNode } from '../../../grammar/ast.js';
import type { Dim, Shape } from '../../core/affine.js';
import { AdcError, type Diagnostic, LimitError } from '../../core/diagnostic.js';
import type { Span } from '../../core/span.js';
import type { Builder } from '../builder.js';
import { poison, type Term, valueTerm } from '../term.js';
import type { Func, Param, TensorType, Value } from '../types.js';
import type { Unifier } from '../unify.js';

/** What a name stands for. A `var` may be given another term; a `counter` belongs to a loop. */
export interface Binding {
  readonly kind: 'value' | 'var' | 'counter';
  term: Term;
  readonly span: Span;
  /** The type of a var, which stays, whatever is assigned to it. */
  readonly type: TensorType;
  /** The declaration of a var. */
  readonly declaration?: LetStatement;
  /** Whether disuse is worth a warning. */
  readonly watched: boolean;
  used: boolean;
}

export interface Found {
  readonly binding: Binding;
  readonly walls: ReadonlySet<Wall>;
  /** The builder of the value that the name stands for. */
  readonly owner: Builder | undefined;
}

/** A function of the program, with the names that are in scope where it is defined. */
export interface FunctionBinding {
  readonly node: FnStatement;
  readonly scope: Scope;
}

/**
 * What a scope keeps apart from those around it: a function does not see the vars there, and a comprehension cannot
 * assign to them.
 */
export type Wall = 'function' | 'comprehension';

export class Scope {
  private readonly names = new Map<string, Binding>();
  private readonly functions = new Map<string, FunctionBinding>();

  /** The builder of the values that names here stand for. */
  readonly owner: Builder | undefined;

  constructor(
    private readonly outer?: Scope,
    readonly wall?: Wall,
    owner: Builder | undefined = outer?.owner,
  ) {
    this.owner = owner;
  }

  has(name: string): boolean {
    return this.names.has(name);
  }

  hasFunction(name: string): boolean {
    return this.functions.has(name);
  }

  declare(name: string, term: Term, span: Span, watched: boolean, kind: Binding['kind'] = 'value'): void {
    this.bind(name, { kind, term, span, type: term.type, watched, used: false });
  }

  bind(name: string, binding: Binding): void {
    this.names.set(name, binding);
  }

  define(name: string, binding: FunctionBinding): void {
    this.functions.set(name, binding);
  }

  /** The binding of a name, with the walls between. */
  find(name: string): Found | undefined {
    const walls = new Set<Wall>();
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const binding = scope.names.get(name);
      if (binding) return { binding, walls, owner: scope.owner };
      if (scope.wall) walls.add(scope.wall);
    }
    return undefined;
  }

  function(name: string): FunctionBinding | undefined {
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const found = scope.functions.get(name);
      if (found) return found;
    }
    return undefined;
  }

  all(): string[] {
    return [...this.names.keys(), ...(this.outer?.all() ?? [])].filter((name) => !name.startsWith('%'));
  }

  allFunctions(): string[] {
    return [...this.functions.keys(), ...(this.outer?.allFunctions() ?? [])];
  }

  /** The vars that this scope itself declares. */
  vars(): [string, Binding][] {
    return [...this.names].filter(([, b]) => b.kind === 'var');
  }

  unused(): { name: string; span: Span }[] {
    return [...this.names]
      .filter(([, b]) => b.watched && !b.used)
      .map(([name, b]) => ({ name, span: b.span }));
  }
}

/** A function that is built on its own takes the values around it that it uses as further arguments. */
export interface Frame {
  readonly captures: Map<Binding, { readonly found: Found; readonly term: Term }>;
  readonly params: Param[];
}

/** What is known of a function for certain arguments. */
export interface Instance {
  /** How many values one copy of it makes. */
  readonly cost: number;
  /** What it is, where that is known without running. */
  readonly term?: Term;
  /** The function made of it; null where it can only be copied. */
  func?: Callable | null;
}

export interface Callable {
  readonly name: string;
  readonly result: TensorType;
  readonly captures: readonly Found[];
}

export interface Context {
  b: Builder;
  readonly program: ProgramNode;
  readonly dims: Unifier;
  /** Names bound anywhere in the program, to tell "not yet" from "not at all". */
  readonly bound: ReadonlyMap<string, number>;
  /** Those of them that only loops and comprehensions bind. */
  readonly counters: ReadonlySet<string>;
  /** Vars that hold floats although they begin as integers: something assigned to them is a float. */
  readonly floats: Set<LetStatement>;
  /** A var had to be taken for a float after all: what has been lowered is to be lowered anew. */
  stale: boolean;
  readonly errors: Diagnostic[];
  readonly remarks: Diagnostic[];
  /** Named values at the top of the program, in order. */
  readonly named: Map<string, Value>;
  /** Sizes that may not be negative, found on the way. */
  readonly requires: Dim[];
  /** The calls that are being lowered, outermost first, by what their instances are made for. */
  readonly calls: string[];
  /** How many calls have been lowered, and how many values their copies have made. */
  copies: number;
  copied: number;
  readonly instances: WeakMap<FunctionBinding, Map<string, Instance>>;
  /** The functions that are called rather than copied. */
  readonly functions: Map<string, Func>;
  /** Of the function that is being built on its own. */
  frame: Frame | undefined;
  /** How many comprehensions the present place is in. */
  mapping: number;
  scope: Scope;
  /** Lowers an expression; on a fault it notes it and returns poison. */
  expression(e: Expr): Term;
}

/** Runs `work`; a fault is noted and becomes poison. */
export function guarded(cx: Context, work: () => Term): Term {
  try {
    return work();
  } catch (e) {
    if (!(e instanceof AdcError) || e instanceof LimitError) throw e;
    cx.errors.push(...e.diagnostics);
    return poison;
  }
}

export function shapeOf(cx: Context, t: { readonly type: TensorType }): Shape {
  return cx.dims.resolveShape(t.type.shape);
}

/** What a name stands for, here: a value of another function is passed in as an argument. */
export function termOf(cx: Context, found: Found): Term {
  const { term } = found.binding;
  if (!term.value || term.poison || found.owner === cx.b || !cx.frame) return term;
  const known = cx.frame.captures.get(found.binding);
  if (known) return known.term;
  const param = cx.b.param(term.value.name ?? 'captured', term.value.type, 'param');
  cx.frame.params.push(param);
  const { truth } = term;
  const inner: Term = { ...valueTerm(param.value, term.span), ...(truth !== undefined && { truth }) };
  cx.frame.captures.set(found.binding, { found, term: inner });
  return inner;
}

export function isOne(dim: Dim): boolean {
  return dim === 1;
}
