/**
 * The symbolic derivative: from a function of the upper IR to a formula for the gradient, in linear-algebra notation
 * whatever the length.
 *
 * Values become scalars with named indices (Laue, Mitterreiter, Giesen: Computing Higher Order Derivatives of Matrix
 * and Tensor Expressions, 2018; A Simple and Efficient Tensor Calculus, 2020); adjoint expressions are accumulated
 * backwards over the program, simplified, and raised to matrix notation. Only the table of partials is shared with the
 * other ways of differentiating.
 */
import type { Expr, Statement } from '../../../grammar/ast.js';
import type { Dim, Shape } from '../../core/affine.js';
import { during } from '../../core/deadline.js';
import type { Func, Value } from '../../ir/types.js';
import { Adjoints } from './adjoint.js';
import { mul } from './arithmetic.js';
import { Components } from './components.js';
import { delta } from './delta.js';
import { countOf, instances } from './elements.js';
import { Expansion, flattened } from './expand.js';
import { Matrices, type Matrix } from './matrix.js';
import { type DeltaNode, type Index, type Node, partsOf, placeOf } from './node.js';
import { Raiser } from './raise.js';
import { Fitter, type Sized, Unraisable } from './shaped.js';
import { write } from './share.js';
import { Shortener, withDeltasApart } from './shorten/index.js';
import { Space } from './space.js';
import { Unavailable } from './unavailable.js';

export { countOperations } from './operations.js';

export interface SymbolicOptions {
  /** For each element of the result its gradient: the result's axes come before the variable's. */
  readonly jacobian?: boolean;
  /** A variable of the result's shape that weighs its elements; without it they are added up. */
  readonly cotangent?: string;
}

/** A gradient as a formula: `let` statements for shared terms, and the expression. */
export interface SymbolicFormula {
  readonly statements: Statement[];
  readonly expression: Expr;
}

export type SymbolicResult =
  | { readonly gradients: Map<string, SymbolicFormula> }
  | { readonly unavailable: string };

/**
 * Formulas for the gradient of Σ cotangent·result with respect to each named parameter. They refer only to the
 * parameters of the function (and the cotangent), and give the gradient wherever it exists.
 */
export function symbolicGradient(
  func: Func,
  wrt: readonly string[],
  options: SymbolicOptions = {},
): SymbolicResult {
  during('differentiating symbolically');
  try {
    return { gradients: new Derivation(func, wrt, options).gradients(wrt) };
  } catch (e) {
    if (e instanceof Unavailable) return { unavailable: e.message };
    throw e;
  }
}

/** In longer programs products keep the nesting that the program gives them: what it shares stays shared. */
const LONG = 150;

class Derivation {
  private readonly space: Space;
  private readonly values: Expansion;
  private readonly adjoints: Adjoints;
  private readonly raiser: Raiser;
  private readonly shortener: Shortener;
  private readonly taken: Set<string>;
  private readonly outer: readonly Index[];

  constructor(
    private readonly func: Func,
    wrt: readonly string[],
    { cotangent, jacobian }: SymbolicOptions,
  ) {
    const output = func.body.results[0] as Value;
    this.space = new Space(flattened(func.body).length > LONG ? 1 : undefined);
    this.shortener = new Shortener(this.space);
    const { shape } = output.type;
    this.outer = jacobian ? shape.map((d, k) => this.space.outer(k, d)) : [];
    this.values = new Expansion(this.space, func);
    this.adjoints = new Adjoints(this.values, func, new Set(wrt));
    const seed = cotangent === undefined ? this.unit(shape) : this.values.parameter(cotangent, shape);
    this.adjoints.sweep(output, seed);
    const sized: Sized[] = func.params.map((p) => ({ name: p.name, shape: p.value.type.shape }));
    if (cotangent !== undefined) sized.push({ name: cotangent, shape });
    const rank = (p: Sized) => (p.shape.length === 1 ? 0 : 1);
    sized.sort((a, b) => rank(a) - rank(b));
    this.raiser = new Raiser(this.space, new Fitter(new Matrices(), sized));
    this.taken = new Set([...sized.map((p) => p.name), 'pi', 'e', 'tau', 'inf']);
  }

  /** One, or what picks the element of the result at the outer indices. */
  private unit(shape: Shape): Node {
    const deltas = this.outer.map((i, k) =>
      delta(this.space, placeOf(this.space.axis(k, shape[k] as Dim)), placeOf(i)),
    );
    return mul(this.space, ...deltas);
  }

  gradients(wrt: readonly string[]): Map<string, SymbolicFormula> {
    const formulas = new Map<string, SymbolicFormula>();
    for (const name of wrt) {
      const param = this.func.params.find((p) => p.name === name);
      if (!param) continue;
      const target = [...this.outer, ...this.space.axes(param.value.type.shape)];
      const formula = this.formula(this.shortest(this.adjoints.of(param.value)), target, name);
      formulas.set(name, write(formula, this.taken, this.names()));
    }
    return formulas;
  }

  private shortest(node: Node): Node {
    const short = this.shortener.shortest(node);
    return this.outer.length > 0 ? withDeltasApart(this.space, short) : short;
  }

  /** Whole where that has a matrix form, else element by element where there are few. */
  private formula(node: Node, target: readonly Index[], name: string): Matrix {
    const small = countOf(target) !== undefined && target.length > 0;
    if (small && picksElements(node)) {
      const listed = this.listed(node, target);
      if (listed) return listed;
    }
    const elementwise = target.length > 2 && picks(node, () => true);
    const written = elementwise ? this.comprehension(node, target) : undefined;
    if (written) return written;
    try {
      return this.raiser.fitter.exact(this.raiser.raise(node), target);
    } catch (e) {
      if (!(e instanceof Unraisable)) throw e;
      const other = (small ? this.listed(node, target) : undefined) ?? this.comprehension(node, target);
      if (other) return other;
      throw new Unavailable(
        `The derivative with respect to ${name} has no short matrix form: it needs ${e.message}.`,
      );
    }
  }

  private comprehension(node: Node, target: readonly Index[]): Matrix | undefined {
    try {
      return new Components(this.space, this.raiser, this.taken).list(node, target);
    } catch (e) {
      if (e instanceof Unraisable) return undefined;
      throw e;
    }
  }

  private listed(node: Node, target: readonly Index[]): Matrix | undefined {
    const elements = instances(this.space, node, target) as Node[];
    try {
      let rows = elements.map((e) => this.raiser.fitter.exact(this.raiser.raise(e), []));
      for (const { dim } of [...target].reverse()) {
        const size = dim as number;
        const next: Matrix[] = [];
        for (let i = 0; i < rows.length; i += size)
          next.push(this.raiser.fitter.matrices.list(rows.slice(i, i + size)));
        rows = next;
      }
      return rows[0];
    } catch (e) {
      if (e instanceof Unraisable) return undefined;
      throw e;
    }
  }

  private known: Map<Matrix, string> | undefined;

  /** The names that the program gives to formulas. They are looked for only when something is shared. */
  private names(): (m: Matrix) => string | undefined {
    return (m) => {
      this.known ??= this.namedFormulas();
      return this.known.get(m);
    };
  }

  private namedFormulas(): Map<Matrix, string> {
    const known = new Map<Matrix, string>();
    for (const value of this.values.ops.flatMap((op) => op.results)) {
      if (value.name === undefined) continue;
      try {
        const axes = this.space.axes(value.type.shape);
        known.set(this.raiser.fitter.exact(this.raiser.raise(this.values.of(value)), axes), value.name);
      } catch (e) {
        if (!(e instanceof Unraisable) && !(e instanceof Unavailable)) throw e;
      }
    }
    return known;
  }
}

/** Whether single elements are picked out by deltas: then a list of elements reads best. */
const picksElements = (root: Node) => picks(root, (d) => d.right.base === undefined);

/** Whether a node is made of terms with such deltas. */
function picks(root: Node, which: (d: DeltaNode) => boolean): boolean {
  const seen = new Set<Node>([root]);
  const stack = [root];
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (n.kind === 'delta' && which(n)) return true;
    if (n.kind !== 'add' && n.kind !== 'mul') continue;
    for (const p of partsOf(n)) {
      if (seen.has(p)) continue;
      seen.add(p);
      stack.push(p);
    }
  }
  return false;
}
