/** The greater, the lesser, and keeping within bounds. */
import type { Algebra } from '../algebra.js';
import type { ElementwiseDraft, Partial } from '../row.js';

const ANY = [-10, 10] as const;
const tie = (name: string) => ({
  at: (a: number, b: number) => a === b,
  convention: `${name} has a tie here; the derivative is split evenly`,
  what: 'is a tie',
});

/** 1 where a wins, ½ at a tie, 0 elsewhere. */
const share = <T>(k: Algebra<T>, wins: T, a: T, b: T): T =>
  k.select(wins, k.num(1), k.select(k.eq(a, b), k.num(0.5), k.num(0)));

const indicator =
  (condition: <T>(k: Algebra<T>, x: T, low: T, high: T) => T): Partial =>
  (k, [x, low, high]) =>
    k.select(condition(k, x, low, high), k.num(1), k.num(0));

export const choice: readonly ElementwiseDraft[] = [
  {
    name: 'maximum',
    params: ['a', 'b'],
    summary: 'the greater of two, written max(a, b)',
    derivative: '1 for the greater, 0 for the other, 1/2 each at a tie',
    result: 'same',
    value: (a, b) => Math.max(a, b),
    code: { form: 'call', callee: 'Math.max' },
    exact: true,
    partials: [(k, [a, b]) => share(k, k.lt(b, a), a, b), (k, [a, b]) => share(k, k.lt(a, b), a, b)],
    kinks: [tie('max')],
    ranges: [ANY, ANY],
  },
  {
    name: 'minimum',
    params: ['a', 'b'],
    summary: 'the lesser of two, written min(a, b)',
    derivative: '1 for the lesser, 0 for the other, 1/2 each at a tie',
    result: 'same',
    value: (a, b) => Math.min(a, b),
    code: { form: 'call', callee: 'Math.min' },
    exact: true,
    partials: [(k, [a, b]) => share(k, k.lt(a, b), a, b), (k, [a, b]) => share(k, k.lt(b, a), a, b)],
    kinks: [tie('min')],
    ranges: [ANY, ANY],
  },
  {
    name: 'clip',
    params: ['x', 'low', 'high'],
    summary: 'x kept between low and high',
    derivative: '1 inside the bounds, 0 outside and at them',
    definition: (k, [x, low, high]) => k.call('minimum', k.call('maximum', x, low), high),
    code: { form: 'helper' },
    exact: true,
    partials: [
      indicator((k, x, low, high) => k.call('and', k.lt(low, x), k.lt(x, high))),
      indicator((k, x, low) => k.lt(x, low)),
      indicator((k, x, _low, high) => k.lt(high, x)),
    ],
    kinks: [
      {
        at: (x, low, high) => x === low || x === high,
        convention: 'clip is at a bound; 0 is used',
        what: 'is at a bound',
      },
    ],
    ranges: [ANY, [-5, -1], [1, 5]],
  },
];
