/**
 * The table's rules over nodes. Where the table's partial carries a guard or a rewriting that only floating point
 * wants, the textbook's form stands here, with the same value wherever the derivative exists (but for isolated points:
 * `x^p * log(x)` at x = 0, and `p * x^(p - 1)` at x = 0 and p = 0, are not a number).
 */
import { type Algebra, makeAlgebra } from '../../ops/algebra.js';
import type { Args, ElementwiseRow, Partial } from '../../ops/row.js';
import { elementwiseRow } from '../../ops/table.js';
import { add, combine, divide, mul, multiply, select } from './arithmetic.js';
import type { Node } from './node.js';
import * as r from './rational.js';
import { buildCall } from './rules.js';
import type { Space } from './space.js';

const algebras = new WeakMap<Space, Algebra<Node>>();

/** Rows that formulas cannot call are spelled out by their definitions. */
export function nodeAlgebra(s: Space): Algebra<Node> {
  const known = algebras.get(s);
  if (known) return known;
  const algebra = makeAlgebra<Node>(
    (value) => s.num(value),
    (name, args) => {
      const row = elementwiseRow(name);
      const spelled = row?.hidden && row.definition;
      return spelled ? spelled(nodeAlgebra(s), args as unknown as Args<Node>) : buildCall(s, name, args);
    },
    (condition, a, b) => select(s, condition, a, b),
  );
  algebras.set(s, algebra);
  return algebra;
}

type Textbook = (s: Space, args: Args<Node>, y: Node) => Node;

const overSquare = (s: Space, numerator: Node, y: Node, x: Node, sign: r.Rational): Node => {
  const square = add(s, mul(s, x, x), mul(s, y, y));
  return multiply(
    s,
    [
      [numerator, r.one],
      [square, r.minusOne],
    ],
    sign,
  );
};

/** Partials that are the same everywhere, so the arguments need not be known. */
const constant: Readonly<Record<string, readonly number[]>> = { add: [1, 1], sub: [1, -1], neg: [-1] };

/** sign · (x² + constant)^exponent, or the same of -x². */
const ofSquare =
  (sign: r.Rational, square: r.Rational, constant: r.Rational, exponent: r.Rational): Textbook =>
  (s, [x]) => {
    const inside = combine(s, [
      [square, mul(s, x, x)],
      [constant, s.num(1)],
    ]);
    return multiply(s, [[inside, exponent]], sign);
  };

const inverseRoot = r.negative(r.half);

const textbook: Readonly<Record<string, readonly Textbook[]>> = {
  asin: [ofSquare(r.one, r.minusOne, r.one, inverseRoot)],
  acos: [ofSquare(r.minusOne, r.minusOne, r.one, inverseRoot)],
  atanh: [ofSquare(r.one, r.minusOne, r.one, r.minusOne)],
  asinh: [ofSquare(r.one, r.one, r.one, inverseRoot)],
  acosh: [ofSquare(r.one, r.one, r.minusOne, inverseRoot)],
  pow: [
    (s, [x, p]) => mul(s, p, buildCall(s, 'pow', [x, add(s, p, s.num(-1))])),
    (s, [x], y) => mul(s, y, buildCall(s, 'log', [x])),
  ],
  hypot: [(s, [a], y) => divide(s, a, y), (s, [, b], y) => divide(s, b, y)],
  atan2: [(s, [y, x]) => overSquare(s, x, y, x, r.one), (s, [y, x]) => overSquare(s, y, y, x, r.minusOne)],
};

/**
 * The partial derivative of a row with respect to argument k, or undefined where it is zero. Arguments and result are
 * asked for only where they matter.
 */
export function partialOf(
  s: Space,
  row: ElementwiseRow,
  k: number,
  argsOf: () => readonly Node[],
  resultOf: () => Node,
): Node | undefined {
  const partial = row.partials[k] as Partial;
  if (partial === 'zero') return undefined;
  const slope = constant[row.name]?.[k];
  if (slope !== undefined) return s.num(slope);
  const [args, y] = [argsOf(), resultOf()];
  const [first] = args as [Node];
  const three: Args<Node> = [first, args[1] ?? first, args[2] ?? first];
  const known = textbook[row.name]?.[k];
  return known ? known(s, three, y) : partial(nodeAlgebra(s), three, y);
}
