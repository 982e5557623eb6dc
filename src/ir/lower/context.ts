/** What lowering carries along: the builder, the scopes, the dimensions, and the faults found so far. */
import type { Expr, FnStatement, LetStatement, ProgramNode } from '../../../grammar/ast.js';
import type { Dim, Shape } from '../../core/affine.js';
import { AdcError, type Diagnostic, LimitError } from '../../core/diagnostic.js';
import type { Span } from '../../core/span.js';
import type { Builder } from '../builder.js';
import { poison, type Term } from '../term.js';
import type { TensorType, Value } from '../types.js';
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

  constructor(
    private readonly outer?: Scope,
    readonly wall?: Wall,
  ) {}

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
  find(name: string): { readonly binding: Binding; readonly walls: ReadonlySet<Wall> } | undefined {
    const walls = new Set<Wall>();
    for (let scope: Scope | undefined = this; scope; scope = scope.outer) {
      const binding = scope.names.get(name);
      if (binding) return { binding, walls };
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

export interface Context {
  readonly b: Builder;
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
  /** How many calls have been lowered. */
  instances: number;
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

export function isOne(dim: Dim): boolean {
  return dim === 1;
}
