/**
 * The worst error of each element-wise row of the table, in units in the last place, over the fixtures: value, first and
 * second derivatives. With `--write` docs/accuracy.md gets the table anew, each bound rounded up.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadSource } from './load.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { elementwiseRows } = await loadSource('src/ops/table.ts');
const { orders, worstErrors } = await loadSource('test/support/ulps.ts');
const fixtures = JSON.parse(readFileSync(`${root}test/fixtures/elementwise.json`, 'utf8'));

const rows = elementwiseRows
  .filter((row) => fixtures[row.name])
  .map((row) => ({ row, points: fixtures[row.name], worst: worstErrors(row, fixtures[row.name]) }));

for (const { row, points, worst } of rows) {
  const errors = orders.map((order) => worst[order].error.toPrecision(3).padStart(9)).join(' ');
  console.log(`${row.name.padEnd(12)} ${String(points.length).padStart(4)} points ${errors}`);
}

/** The bound that is recorded: rounded up to one of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten. */
function bound(error) {
  if (error === 0) return '0';
  if (error <= 0.5) return '0.5';
  const power = 10 ** Math.floor(Math.log10(error));
  const step = [1, 1.5, 2, 3, 4, 6, 8, 10].find((s) => error <= s * power * (1 + 1e-12)) ?? 10;
  const value = step * power;
  return value < 1e5 ? String(Number(value.toPrecision(2))) : value.toExponential(0).replace('e+', 'e');
}

if (process.argv.includes('--write')) {
  const path = `${root}docs/accuracy.md`;
  const table = rows.map(({ row, points, worst }) => {
    const cells = orders.map((order) => bound(worst[order].error));
    return `| \`${row.name}\` | ${points.length} | ${cells.join(' | ')} |`;
  });
  const head = ['| function | points | value | first | second |', '| --- | ---: | ---: | ---: | ---: |'];
  const [before, rest = ''] = readFileSync(path, 'utf8').split('<!-- bounds -->\n');
  const [, after = ''] = rest.split('<!-- end of bounds -->');
  const text = [...head, ...table].join('\n');
  const dated = before.replace(/Node \d+\.\d+\.\d+/, `Node ${process.versions.node}`);
  writeFileSync(path, `${dated}<!-- bounds -->\n\n${text}\n\n<!-- end of bounds -->${after}`);
}
