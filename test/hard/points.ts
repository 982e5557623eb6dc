/** Hard points: formulas at places where a derivative is a convention, or is not there at all. */
import type { Values } from '../support/lowered.js';

type Point = readonly [formula: string, at: Values];

export const kinks: readonly Point[] = [
  ['abs(x)', { x: 0 }],
  ['abs(3x)', { x: 0 }],
  ['abs(x - y)', { x: 2, y: 2 }],
  ['abs(x^2 - 1)', { x: 1 }],
  ['sum(abs(x))', { x: [0, 1, 0] }],
  [
    'sum(abs(A))',
    {
      A: [
        [1, 0],
        [0, 2],
      ],
    },
  ],
  ['x * abs(x - 1)', { x: 1 }],
  ['relu(x)', { x: 0 }],
  ['relu(x) - relu(-x)', { x: 0 }],
  [
    'sum(relu(A @ x))',
    {
      A: [
        [1, -1],
        [2, 1],
      ],
      x: [1, 1],
    },
  ],
  ['relu(2x - 4)^1', { x: 2 }],
  ['max(x, 0)', { x: 0 }],
  ['max(x, 2x)', { x: 0 }],
  ['max(x, y)', { x: 1, y: 1 }],
  ['min(x, y, 3)', { x: 3, y: 3 }],
  ['max(a, b, c)', { a: 1, b: 1, c: 1 }],
  ['max(x, x)', { x: 1 }],
  ['max(sin(x), x)', { x: 0 }],
  ['sum(max(x, y))', { x: [1, 2], y: [1, 3] }],
  ['max(x)', { x: [3, 1, 3] }],
  ['min(x)', { x: [2, 2, 2] }],
  [
    'sum(max(A, axis=0))',
    {
      A: [
        [1, 2],
        [1, 1],
      ],
    },
  ],
  [
    'sum(min(A, axis=1))',
    {
      A: [
        [1, 2],
        [1, 1],
      ],
    },
  ],
  [
    'max(A)',
    {
      A: [
        [1, 2],
        [2, 1],
      ],
    },
  ],
  ['norm(x)', { x: [0, 0] }],
  ['norm(x - y)', { x: [1, 2], y: [1, 2] }],
  [
    'norm(A)',
    {
      A: [
        [0, 0],
        [0, 0],
      ],
    },
  ],
  [
    'sum(norm(A, axis=1))',
    {
      A: [
        [0, 0],
        [3, 4],
      ],
    },
  ],
  ['norm(x, 1)', { x: [0, -2] }],
  ['norm(x, inf)', { x: [1, -1] }],
  ['std(x)', { x: [2, 2] }],
  ['std(x)', { x: [0.1, 0.1, 0.1] }],
  ['hypot(x, y)', { x: 0, y: 0 }],
  ['clip(x, -1, 1)', { x: 1 }],
  ['clip(x, -1, 1)', { x: -1 }],
  ['clip(x, low, high)', { x: 1, low: -1, high: 1 }],
  ['sum(clip(x, 0, 1))', { x: [0, 0.5, 1] }],
  ['sqrt(x)', { x: 0 }],
  ['sqrt(1 - x)', { x: 1 }],
  ['sqrt(-x)', { x: 0 }],
  ['sqrt(x^2)', { x: 0 }],
  ['x * sqrt(x)', { x: 0 }],
  ['sum(sqrt(x))', { x: [0, 1, 4] }],
  ['cbrt(x)', { x: 0 }],
  ['x^0.5', { x: 0 }],
  ['x^(1/3)', { x: 0 }],
  ['x^1.5', { x: 0 }],
  ['abs(x)^0.5', { x: 0 }],
  ['0^p', { p: 0 }],
  ['asin(x)', { x: 1 }],
  ['asin(x)', { x: -1 }],
  ['acos(x)', { x: 1 }],
  ['acosh(x)', { x: 1 }],
  ['atan2(y, x)', { y: 0, x: -1 }],
  ['atan2(y, x)', { y: 0, x: 0 }],
  ['floor(x)', { x: 2 }],
  ['floor(x) + x', { x: -1 }],
  ['ceil(2x)', { x: 1.5 }],
  ['round(x)', { x: 2.5 }],
  ['sign(x)', { x: 0 }],
  ['x % 2', { x: 4 }],
  ['mod(x, y)', { x: 6, y: 3 }],
  ['sum(floor(x))', { x: [1, 2.5, 3] }],
];

export const choices: readonly Point[] = [
  ['x == 1 ? 1 : x^2', { x: 1 }],
  ['x == 1 ? 5 : x^2', { x: 1 }],
  ['x != 1 ? x^2 : 3x - 2', { x: 1 }],
  ['x > 0 ? 1 : 0', { x: 0 }],
  ['x >= 0 ? x : -x', { x: 0 }],
  ['x < 2 ? x : x^2', { x: 2 }],
  ['x <= 1 ? log(x) : 2x', { x: 1 }],
  ['where(x > 0, sqrt(x), 0)', { x: 0 }],
  ['where(x > 0, log(x), 0)', { x: 0 }],
  ['where(x > y, x, y)', { x: 1, y: 1 }],
  ['where(x*y > 0, 1, 0)', { x: 0, y: 0 }],
  ['where(x > 0 and y > 0, x + y, 0)', { x: 0, y: 1 }],
  ['where(not (x < 1), x, 0)', { x: 1 }],
  ['0 < x < 1 ? x : 2x', { x: 1 }],
  ['sum(where(x > 0, x, 0))', { x: [0, 1, 0] }],
  [
    'sum(where(A > 1, A^2, A))',
    {
      A: [
        [1, 2],
        [0, 1],
      ],
    },
  ],
  ['let c = x > 0; where(c, 2x, x)', { x: 0 }],
  ['y > 0 ? (x > 1 ? x^2 : x) : 0', { x: 1, y: 1 }],
  ['count(x > 1) * 1.0', { x: [1, 2] }],
  ['any(x > 1) ? sum(x) : 0', { x: [1, 0] }],
  ['y > 0 ? abs(x) : x', { x: 0, y: 1 }],
  ['where(x < 0, abs(x), x^2)', { x: 0 }],
];

export const numbers: readonly Point[] = [
  ['log(x)', { x: -1 }],
  ['log(x)', { x: 0 }],
  ['sqrt(x)', { x: -4 }],
  ['1 / x', { x: 0 }],
  ['x / y', { x: 0, y: 0 }],
  ['x^-2', { x: 0 }],
  ['x^0.3', { x: -8 }],
  ['asin(x)', { x: 2 }],
  ['acosh(x)', { x: 0.5 }],
  ['atanh(x)', { x: 1 }],
  ['exp(x)', { x: 1000 }],
  ['x^200', { x: 1e3 }],
  ['sum(1 / x)', { x: [1, 0, 2] }],
  [
    'sum(log(A))',
    {
      A: [
        [1, 2],
        [3, -1],
      ],
    },
  ],
  ['prod(x)', { x: [1e200, 1e200] }],
  ['dot(x, y)', { x: [1e200, 1], y: [1e200, 1] }],
  ['where(x > 0, log(x), x) + exp(y)', { x: -1, y: 1000 }],
  ['x > 0 ? log(y) : exp(1000 * y)', { x: -1, y: 2 }],
  ['log(exp(x) + 1)', { x: 1000 }],
  ['1 / (1 + exp(-x))', { x: -800 }],
  ['sqrt(x^2 + y^2)', { x: 1e200, y: 1e200 }],
  ['sqrt(x^2 + y^2)', { x: 1e-200, y: 1e-200 }],
  ['sqrt(dot(x, x))', { x: [0, 0] }],
  ['x / (1 + x^2)', { x: 1e200 }],
  ['let t = exp(A @ x + b); sum(log(1 + t))', { A: [[400, 300]], x: [1, 2], b: [0] }],
  ['sum(exp(x) / sum(exp(x)) * w)', { x: [1000, 1001], w: [1, 2] }],
  [
    'sum(log(sum(exp(A), axis=1)))',
    {
      A: [
        [1000, 1001],
        [1, 2],
      ],
    },
  ],
  ['x0^p / q', { x0: -1, p: 2, q: 3 }],
  ['x * log(x)', { x: 0 }],
  ['sin(x) / x', { x: 0 }],
  ['(1 - cos(x)) / x^2', { x: 1e-8 }],
  ['(1 - cos(x)) / x^2', { x: 1e-3 }],
  ['exp(u + v) - 1', { u: 1e-10, v: 1e-10 }],
  ['sqrt(n + 1) - sqrt(n) + 0*m', { n: 1e12, m: 1 }],
  ['mean(x^2) - mean(x)^2', { x: [1e8, 1e8 + 1, 1e8 + 2] }],
  ['let s = 1e9 * x; sin(s)', { x: 1.234567 }],
];
