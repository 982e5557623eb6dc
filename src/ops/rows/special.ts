/** Special functions: the error function and its relatives, the gamma function and its derivatives. */

import type { Algebra } from '../algebra.js';
import { erf, erfc, erfinv } from '../carried/erf.js';
import { beta, gamma, lgamma } from '../carried/gamma.js';
import { digamma, digammaGap, polygamma, trigamma } from '../carried/polygamma.js';
import type { ElementwiseDraft } from '../row.js';

const NO_POLE = 'x not 0, -1, -2, …';
const pole = (x: number) => x <= 0 && Number.isInteger(x);

/** 2/√π·exp(-x²) */
const bell = <T>(k: Algebra<T>, x: T): T =>
  k.mul(k.div(k.num(2), k.sqrt(k.num(Math.PI))), k.exp(k.neg(k.mul(x, x))));

export const special: readonly ElementwiseDraft[] = [
  {
    name: 'erf',
    params: ['x'],
    summary: 'error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x',
    derivative: '2/sqrt(pi) * exp(-x^2)',
    value: erf,
    code: { form: 'carried' },
    partials: [(k, [x]) => bell(k, x)],
    ranges: [[-4, 4]],
  },
  {
    name: 'erfc',
    params: ['x'],
    summary: '1 - erf(x), exact where that cancels',
    derivative: '-2/sqrt(pi) * exp(-x^2)',
    value: erfc,
    code: { form: 'carried' },
    partials: [(k, [x]) => k.neg(bell(k, x))],
    ranges: [[-4, 6]],
  },
  {
    name: 'erfinv',
    params: ['x'],
    summary: 'inverse of the error function',
    derivative: 'sqrt(pi)/2 * exp(erfinv(x)^2)',
    value: erfinv,
    code: { form: 'carried' },
    partials: [(k, _args, y) => k.mul(k.div(k.sqrt(k.num(Math.PI)), k.num(2)), k.exp(k.mul(y, y)))],
    domain: (x) => Math.abs(x) <= 1,
    ranges: [[-0.95, 0.95]],
  },
  {
    name: 'gamma',
    params: ['x'],
    summary: 'gamma function; gamma(n + 1) is n!',
    derivative: 'gamma(x) * digamma(x)',
    value: gamma,
    code: { form: 'carried' },
    partials: [(k, [x], y) => k.mul(y, k.call('digamma', x))],
    domain: (x) => !pole(x),
    defined: NO_POLE,
    ranges: [[0.1, 10]],
  },
  {
    name: 'lgamma',
    params: ['x'],
    summary: 'log(abs(gamma(x))) without overflow',
    derivative: 'digamma(x)',
    value: lgamma,
    code: { form: 'carried' },
    partials: [(k, [x]) => k.call('digamma', x)],
    domain: (x) => !pole(x),
    defined: NO_POLE,
    ranges: [[0.1, 30]],
  },
  {
    name: 'digamma',
    params: ['x'],
    summary: 'derivative of lgamma',
    derivative: 'trigamma(x)',
    value: digamma,
    code: { form: 'carried' },
    partials: [(k, [x]) => k.call('trigamma', x)],
    domain: (x) => !pole(x),
    defined: NO_POLE,
    ranges: [[0.1, 20]],
  },
  {
    name: 'trigamma',
    params: ['x'],
    summary: 'derivative of digamma',
    derivative: 'polygamma(2, x)',
    value: trigamma,
    code: { form: 'carried' },
    partials: [(k, [x]) => k.call('polygamma', k.num(2), x)],
    domain: (x) => !pole(x),
    defined: NO_POLE,
    ranges: [[0.1, 20]],
  },
  {
    name: 'polygamma',
    params: ['n', 'x'],
    summary: 'derivative of order n of digamma, n a whole number up to 1000',
    derivative: '0, polygamma(n + 1, x)',
    value: polygamma,
    code: { form: 'carried' },
    partials: ['zero', (k, [n, x]) => k.call('polygamma', k.add(n, k.num(1)), x)],
    domain: (n, x) => n >= 0 && Number.isInteger(n) && n <= (x > 0 ? 1000 : 100) && !pole(x),
    defined: `n whole, ${NO_POLE}`,
    whole: [0],
    ranges: [
      [0, 6],
      [0.1, 20],
    ],
  },
  {
    name: 'digammaGap',
    params: ['x', 'd'],
    summary: 'digamma(x + d) - digamma(x)',
    derivative: 'trigamma(x + d) - trigamma(x), trigamma(x + d)',
    hidden: true,
    value: digammaGap,
    definition: (k, [x, d]) => k.sub(k.call('digamma', k.add(x, d)), k.call('digamma', x)),
    code: { form: 'carried' },
    partials: [
      (k, [x, d]) => k.sub(k.call('trigamma', k.add(x, d)), k.call('trigamma', x)),
      (k, [x, d]) => k.call('trigamma', k.add(x, d)),
    ],
    domain: (x, d) => !pole(x) && !pole(x + d),
    ranges: [
      [0.1, 6],
      [0.1, 6],
    ],
  },
  {
    name: 'beta',
    params: ['a', 'b'],
    summary: 'beta function gamma(a) * gamma(b) / gamma(a + b)',
    derivative: 'beta(a, b) * (digamma(a) - digamma(a + b)), likewise for b',
    value: beta,
    code: { form: 'carried' },
    partials: [
      (k, [a, b], y) => k.neg(k.mul(y, k.call('digammaGap', a, b))),
      (k, [a, b], y) => k.neg(k.mul(y, k.call('digammaGap', b, a))),
    ],
    domain: (a, b) => !pole(a) && !pole(b),
    defined: 'a, b not 0, -1, -2, …',
    ranges: [
      [0.1, 6],
      [0.1, 6],
    ],
  },
];
