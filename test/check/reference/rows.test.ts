/** The rows of the table in big numbers, against mpmath's digits. */
import { readFileSync } from 'node:fs';
import { type Bigs, exactDecimal, loadBigs, ulpOf } from '../../../src/check/reference/numbers.js';
import { apply, bigReductions, bigRows, type Element, Undefined } from '../../../src/check/reference/rows.js';
import { elementwiseRows, reductionRows } from '../../../src/ops/table.js';

interface Sample {
  readonly at: readonly number[];
  readonly value: string;
}
type Table = Readonly<Record<string, readonly Sample[]>>;

const fixture: { readonly rows: Table; readonly reductions: Table } = JSON.parse(
  readFileSync('test/fixtures/reference.json', 'utf8'),
);

/** Rows that have no form in big numbers: a formula with one of them has no reference. */
const WITHOUT = 'beta digamma digammaGap erf erfc erfinv gamma gelu lgamma polygamma trigamma'.split(' ');

let k: Bigs;
beforeAll(async () => {
  k = (await loadBigs())(120);
});

function expectClose(found: Element, truth: string): void {
  if (found instanceof Undefined) throw new Error(found.why);
  const error = found.sub(truth).abs();
  expect([found.toString(), error.lte(k.num(truth).abs().mul('1e-58'))]).toEqual([found.toString(), true]);
}

test('every row of the table has a form in big numbers, or is listed as one without', () => {
  const all = elementwiseRows.map((r) => r.name);
  expect(Object.keys(bigRows).toSorted()).toEqual(all.filter((n) => !WITHOUT.includes(n)).toSorted());
  const reductions = reductionRows.map((r) => r.name);
  expect(Object.keys(bigReductions).toSorted()).toEqual(
    reductions.filter((n) => !WITHOUT.includes(n)).toSorted(),
  );
});

test('every form has digits to be compared with', () => {
  expect(Object.keys(fixture.rows).toSorted()).toEqual(Object.keys(bigRows).toSorted());
  expect(Object.keys(fixture.reductions).toSorted()).toEqual(Object.keys(bigReductions).toSorted());
});

describe.each(Object.entries(fixture.rows))('%s', (name, samples) => {
  test.each(samples)('at $at', ({ at, value }) => {
    const args = at.map((x) => k.num(x));
    expectClose(apply(k, name, bigRows[name] as never, args), value);
  });
});

describe.each(Object.entries(fixture.reductions))('%s', (name, samples) => {
  test.each(samples)('of $at', ({ at, value }) => {
    expectClose(
      bigReductions[name]?.value(
        k,
        at.map((x) => k.num(x)),
      ) as Element,
      value,
    );
  });
});

test.each<[string, number[]]>([
  ['log', [-1]],
  ['log', [0]],
  ['log2', [-1]],
  ['log1p', [-1]],
  ['sqrt', [-0.1]],
  ['asin', [1.1]],
  ['acosh', [0.9]],
  ['atanh', [1]],
  ['div', [1, 0]],
  ['mod', [1, 0]],
  ['pow', [-2, 0.5]],
  ['pow', [0, -1]],
  ['atan2', [0, 0]],
  ['exp', [1e18]],
])('%s has no value at %j', (name, at) => {
  const found = apply(
    k,
    name,
    bigRows[name] as never,
    at.map((x) => k.num(x)),
  );
  expect(found).toBeInstanceOf(Undefined);
});

test('an element without a value has none after another operation', () => {
  const missing = new Undefined('because');
  expect(apply(k, 'add', bigRows.add as never, [k.one, missing])).toBe(missing);
});

test('doubles become big numbers exactly', () => {
  expect(k.num(0.1).toString()).toBe('0.1000000000000000055511151231257827021181583404541015625');
  expect(exactDecimal(2 ** 70)).toBe('1180591620717411303424');
  expect(exactDecimal(-0.75)).toMatch(/^-\d+e-\d+$/);
  for (const x of [5e-324, -Number.MAX_VALUE, 2 ** -1022, 1 / 3, 0]) expect(k.num(x).toNumber()).toBe(x);
});

test.each([
  [1, 2 ** -52],
  [-3, 2 ** -51],
  [0.99, 2 ** -53],
  [0, 5e-324],
  [1e-310, 5e-324],
  [Number.POSITIVE_INFINITY, 2 ** 971],
])('the distance of doubles at %d is %d', (x, unit) => {
  expect(ulpOf(x)).toBe(unit);
});
