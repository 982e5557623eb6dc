/** Hyperbolic functions and their inverses. */
import type { ElementwiseDraft } from '../row.js';

const ANY = [-4, 4] as const;

export const hyperbolic: readonly ElementwiseDraft[] = [
  {
    name: 'sinh',
    params: ['x'],
    summary: 'hyperbolic sine',
    derivative: 'cosh(x)',
    value: (x) => Math.sinh(x),
    code: { form: 'call', callee: 'Math.sinh' },
    partials: [(k, [x]) => k.call('cosh', x)],
    ranges: [ANY],
  },
  {
    name: 'cosh',
    params: ['x'],
    summary: 'hyperbolic cosine',
    derivative: 'sinh(x)',
    value: (x) => Math.cosh(x),
    code: { form: 'call', callee: 'Math.cosh' },
    partials: [(k, [x]) => k.call('sinh', x)],
    ranges: [ANY],
  },
  {
    name: 'tanh',
    params: ['x'],
    summary: 'hyperbolic tangent',
    derivative: '1 / cosh(x)^2',
    value: (x) => Math.tanh(x),
    code: { form: 'call', callee: 'Math.tanh' },
    // Not 1 - y²: that is 0 from x = 20 on, where the derivative is 1.7e-17.
    partials: [(k, [x]) => k.call('sech2', x)],
    ranges: [ANY],
  },
  {
    name: 'sech2',
    params: ['x'],
    summary: 'derivative of tanh, 1 / cosh(x)^2',
    derivative: '-2 * tanh(x) / cosh(x)^2',
    hidden: true,
    definition: (k, [x]) => k.pow(k.call('cosh', x), k.num(-2)),
    code: { form: 'helper' },
    // By tanh, which stays finite where sinh and cosh overflow.
    partials: [(k, [x], y) => k.mul(k.num(-2), k.mul(k.tanh(x), y))],
    ranges: [ANY],
  },
  {
    name: 'asinh',
    params: ['x'],
    summary: 'inverse hyperbolic sine',
    derivative: '1 / sqrt(x^2 + 1)',
    value: (x) => Math.asinh(x),
    code: { form: 'call', callee: 'Math.asinh' },
    partials: [(k, [x]) => k.div(k.num(1), k.call('hypot', x, k.num(1)))],
    ranges: [ANY],
  },
  {
    name: 'acosh',
    params: ['x'],
    summary: 'inverse hyperbolic cosine',
    derivative: '1 / sqrt(x^2 - 1)',
    value: (x) => Math.acosh(x),
    code: { form: 'call', callee: 'Math.acosh' },
    partials: [
      (k, [x]) => {
        const product = k.mul(k.sqrt(k.sub(x, k.num(1))), k.sqrt(k.add(x, k.num(1))));
        return k.div(k.num(1), product);
      },
    ],
    kinks: [
      {
        at: (x) => x === 1,
        convention: 'acosh has a vertical tangent at 1; inf is used',
        what: 'has a vertical tangent',
      },
    ],
    domain: (x) => x >= 1,
    ranges: [[1.1, 10]],
  },
  {
    name: 'atanh',
    params: ['x'],
    summary: 'inverse hyperbolic tangent',
    derivative: '1 / (1 - x^2)',
    value: (x) => Math.atanh(x),
    code: { form: 'call', callee: 'Math.atanh' },
    partials: [(k, [x]) => k.div(k.num(1), k.mul(k.sub(k.num(1), x), k.add(k.num(1), x)))],
    domain: (x) => Math.abs(x) <= 1,
    ranges: [[-0.95, 0.95]],
  },
];
