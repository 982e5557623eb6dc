/** One-sided derivatives in warnings, against calculus: limits of difference quotients worked by hand. */
import type { Values } from '../support/lowered.js';
import { hardPointsOf } from './ask.js';

const inf = Number.POSITIVE_INFINITY;
const none = Number.NaN;

interface Told {
  readonly along?: string;
  readonly left: number | string | null;
  readonly right: number | string | null;
}

const number = (x: number | string | null) => (x === null ? Number.NaN : Number(x));

/** What the first warning says of the sides along variables, and of those of the operation itself. */
function sidesAt(formula: string, at: Values, field: 'along' | 'sides'): [string, number, number][] {
  const [first] = hardPointsOf(formula, at);
  const told = (first?.data?.[field] ?? []) as readonly Told[];
  return told.map((s) => [s.along ?? '', number(s.left), number(s.right)]);
}

/** The first warning's slopes of the operation's result along variables, from the left and from the right. */
const along: readonly (readonly [string, Values, readonly [string, number, number][]])[] = [
  ['abs(3x)', { x: 0 }, [['x', -3, 3]]],
  ['abs(x^2 - 1)', { x: 1 }, [['x', -2, 2]]],
  ['abs(x^3 - 8)', { x: 2 }, [['x', -12, 12]]],
  ['max(x, 2x)', { x: 0 }, [['x', 1, 2]]],
  ['max(x^2, x)', { x: 1 }, [['x', 1, 2]]],
  ['min(exp(x), 1)', { x: 0 }, [['x', 1, 0]]],
  ['max(exp(x), 1 - x)', { x: 0 }, [['x', -1, 1]]],
  ['relu(sin(x))', { x: 0 }, [['x', 0, 1]]],
  ['relu(log(x))', { x: 1 }, [['x', 0, 1]]],
  ['norm([x, 2x])', { x: 0 }, [['x', -Math.sqrt(5), Math.sqrt(5)]]],
  ['hypot(3x, 4x)', { x: 0 }, [['x', -5, 5]]],
  ['sqrt(x^2)', { x: 0 }, [['x', -1, 1]]],
  ['sqrt(1 - x)', { x: 1 }, [['x', -inf, none]]],
  ['abs(x)^0.5 + 0*abs(x)', { x: 0 }, [['x', -1, 1]]],
  ['clip(2x, -1, 1)', { x: 0.5 }, [['x', 2, 0]]],
  ['x % 3', { x: 6 }, [['x', 1, 1]]],
  [
    'max(a, b)',
    { a: 2, b: 2 },
    [
      ['a', 0, 1],
      ['b', 0, 1],
    ],
  ],
  ['sum(max(x, 1))', { x: [0, 1] }, [['x[1]', 0, 1]]],
  [
    'max(x * y, 6)',
    { x: 2, y: 3 },
    [
      ['x', 0, 3],
      ['y', 0, 2],
    ],
  ],
  ['x == 1 ? 1 : x^2', { x: 1 }, [['x', 2, 2]]],
  ['x < 2 ? x^2 : x^3 - 4', { x: 2 }, [['x', 4, 12]]],
  ['where(x > 0, sqrt(x), 0)', { x: 0 }, [['x', 0, inf]]],
  [
    'where(x > y, x^2, y)',
    { x: 1, y: 1 },
    [
      ['x', 0, 2],
      ['y', 0, 1],
    ],
  ],
  ['x >= 1e6 ? x : 2x - 1e6', { x: 1e6 }, [['x', 2, 1]]],
  ['abs(x - 1e9)', { x: 1e9 }, [['x', -1, 1]]],
  ['abs(x - 1e-9)', { x: 1e-9 }, [['x', -1, 1]]],
];

function expectSides(
  found: readonly [string, number, number][],
  expected: readonly [string, number, number][],
) {
  expect(found.map((s) => s[0])).toEqual(expected.map((s) => s[0]));
  for (const [k, [, left, right]] of expected.entries()) {
    const [, l, r] = found[k] as [string, number, number];
    for (const [a, b] of [
      [l, left],
      [r, right],
    ] as const)
      if (Number.isFinite(b)) expect(Math.abs(a - b)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(b)));
      else expect(a).toBe(b);
  }
}

test.each(along)('%s at %j along its variables', (formula, at, expected) => {
  expectSides(sidesAt(formula, at, 'along'), expected);
});

const first = 'its first argument';
const second = 'its second argument';

/** The operation's own one-sided partials. */
const own: readonly (readonly [string, Values, readonly [string, number, number][]])[] = [
  ['abs(3x)', { x: 0 }, [['', -1, 1]]],
  ['relu(x)', { x: 0 }, [['', 0, 1]]],
  ['max(x, 0)', { x: 0 }, [[first, 0, 1]]],
  ['max(x, y)', { x: 1, y: 1 }, [['each argument', 0, 1]]],
  ['clip(x, -1, 1)', { x: 1 }, [[first, 1, 0]]],
  ['sqrt(x)', { x: 0 }, [['', none, inf]]],
  ['cbrt(x)', { x: 0 }, [['', inf, inf]]],
  ['x^0.25', { x: 0 }, [[first, none, inf]]],
  ['x^1.25', { x: 0 }, [[first, none, 0]]],
  ['acos(x)', { x: 1 }, [['', -inf, none]]],
  ['asin(x)', { x: -1 }, [['', none, inf]]],
  ['acosh(x)', { x: 1 }, [['', none, inf]]],
  ['hypot(x, y)', { x: 0, y: 0 }, [['each argument', -1, 1]]],
  ['floor(x)', { x: 1e6 }, [['', 0, 0]]],
  [
    'mod(x, y)',
    { x: 6, y: 3 },
    [
      [first, 1, 1],
      [second, -2, -1],
    ],
  ],
  ['max(x)', { x: [1, 3, 3] }, [['element 1', 0, 1]]],
  ['norm(x)', { x: [0, 0, 0] }, [['element 0', -1, 1]]],
];

test.each(own)('%s at %j with respect to its arguments', (formula, at, expected) => {
  expectSides(sidesAt(formula, at, 'sides'), expected);
});

test('an argument that does not move is not spoken of', () => {
  // 0^p and atan2(0, x) are smooth where only p and x are variables.
  expect(hardPointsOf('param p; 0^p', { p: 0.5 })).toEqual([]);
  expect(hardPointsOf('param x; atan2(0, x)', { x: -1 })).toEqual([]);
  expect(hardPointsOf('param x; data y; mod(x, y)', { x: 6, y: 3 })[0]?.data?.sides).toHaveLength(1);
});

test('jumps are given with the values on both sides', () => {
  const jump = (formula: string, at: Values) => {
    const sides = hardPointsOf(formula, at)[0]?.data?.sides as
      | readonly { readonly jump: number[] }[]
      | undefined;
    return sides?.[0]?.jump;
  };
  expect(jump('floor(x)', { x: 2 })).toEqual([1, 2, 2]);
  expect(jump('ceil(x)', { x: 2 })).toEqual([2, 2, 3]);
  expect(jump('sign(x)', { x: 0 })).toEqual([-1, 0, 1]);
  expect(jump('round(x)', { x: 3.5 })).toEqual([3, 4, 4]);
  expect(jump('x % 4', { x: -8 })).toEqual([4, 0, 0]);
});
