/** Workers that crash or hang: what they were at is told, everything else is run. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inOrder } from '../../src/cli/verify/pool.js';
import type { Numbered } from '../../src/cli/verify/work.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-pool-'));
const workerpool = createRequire(import.meta.url).resolve('workerpool');

/** A worker that dies on the text `die`, fails on `throw`, waits on `hang`, and agrees with everything else. */
const script = join(folder, 'worker.cjs');
writeFileSync(
  script,
  `require(${JSON.stringify(workerpool)}).worker({
    runBatch: async (cases) => {
      const results = [];
      for (const { source } of cases) {
        if (source.text === 'die') process.exit(7);
        if (source.text === 'throw') throw new Error('thrown');
        if (source.text === 'hang') await new Promise(() => {});
        if (source.text === 'slow') await new Promise((done) => setTimeout(done, 50));
        results.push({ case: source, verdict: 'agree', points: 1, claims: [], diagnostics: [] });
      }
      return results;
    },
  });`,
);

const cases = (...texts: string[]): Numbered[] =>
  texts.map((text, index) => ({
    index,
    source: { form: 'suite', file: 'f', line: index + 1, start: 0, text },
  }));
const settings = { points: 1, seed: 1, tolerance: 1e-9, seconds: 0.1, maxIterations: 1e7 };

async function run(list: Numbered[], jobs: number, batch = 4) {
  const told: string[] = [];
  for await (const r of inOrder(list, { jobs, script, settings, batch }))
    told.push(`${r.case.text} ${r.diagnostics[0]?.code ?? r.verdict}`);
  return told;
}

test.each([1, 2, 3])('%d workers: results in order, a lost case is told', async (jobs) => {
  const texts = ['a', 'slow', 'die', 'b', 'c', 'throw', 'slow', 'd', 'e', 'f', 'die', 'g'];
  const told = await run(cases(...texts), jobs);
  expect(told).toEqual(texts.map((t) => `${t} ${t === 'die' || t === 'throw' ? 'case-lost' : 'agree'}`));
});

test('many cases in batches', async () => {
  const texts = Array.from({ length: 200 }, (_, i) => (i % 50 === 49 ? 'die' : `c${i}`));
  expect(await run(cases(...texts), 2, 16)).toEqual(
    texts.map((t) => `${t} ${t === 'die' ? 'case-lost' : 'agree'}`),
  );
});

test('the signal ends a run that waits', async () => {
  const stop = new AbortController();
  const told: string[] = [];
  for await (const r of inOrder(cases('a', 'hang', 'b'), {
    jobs: 1,
    script,
    settings,
    batch: 1,
    signal: stop.signal,
  })) {
    told.push(r.case.text);
    stop.abort();
  }
  expect(told).toEqual(['a']);
});
