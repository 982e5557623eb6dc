/** Every element-wise row of the table against references of 50 digits: value, partials, second derivatives, kinks. */
import { scalar } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, floatScalar, type Param } from '../../src/ir/types.js';
import { carriedTexts } from '../../src/ops/carried/texts.js';
import type { ElementwiseRow } from '../../src/ops/row.js';
import {
  elementwiseRow,
  elementwiseRows,
  numbers,
  reductionRow,
  reductionRows,
} from '../../src/ops/table.js';
import { forward } from '../../src/passes/forward/index.js';
import { reverse } from '../../src/passes/reverse/index.js';
import { difference, weighed } from '../support/derivatives.js';
import { moved, partialAt, pointsOf, relative, type Triple } from './points.js';
import { big, bigPartial, referenceOf } from './reference.js';

const rows = elementwiseRows.map((row): [string, ElementwiseRow] => [row.name, row]);
const smooth = rows.filter(([, row]) => row.result !== 'bool');
const row = (name: string) => elementwiseRow(name) as ElementwiseRow;

/** The row as a function of the IR with a parameter for each argument. */
function funcOf(r: ElementwiseRow): Func {
  const b = new Builder();
  const params = r.params.map((_, i): Param => b.param(`p${i}`, floatScalar, 'param'));
  const y = b.elementwise(r.name, ...params.map((p) => p.value));
  return b.finish(r.name, params, [y], ['value']);
}

test('names and aliases are unique over the whole table', () => {
  const names = [...elementwiseRows, ...reductionRows].flatMap((r) => [r.name, ...(r.aliases ?? [])]);
  expect(new Set(names).size).toBe(names.length);
});

test('only rows of the table are found, whatever the name', () => {
  for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty', '']) {
    expect(elementwiseRow(name)).toBeUndefined();
    expect(reductionRow(name)).toBeUndefined();
  }
});

describe.each(rows)('%s', (name, r) => {
  const points = pointsOf(r, 25);

  test('is stated completely', () => {
    expect(points.length).toBe(25);
    expect(r.partials.length).toBe(r.params.length);
    expect(r.ranges.length).toBe(r.params.length);
    expect(r.summary).not.toBe('');
    expect(r.derivative).not.toBe('');
    if (r.code.form === 'helper') expect(r.definition).toBeDefined();
    if (r.code.form === 'carried') expect(carriedTexts.has(name)).toBe(true);
  });

  test('has the value of the reference', () => {
    if (!referenceOf(name)) return;
    for (const at of points) {
      const truth = referenceOf(name)?.(...(at.map(big) as [never, never, never])).toNumber() as number;
      const scale = Math.max(Math.abs(truth), name === 'mod' || name === 'rem' ? Math.abs(at[1]) : 0, 1e-2);
      expect([at, Math.abs(r.value(...at) - truth) / scale < 4e-15, r.value(...at), truth]).toEqual([
        at,
        true,
        r.value(...at),
        truth,
      ]);
    }
  });

  test('has the value of its definition', () => {
    if (!r.definition || r.code.form !== 'helper') return;
    for (const at of points) expect(r.value(...at)).toBe(r.definition(numbers, at));
  });

  test('has partials that agree with differences', () => {
    if (!referenceOf(name)) return;
    for (const at of points) {
      for (const i of r.params.keys()) {
        const truth = bigPartial(name, i, at);
        const own = partialAt(r, i, at);
        const fits = Math.abs(own - truth) <= 1e-13 * Math.max(Math.abs(truth), 1e-2);
        expect([at, i, fits, own, truth]).toEqual([at, i, true, own, truth]);
      }
    }
  });

  test('marks a partial zero only where it is zero', () => {
    for (const [i, partial] of r.partials.entries()) {
      if (partial !== 'zero' || r.whole?.includes(i)) continue;
      for (const at of points) expect(bigPartial(name, i, at)).toBeCloseTo(0, 9);
    }
  });
});

test.each(smooth)('%s: second derivatives by composing the passes agree with differences', (name, r) => {
  const func = funcOf(r);
  const names = func.params.map((p) => p.name);
  for (const [i, wrt] of names.entries()) {
    if (r.whole?.includes(i)) continue;
    const gradient = weighed(reverse(func, [wrt]), [1], 'w');
    const second = forward(gradient, names);
    for (const at of pointsOf(r, 8)) {
      for (const j of names.keys()) {
        if (r.whole?.includes(j)) continue;
        const directions = names.map((_, k) => scalar(k === j ? 1 : 0));
        const args = [...names.map((_, k) => scalar(at[k] as number)), scalar(1), ...directions];
        const own = interpret(second, args)[1]?.data[0] as number;
        const step = 1e-3 * Math.max(0.1, Math.min(1, Math.abs(at[j] as number)));
        const d = difference((t) => partialAt(r, i, moved(at, j, (at[j] as number) + t)), step);
        const fits = Math.abs(own - d.value) <= 10 * d.error + 1e-7 * Math.max(1, Math.abs(own));
        expect([name, i, j, at, fits, own, d.value]).toEqual([name, i, j, at, true, own, d.value]);
      }
    }
  }
});

/** At a kink the partials are what LANGUAGE.md says. */
const conventions: readonly [string, Triple, readonly number[]][] = [
  ['abs', [0, 0, 0], [0]],
  ['relu', [0, 0, 0], [0]],
  ['sign', [0, 0, 0], [0]],
  ['floor', [2, 0, 0], [0]],
  ['ceil', [-1, 0, 0], [0]],
  ['round', [2.5, 0, 0], [0]],
  ['maximum', [3, 3, 0], [0.5, 0.5]],
  ['minimum', [3, 3, 0], [0.5, 0.5]],
  ['clip', [-1, -1, 2], [0, 0, 0]],
  ['clip', [2, -1, 2], [0, 0, 0]],
  ['hypot', [0, 0, 0], [0, 0]],
  ['sqrt', [0, 0, 0], [Number.POSITIVE_INFINITY]],
  ['cbrt', [0, 0, 0], [Number.POSITIVE_INFINITY]],
  ['pow', [0, 0.5, 0], [Number.POSITIVE_INFINITY, 0]],
  ['asin', [1, 0, 0], [Number.POSITIVE_INFINITY]],
  ['acos', [-1, 0, 0], [Number.NEGATIVE_INFINITY]],
  ['acosh', [1, 0, 0], [Number.POSITIVE_INFINITY]],
];

test.each(conventions)('%s at the kink %j has the partials %j', (name, at, partials) => {
  expect(row(name).kinks?.some((k) => k.at(...at))).toBe(true);
  expect(partials.map((_, i) => partialAt(row(name), i, at))).toEqual(partials);
});

test('every row with a kink is in the list of conventions, but for those that jump', () => {
  const listed = new Set(conventions.map(([name]) => name));
  const jumps = ['mod', 'atan2'];
  const missing = elementwiseRows.filter((r) => r.kinks && !listed.has(r.name) && !jumps.includes(r.name));
  expect(missing.map((r) => r.name)).toEqual([]);
});

/** Powers at and below zero, where formulas are smooth. */
const powers: readonly [number, number, number, number][] = [
  [0, 2, 0, 0],
  [0, 1, 1, 0],
  [-2, 3, 12, Number.NaN],
  [-2, 0, 0, Number.NaN],
  [5, 0, 0, Math.log(5)],
];

test.each(powers)('%d ^ %d has the partials %d and %d', (x, p, dx, dp) => {
  expect([0, 1].map((i) => partialAt(row('pow'), i, [x, p, 0]))).toEqual([dx, dp]);
  expect(row('pow').kinks?.some((k) => k.at(x, p, 0))).toBe(x === 0 && p === 0);
});

test('0 ^ 0 jumps along the power, and is smooth along the base', () => {
  expect(partialAt(row('pow'), 0, [0, 0, 0])).toBe(0);
  expect(row('pow').kinks?.some((k) => k.at(0, 0, 0))).toBe(true);
});

/** Rows at extreme arguments: value, then the first partial. */
const extremes: readonly [string, Triple, number, number][] = [
  ['softplus', [800, 0, 0], 800, 1],
  ['softplus', [-800, 0, 0], 0, 0],
  ['softplus', [-700, 0, 0], Math.exp(-700), Math.exp(-700)],
  ['sigmoid', [800, 0, 0], 1, 0],
  ['sigmoid', [-800, 0, 0], 0, 0],
  ['sigmoid', [40, 0, 0], 1, Math.exp(-40)],
  ['sigmoid', [-40, 0, 0], Math.exp(-40), Math.exp(-40)],
  ['silu', [-800, 0, 0], 0, 0],
  ['silu', [800, 0, 0], 800, 1],
  ['tanh', [20, 0, 0], 1, 4 * Math.exp(-40)],
  ['tanh', [-20, 0, 0], -1, 4 * Math.exp(-40)],
  ['tanh', [800, 0, 0], 1, 0],
  ['expm1', [-50, 0, 0], -1, Math.exp(-50)],
  ['expm1', [1e-12, 0, 0], 1e-12, 1],
  ['log1p', [1e-18, 0, 0], 1e-18, 1],
  ['hypot', [1e200, 1e200, 0], Math.SQRT2 * 1e200, Math.SQRT1_2],
  ['hypot', [1e-200, 1e-200, 0], Math.SQRT2 * 1e-200, Math.SQRT1_2],
  ['atan2', [1e200, 1e200, 0], Math.PI / 4, 0.5e-200],
  ['atan2', [1e-200, 1e-200, 0], Math.PI / 4, 0.5e200],
  ['asinh', [1e300, 0, 0], Math.log(2) + 300 * Math.LN10, 1e-300],
  ['mod', [-1, 3, 0], 2, 1],
  ['mod', [1, -3, 0], -2, 1],
  ['mod', [-3, 3, 0], 0, 1],
];

test.each(extremes)('%s at %j is %d with slope %d', (name, at, value, slope) => {
  expect(relative(row(name).value(...at) + 0, value)).toBeLessThan(1e-11);
  expect(relative(partialAt(row(name), 0, at), slope)).toBeLessThan(1e-11);
});

test('round takes halves to the even number', () => {
  const halves = [-2.5, -1.5, -0.5, 0.5, 1.5, 2.5, 3.5, 0.49999999999999994, 2 ** 52, 2 ** 53];
  expect(halves.map((x) => row('round').value(x, 0, 0) + 0)).toEqual([
    -2,
    -2,
    0,
    0,
    2,
    2,
    4,
    0,
    2 ** 52,
    2 ** 53,
  ]);
});
