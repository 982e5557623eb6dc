/** The texts that generated code carries are those of src/ops/carried, and compute the same. */
import { execFileSync } from 'node:child_process';
import { carriedTexts } from '../../src/ops/carried/texts.js';
import { arrayRows, elementwiseRows } from '../../src/ops/table.js';
import { pointsOf } from './points.js';

/** A function from its JavaScript text and those of what it needs. */
function fromText(name: string): (...args: unknown[]) => unknown {
  const needed = new Set<string>();
  const add = (n: string): void => {
    if (needed.has(n)) return;
    needed.add(n);
    for (const m of carriedTexts.get(n)?.needs ?? []) add(m);
  };
  add(name);
  const texts = [...needed].map((n) => carriedTexts.get(n)?.js);
  return new Function(`${texts.join('\n')}\nreturn carried$${name};`)();
}

test('the texts are up to date', () => {
  execFileSync(process.execPath, ['bench/carried.js', '--check'], { stdio: 'pipe' });
});

const carried = elementwiseRows.filter((r) => r.code.form === 'carried');

test.each(carried.map((r) => [r.name, r] as const))('%s', (name, row) => {
  const own = fromText(name);
  for (const at of pointsOf(row, 40)) expect(own(...at)).toBe(row.value(...at));
});

test('every array primitive has a text', () => {
  for (const row of arrayRows) expect([row.name, carriedTexts.has(row.name)]).toEqual([row.name, true]);
});
