/** What lowering carries along: the builder, the scopes, the dimensions, and the faults found so far. */
import type { Expr, ProgramNode } from '../../../grammar/ast.js';
import type { Dim, Shape } from '../../core/affine.js';
import { AdcError, type Diagnostic, LimitError } from '../../core/diagnostic.js';
import type { Span } from '../../core/span.js';
import type { Builder } from '../builder.js';
import { poison, type Term } from '../term.js';
import type { TensorType, Value } from '../types.js';
import type { Unifier } from '../unify.js';

interface Binding {
  readonly term: Term;
  readonly span: Span;
  /** Whether disuse is worth a warning. */
  readonly watched: boolean;
  used: boolean;
}

export class Scope {
  private readonly names = new Map<string, Binding>();

  constructor(private readonly outer?: Scope) {}

  has(name: string): boolean {
    return this.names.has(name);
  }

  declare(name: string, term: Term, span: Span, watched: boolean): void {
    this.names.set(name, { term, span, watched, used: false });
  }

  lookup(name: string): Term | undefined {
    const binding = this.names.get(name);
    if (!binding) return this.outer?.lookup(name);
    binding.used = true;
    return binding.term;
  }

  all(): string[] {
    return [...this.names.keys(), ...(this.outer?.all() ?? [])];
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
  readonly bound: ReadonlySet<string>;
  readonly errors: Diagnostic[];
  readonly remarks: Diagnostic[];
  /** Named values at the top of the program, in order. */
  readonly named: Map<string, Value>;
  /** Sizes that may not be negative, found on the way. */
  readonly requires: Dim[];
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
