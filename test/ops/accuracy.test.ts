/** Values and derivatives of the element-wise rows against fixtures of 40 digits, held to the bounds of docs/accuracy.md. */
import { readFileSync } from 'node:fs';
import { elementwiseRows } from '../../src/ops/table.js';
import { type Fixture, orders, ulps, worstErrors } from '../support/ulps.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const fixtures: Readonly<Record<string, readonly Fixture[]>> = JSON.parse(
  read('test/fixtures/elementwise.json'),
);

/** The bounds of each function, as the document lists them. */
const bounds = new Map(
  [...read('docs/accuracy.md').matchAll(/^\| `(\w+)` +\| +\d+ \| +(\S+) \| +(\S+) \| +(\S+) \|$/gm)].map(
    ([, name, ...cells]) => [name as string, cells.map(Number)],
  ),
);

const measured = elementwiseRows.filter((row) => fixtures[row.name] !== undefined);

test('every row that is not a condition has fixtures, or a definition in terms of others', () => {
  const without = elementwiseRows.filter((r) => r.result !== 'bool' && !fixtures[r.name] && !r.definition);
  expect(without.map((r) => r.name)).toEqual([]);
});

test('the document lists the functions that have fixtures', () => {
  expect([...bounds.keys()]).toEqual(measured.map((row) => row.name));
});

test.each(measured.map((row) => [row.name, row] as const))('%s keeps to its bounds', (name, row) => {
  const points = fixtures[name] as readonly Fixture[];
  expect(points.filter((f) => f.kind === 'ordinary').length).toBeGreaterThanOrEqual(20);
  const worst = worstErrors(row, points);
  for (const [k, order] of orders.entries()) {
    const bound = bounds.get(name)?.[k] as number;
    expect([order, worst[order].error <= bound, worst[order]]).toEqual([order, true, worst[order]]);
  }
});

/** Functions of elementary mathematics are as good as their library promises. */
const special = new Set([
  'gelu',
  'erfc',
  'gamma',
  'lgamma',
  'digamma',
  'digammaGap',
  'trigamma',
  'polygamma',
  'beta',
]);

test('the values of elementary functions are within 4 ulp', () => {
  for (const [name, [value]] of bounds)
    if (!special.has(name)) expect([name, (value as number) <= 4]).toEqual([name, true]);
});

test('errors are counted in units in the last place of the truth', () => {
  expect(ulps(1, '1.0')).toBe(0);
  expect(ulps(1 + 2 ** -52, '1.0')).toBe(1);
  expect(ulps(1 - 2 ** -53, '1.0')).toBe(0.5);
  expect(ulps(3, '2.9999999999999997779553950749686919152736')).toBe(0.5);
  expect(ulps(1e300, '1.000000000000000052504760255204420248704468581108159e300')).toBeCloseTo(0, 10);
  expect(ulps(Number.POSITIVE_INFINITY, '1e400')).toBe(0);
  expect(ulps(1, '1e400')).toBe(Number.POSITIVE_INFINITY);
  expect(ulps(Number.NaN, '1.0')).toBe(Number.POSITIVE_INFINITY);
});
