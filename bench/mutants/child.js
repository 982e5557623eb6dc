/**
 * A process that runs mutants, one after the other, as its parent asks. Messages in: `{ codes, cases }` once, then
 * `{ trace: { files } }` or `{ mutant, code, order }`; out: what became of it. A mutant that never ends is ended by the parent.
 */
import { Modules } from './modules.js';
import { runWith } from './suites.js';

let modules;
let cases;

/** Which steps of the files each case reaches, with files that call `__hit`. */
function trace(files) {
  const reached = [];
  const atLoad = new Set();
  let now = atLoad;
  globalThis.__hit = (step) => now.add(step);
  const load = modules.instance(new Map(files));
  load('src/check/suite.ts');
  load('test/mutants/table.ts').traceTables((step) => now.add(step));
  for (const c of cases) {
    now = new Set();
    const started = performance.now();
    const { verdict } = runWith(load, c);
    reached.push({ verdict, milliseconds: performance.now() - started, steps: [...now] });
  }
  return { reached, atLoad: [...atLoad] };
}

/** The first case that a mutant fails, or undefined. */
function kill({ mutant, code, order }) {
  const replaced = code === undefined ? new Map() : new Map([[mutant.file, code]]);
  let unsure = 0;
  try {
    const load = modules.instance(replaced);
    load('src/check/suite.ts');
    if (mutant.kind === 'table') load('test/mutants/table.ts').makeMutant(mutant.name);
    for (const index of order) {
      const { verdict, diagnostics } = runAt(load, index);
      if (verdict === 'inconclusive' && cases[index].verdict === 'agree') unsure++;
      if (verdict === 'disagree' || verdict === 'error')
        return { by: index, how: diagnostics.find((d) => d.severity === 'error')?.message ?? verdict };
    }
  } catch (error) {
    return { by: error.caseIndex, how: `crash: ${error.message.split('\n')[0]}` };
  }
  return { unsure };
}

function runAt(load, index) {
  process.send({ begins: index });
  try {
    return runWith(load, cases[index]);
  } catch (error) {
    throw Object.assign(error instanceof Error ? error : new Error(String(error)), { caseIndex: index });
  }
}

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.codes) {
    modules = new Modules(new Map(message.codes), new Map([['chevrotain', await import('chevrotain')]]));
    cases = message.cases;
    process.send({ ready: true });
  } else if (message.trace) process.send(trace(message.trace));
  else if (message.verdicts)
    for (const [i, verdict] of message.verdicts.entries()) cases[i].verdict = verdict;
  else process.send(kill(message));
});
