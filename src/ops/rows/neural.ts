/** Activation functions. */
import type { Algebra } from '../algebra.js';
import type { ElementwiseDraft } from '../row.js';

const ANY = [-10, 10] as const;

/** The standard normal distribution function, by erfc, which does not cancel to the left. */
const normal = <T>(k: Algebra<T>, x: T): T =>
  k.mul(k.num(0.5), k.call('erfc', k.div(k.neg(x), k.sqrt(k.num(2)))));

export const neural: readonly ElementwiseDraft[] = [
  {
    name: 'relu',
    params: ['x'],
    summary: 'x where positive, else 0',
    derivative: '1 where x > 0, else 0',
    definition: (k, [x]) => k.call('maximum', x, k.num(0)),
    code: { form: 'helper' },
    exact: true,
    partials: [(k, [x]) => k.select(k.lt(k.num(0), x), k.num(1), k.num(0))],
    kinks: [{ at: (x) => x === 0, convention: 'relu has one-sided derivatives 0 and 1 at 0; 0 is used' }],
    ranges: [ANY],
  },
  {
    name: 'sigmoid',
    params: ['x'],
    summary: 'logistic function 1 / (1 + exp(-x))',
    derivative: 'sigmoid(x) * sigmoid(-x)',
    definition: (k, [x]) => {
      const small = k.exp(k.neg(k.abs(x)));
      const numerator = k.select(k.lt(x, k.num(0)), small, k.num(1));
      return k.div(numerator, k.add(k.num(1), small));
    },
    code: { form: 'helper' },
    // Not y·(1 - y): that is 0 from x = 37 on, where the derivative is 8e-17.
    partials: [(k, [x], y) => k.mul(y, k.call('sigmoid', k.neg(x)))],
    ranges: [ANY],
  },
  {
    name: 'softplus',
    params: ['x'],
    summary: 'log(1 + exp(x)) without overflow',
    derivative: 'sigmoid(x)',
    definition: (k, [x]) => k.add(k.call('maximum', x, k.num(0)), k.call('log1p', k.exp(k.neg(k.abs(x))))),
    code: { form: 'helper' },
    partials: [(k, [x]) => k.call('sigmoid', x)],
    ranges: [ANY],
  },
  {
    name: 'silu',
    params: ['x'],
    summary: 'x * sigmoid(x)',
    derivative: 'sigmoid(x) * (1 + x * sigmoid(-x))',
    definition: (k, [x]) => k.mul(x, k.call('sigmoid', x)),
    code: { form: 'helper' },
    partials: [
      (k, [x]) => {
        const right = k.call('sigmoid', x);
        const left = k.call('sigmoid', k.neg(x));
        return k.mul(right, k.add(k.num(1), k.mul(x, left)));
      },
    ],
    ranges: [ANY],
  },
  {
    name: 'gelu',
    params: ['x'],
    summary: 'x times the standard normal distribution function of x, by erf',
    derivative: 'erfc(-x/sqrt(2))/2 + x * exp(-x^2/2)/sqrt(2*pi)',
    definition: (k, [x]) => k.mul(x, normal(k, x)),
    code: { form: 'helper' },
    partials: [
      (k, [x]) => {
        const density = k.div(
          k.exp(k.mul(k.num(-0.5), k.mul(x, x))),
          k.mul(k.sqrt(k.num(2)), k.sqrt(k.num(Math.PI))),
        );
        return k.add(normal(k, x), k.mul(x, density));
      },
    ],
    ranges: [ANY],
  },
];
