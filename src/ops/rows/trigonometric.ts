/** Trigonometric functions, their inverses, and the two that belong to the right-angled triangle. */
import type { Algebra } from '../algebra.js';
import type { ElementwiseDraft } from '../row.js';

const ANY = [-10, 10] as const;
const INSIDE = [-0.95, 0.95] as const;
const vertical = (name: string, slope: string) => ({
  at: (x: number) => Math.abs(x) === 1,
  convention: `${name} has a vertical tangent at -1 and 1; ${slope} is used`,
  what: 'has a vertical tangent',
});
const inUnit = (x: number) => Math.abs(x) <= 1;

/** sqrt(1 - x²) without cancellation near the ends. */
const cofactor = <T>(k: Algebra<T>, x: T): T => k.sqrt(k.mul(k.sub(k.num(1), x), k.add(k.num(1), x)));

export const trigonometric: readonly ElementwiseDraft[] = [
  {
    name: 'sin',
    params: ['x'],
    summary: 'sine, of radians',
    derivative: 'cos(x)',
    value: (x) => Math.sin(x),
    code: { form: 'call', callee: 'Math.sin' },
    partials: [(k, [x]) => k.cos(x)],
    ranges: [ANY],
  },
  {
    name: 'cos',
    params: ['x'],
    summary: 'cosine, of radians',
    derivative: '-sin(x)',
    value: (x) => Math.cos(x),
    code: { form: 'call', callee: 'Math.cos' },
    partials: [(k, [x]) => k.neg(k.sin(x))],
    ranges: [ANY],
  },
  {
    name: 'tan',
    params: ['x'],
    summary: 'tangent, of radians',
    derivative: '1 + tan(x)^2',
    value: (x) => Math.tan(x),
    code: { form: 'call', callee: 'Math.tan' },
    partials: [(k, _args, y) => k.add(k.num(1), k.mul(y, y))],
    ranges: [[-1.4, 1.4]],
  },
  {
    name: 'asin',
    params: ['x'],
    summary: 'inverse sine, in radians',
    derivative: '1 / sqrt(1 - x^2)',
    value: (x) => Math.asin(x),
    code: { form: 'call', callee: 'Math.asin' },
    partials: [(k, [x]) => k.div(k.num(1), cofactor(k, x))],
    kinks: [vertical('asin', 'inf')],
    domain: inUnit,
    ranges: [INSIDE],
  },
  {
    name: 'acos',
    params: ['x'],
    summary: 'inverse cosine, in radians',
    derivative: '-1 / sqrt(1 - x^2)',
    value: (x) => Math.acos(x),
    code: { form: 'call', callee: 'Math.acos' },
    partials: [(k, [x]) => k.div(k.num(-1), cofactor(k, x))],
    kinks: [vertical('acos', '-inf')],
    domain: inUnit,
    ranges: [INSIDE],
  },
  {
    name: 'atan',
    params: ['x'],
    summary: 'inverse tangent, in radians',
    derivative: '1 / (1 + x^2)',
    value: (x) => Math.atan(x),
    code: { form: 'call', callee: 'Math.atan' },
    partials: [(k, [x]) => k.div(k.num(1), k.add(k.num(1), k.mul(x, x)))],
    ranges: [ANY],
  },
  {
    name: 'atan2',
    params: ['y', 'x'],
    summary: 'angle of the point (x, y), in radians',
    derivative: 'x / (x^2 + y^2), -y / (x^2 + y^2)',
    value: (y, x) => Math.atan2(y, x),
    code: { form: 'call', callee: 'Math.atan2' },
    partials: [
      (k, [y, x]) => {
        const r = k.call('hypot', y, x);
        return k.div(k.div(x, r), r);
      },
      (k, [y, x]) => {
        const r = k.call('hypot', y, x);
        return k.neg(k.div(k.div(y, r), r));
      },
    ],
    kinks: [
      {
        at: (y, x) => y === 0 && x === 0,
        convention: 'atan2 has no derivative at the origin, in no direction; NaN is used',
        what: 'has no derivative, in no direction',
      },
      {
        at: (y, x) => y === 0 && x < 0,
        convention: 'atan2 jumps across the negative x-axis; the derivative, the same on both sides, is used',
      },
    ],
    ranges: [
      [0.1, 5],
      [-5, 5],
    ],
  },
  {
    name: 'hypot',
    params: ['a', 'b'],
    summary: 'sqrt(a^2 + b^2) without overflow',
    derivative: 'a / hypot(a, b), b / hypot(a, b)',
    value: (a, b) => Math.hypot(a, b),
    code: { form: 'call', callee: 'Math.hypot' },
    partials: [
      (k, [a], y) => k.select(k.eq(y, k.num(0)), k.num(0), k.div(a, y)),
      (k, [, b], y) => k.select(k.eq(y, k.num(0)), k.num(0), k.div(b, y)),
    ],
    kinks: [
      {
        at: (a, b) => a === 0 && b === 0,
        convention: 'hypot has a cone at the origin; 0 is used',
        what: 'is the tip of a cone',
      },
    ],
    ranges: [ANY, ANY],
  },
];
