/**
 * Rules that may make a node shorter. Each offers forms of the same value; which is taken is decided by the cost of
 * the whole. All are `real`: they hold over the real numbers wherever the left side is defined.
 */
import { factorsOf } from '../arithmetic.js';
import type { Node } from '../node.js';
import { grouped, multipliedOut, normalForms, regrouped, shiftedPowers, signMoved } from './arrange.js';
import { complement, divided, doubled, type Forms, hyperbolic, logistic, multiplied, squaresJoined, twice } from './functions.js'; // biome-ignore format: one line

export interface ShorteningRule {
  readonly name: string;
  readonly sound: 'real';
  /** An example, both sides in the language: for readers and for tests. */
  readonly from: string;
  readonly to: string;
  readonly apply: Forms;
}

export const shorteningRules: readonly ShorteningRule[] = [
  {
    name: 'double angle of sine',
    sound: 'real',
    from: '2*sin(x)*cos(x)',
    to: 'sin(2*x)',
    apply: doubled('sin', 'cos', 'sin'),
  },
  {
    name: 'double angle of sinh',
    sound: 'real',
    from: '2*sinh(x)*cosh(x)',
    to: 'sinh(2*x)',
    apply: doubled('sinh', 'cosh', 'sinh'),
  },
  {
    name: 'double angle of cosine',
    sound: 'real',
    from: 'cos(x)^2 - sin(x)^2',
    to: 'cos(2*x)',
    apply: squaresJoined('cos', 'sin', -1n, twice('cos')),
  },
  {
    name: 'double angle of cosh',
    sound: 'real',
    from: 'cosh(x)^2 + sinh(x)^2',
    to: 'cosh(2*x)',
    apply: squaresJoined('cosh', 'sinh', 1n, twice('cosh')),
  },
  {
    name: 'sine over cosine',
    sound: 'real',
    from: 'sin(x)/cos(x)',
    to: 'tan(x)',
    apply: divided('sin', 'cos', 'tan'),
  },
  {
    name: 'sinh over cosh',
    sound: 'real',
    from: 'sinh(x)/cosh(x)',
    to: 'tanh(x)',
    apply: divided('sinh', 'cosh', 'tanh'),
  },
  {
    name: 'tangent times cosine',
    sound: 'real',
    from: 'tan(x)*cos(x)',
    to: 'sin(x)',
    apply: multiplied('tan', 'cos', 'sin'),
  },
  {
    name: 'tanh times cosh',
    sound: 'real',
    from: 'tanh(x)*cosh(x)',
    to: 'sinh(x)',
    apply: multiplied('tanh', 'cosh', 'sinh'),
  },
  {
    name: 'hyperbolic functions',
    sound: 'real',
    from: '(exp(x) + exp(-x))/2',
    to: 'cosh(x)',
    apply: hyperbolic,
  },
  { name: 'logistic function', sound: 'real', from: '1/(exp(x) + 1)', to: 'sigmoid(-x)', apply: logistic },
  {
    name: 'complement of the logistic function',
    sound: 'real',
    from: '1 - sigmoid(x)',
    to: 'sigmoid(-x)',
    apply: complement,
  },
  { name: 'one fraction', sound: 'real', from: '1/(x*(1/x + y))', to: '1/(x*y + 1)', apply: normalForms },
  {
    name: 'a factor of some terms',
    sound: 'real',
    from: 'x*y + x*exp(y) + y',
    to: 'x*(y + exp(y)) + y',
    apply: grouped,
  },
  {
    name: 'a sum inside a sum',
    sound: 'real',
    from: 'y*(x - 3*y) - x + 3*y',
    to: '(y - 1)*(x - 3*y)',
    apply: regrouped,
  },
  {
    name: 'powers of products',
    sound: 'real',
    from: '(x/y)^(x - 1)*x',
    to: '(x/y)^x*y',
    apply: shiftedPowers,
  },
  {
    name: 'the sign of a difference',
    sound: 'real',
    from: '-((x - y)/y)',
    to: '(y - x)/y',
    apply: signMoved,
  },
  {
    name: 'products multiplied out',
    sound: 'real',
    from: '2*(x - y/2)',
    to: '2*x - y',
    apply: multipliedOut,
  },
];

/** Whether a node is a polynomial in one variable: as a whole answer it stands as textbooks have it. */
export function isPolynomial(n: Node): boolean {
  if (n.kind !== 'add') return false;
  const variable = factorsOf(n.terms[0]?.[1] as Node)[0]?.[0];
  if (variable?.kind !== 'at') return false;
  return n.terms.every(([, t]) => factorsOf(t).every(([b, e]) => b === variable && e.n > 0n));
}
