/**
 * The fixtures of the table's element-wise rows: values, first and second derivatives to 40 digits, worked out by
 * mpmath at ordinary points and at extreme ones. Writes test/fixtures/elementwise.json, one line a row; needs python3
 * with mpmath, and says so where there is none.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSource } from './load.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { elementwiseRows } = await loadSource('src/ops/table.ts');

/** Points spread over the ranges of a row by Weyl's sequence. */
function ordinary({ ranges, whole }, count) {
  return Array.from({ length: count }, (_, n) =>
    ranges.map(([low, high], k) => {
      const fraction = ((n + 1) * (Math.sqrt([2, 3, 5][k]) % 1) + 0.1234567) % 1;
      const x = low + (high - low) * fraction;
      return whole?.includes(k) ? Math.round(x) : x;
    }),
  );
}

const sizes = [
  1e-300, 1e-150, 1e-20, 1e-8, 1e-3, 0.25, 1, 5, 20.5, 40, 300, 700, 1e5, 1e9, 1e16, 1e100, 1e300,
];
const below = (x) => x * (1 - 2 ** -53);
const above = (x) => x * (1 + 2 ** -52);
const around = (x) => [below(x), above(x), x * (1 - 1e-9), x * (1 + 1e-9)];
const mirrored = (xs) => xs.flatMap((x) => [x, -x]);

/** Where each row is hard: beside its zeros, poles and the ends of its domain, and where it over- or underflows. */
const hard = {
  sin: [Math.PI, 22, 355, 1e22, 6381956970095103 * 2 ** 797].map((x) => [x]),
  cos: [Math.PI / 2, 11, 1e22, 6381956970095103 * 2 ** 797].map((x) => [x]),
  tan: [Math.PI / 2, Math.PI, 11, 22, 1e22].map((x) => [x]),
  asin: mirrored([1 - 2 ** -53, 1 - 1e-9, 0.999]).map((x) => [x]),
  acos: mirrored([1 - 2 ** -53, 1 - 1e-9, 0.999]).map((x) => [x]),
  atanh: mirrored([1 - 2 ** -53, 1 - 1e-9, 0.999]).map((x) => [x]),
  erfinv: mirrored([1 - 2 ** -53, 1 - 1e-9, 0.999]).map((x) => [x]),
  acosh: [1 + 2 ** -52, 1 + 1e-9, 1.001].map((x) => [x]),
  exp: [709.7, -708, -745, 1e-17].map((x) => [x]),
  exp2: [1023.9, -1022, -1070].map((x) => [x]),
  expm1: mirrored([1e-17, 1e-10, 1e-5, 37]).map((x) => [x]),
  log: around(1).map((x) => [x]),
  log2: [...around(1), 8, 2 ** 100].map((x) => [x]),
  log10: [...around(1), 1000, 1e100].map((x) => [x]),
  log1p: [-1 + 2 ** -53, -1 + 1e-9, 1e-17, -1e-17, -0.5].map((x) => [x]),
  gamma: [171.6, 170.5, -170.5, -176.5, -0.5, ...around(-1), ...around(-2), 25, 0.1].map((x) => [x]),
  lgamma: [...around(1), ...around(2), 1e-10, -0.5, -3.3, ...around(-1), 1e305].map((x) => [x]),
  digamma: [1.4616321449683622, 1.5, 10, -0.5, -3.3, ...around(-1)].map((x) => [x]),
  trigamma: [-0.5, -3.3, ...around(-1)].map((x) => [x]),
  erfc: [26, 10, -5, 0.84375, 1.25, 2.8].map((x) => [x]),
  erf: mirrored([0.84375, 1.25, 2.8, 5.9, 6.1]).map((x) => [x]),
  softplus: [-745, -37, -30].map((x) => [x]),
  sigmoid: [-745, -37, 37].map((x) => [x]),
  gelu: [-37, -10, -5, 10].map((x) => [x]),
  silu: [-1.278464542761, -37, -745].map((x) => [x]),
  cosh: mirrored([710, 22]).map((x) => [x]),
  sinh: mirrored([710, 22, 1e-9]).map((x) => [x]),
  pow: [[0.5, 1000], [1e-150, 0.5], [1e300, 0.9], [2, 1023.5], [1 + 1e-10, 1e10], [-2, 3], [-1.5, -4], [1e-5, 60], [10, -300.5]], // biome-ignore format: a table
  atan2: [[1e-100, 1e-100], [1e100, 1e100], [1e100, 1e-100], [-1e-9, -1], [1, 1e-17], [-3, 0], [2, -1e20]], // biome-ignore format: a table
  hypot: [[3e150, 4e150], [3e-150, 4e-150], [1e300, 1], [1e-300, 1]],
  mod: [[1e15, 3], [-1e15, 7.5], [1e300, 3], [-1e-20, 3], [5, -3]],
  fma: [[1 + 2 ** -30, 1 - 2 ** -30, -1], [1e200, 1e-200, -1], [1e308, 10, -1e308], [0.1, 10, -1]],
  beta: [[1e-3, 1e-3], [1e-5, 50], [20, 30], [100, 0.5], [1e5, 0.3], [-0.5, 2.2], [200, 250]],
  polygamma: [[2, 1e-3], [3, -2.5], [50, 3], [10, 1e4], [2, 100], [0, 5.5], [1, 7.25]],
  maximum: [[1e300, -1e300]],
  minimum: [[1e300, -1e300]],
  div: [[1e-300, 1e10], [1e250, 1e-5], [1, 3e-100]],
  mul: [[1e-200, 1e-150], [1e200, 1e150]],
  clip: [[0.5, 0, 1], [2, 0, 1]],
}; // biome-ignore format: a table

/** Rows of these names have values of all sizes; others only those of their own table. */
function extreme(row) {
  const own = hard[row.name] ?? [];
  return row.params.length === 1 ? [...mirrored(sizes).map((x) => [x]), ...own] : own;
}

const request = elementwiseRows
  .filter((row) => row.result !== 'bool')
  .map((row) => {
    const usable = (at) =>
      (row.domain?.(...at) ?? true) &&
      !row.kinks?.some((kink) => kink.at(...at)) &&
      at.every(Number.isFinite);
    return {
      name: row.name,
      whole: row.whole ?? [],
      points: [
        ...ordinary(row, 30).map((at) => ['ordinary', at]),
        ...extreme(row).map((at) => ['extreme', at]),
      ].filter(([, at]) => usable(at)),
    };
  });

const answer = spawnSync('python3', [`${root}bench/fixtures.py`], {
  input: JSON.stringify(request),
  maxBuffer: 2 ** 28,
  encoding: 'utf8',
  stdio: ['pipe', 'pipe', 'inherit'],
});
if (answer.status !== 0) {
  console.error('skipped: this needs python3 with mpmath');
  process.exitCode = 1;
} else {
  writeFileSync(`${root}test/fixtures/elementwise.json`, answer.stdout);
  console.log(`${request.length} rows, ${request.reduce((n, r) => n + r.points.length, 0)} points`);
}
