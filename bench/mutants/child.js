/**
 * A process that runs mutants, one after the other, as its parent asks. Messages in: `{ codes, cases }` once, then
 * `{ trace: files }`, or `{ items }` once and `{ mutant, code, order, cases, limit }`; out: what became of it. A mutant
 * that never ends is ended with the process.
 */
import { answer, numbers, Recorder, sameBits } from './items.js';
import { Modules } from './modules.js';
import { wrappersFor } from './structural.js';
import { runWith } from './suites.js';
import { watch } from './watch.js';

let modules;
let cases;
let items;
let usual;

/** A case may take so many times what it takes without a mutation, and so many milliseconds more. */
const PATIENCE = 20;
const GRACE = 5_000;
const allow = watch();

/** What the cases ask for, and which steps of the files each case and each item reaches, with files that call `__hit`. */
function trace(files) {
  const recorder = new Recorder();
  const plain = modules.instance(new Map(), recorder.wrappers());
  const verdicts = [];
  const milliseconds = [];
  plain('src/check/suite.ts');
  for (const c of cases) {
    recorder.begin(c.index, plain);
    const started = performance.now();
    verdicts.push(runWith(plain, c).verdict);
    milliseconds.push(performance.now() - started);
  }
  recorder.settle(modules.instance());
  const atLoad = new Set();
  let now = atLoad;
  globalThis.__hit = (step) => now.add(step);
  const load = modules.instance(new Map(files));
  load('src/check/suite.ts');
  load('test/mutants/table.ts').traceTables((step) => now.add(step));
  const reached = (run) => {
    now = new Set();
    run();
    return [...now];
  };
  return {
    items: recorder.items,
    verdicts,
    milliseconds,
    reachedByItems: recorder.items.map((item) => reached(() => answer(load, item))),
    reachedByCases: cases.map((c) => reached(() => runWith(load, c))),
    atLoad: [...atLoad],
  };
}

/** The first case that a mutant fails, or how far it is noticed without failing one. */
function kill({ mutant, code, order, fallback, limit, likely }) {
  const replaced = code === undefined ? new Map() : new Map([[mutant.file, code]]);
  const load = modules.instance(replaced, mutant.kind === 'structural' ? wrappersFor(mutant) : undefined);
  const run = new Runs(load, limit);
  try {
    run.begin();
    load('src/check/suite.ts');
    if (mutant.kind === 'table') load('test/mutants/table.ts').makeMutant(mutant.name);
  } catch (error) {
    return { how: `crash: ${error.message.split('\n')[0]}` };
  }
  const first = likely === undefined ? undefined : run.cases([likely]);
  if (first) return first;
  const texts = [];
  for (const index of order) {
    const item = items[index];
    const change = run.compare(item);
    if (change === 'none') continue;
    texts.push(index);
    // Where the numbers stay what they are, a few cases are enough to see that nothing else changes.
    if (change === 'text' && texts.length > SAME) continue;
    const killed = run.cases(item.cases);
    if (killed) return { ...killed, item: index };
  }
  const killed = run.cases(fallback, Number.POSITIVE_INFINITY);
  return killed ?? { texts: texts.slice(0, 8), changes: texts.length, ...run.counts };
}

/** So many items with other code but the same numbers are tried on their cases. */
const SAME = 4;
/** So many cases that ask for the same are tried. */
const ASKING = 4;

class Runs {
  #load;
  #seen = new Set();
  #limit;
  counts = { numbers: 0, ran: 0, unsure: 0 };

  constructor(load, limit) {
    this.#load = load;
    this.#limit = limit;
  }

  /** Begins work that takes as long as a case does without a mutation, or next to nothing. */
  begin(index) {
    allow(GRACE + PATIENCE * (index === undefined ? 0 : usual[index]));
  }

  /** What a mutant changes of the answer to an item: 'none', 'text' (the numbers stay the same), 'numbers'. */
  compare(item) {
    this.begin();
    try {
      const given = answer(this.#load, item);
      if (given.text === item.text) return 'none';
      const results = item.numbers && numbers(this.#load, given, item.args);
      if (results && sameBits(results, item.numbers)) return 'text';
    } catch {
      // The case that asked for it will tell.
    }
    this.counts.numbers++;
    return 'numbers';
  }

  cases(indices, most = ASKING) {
    let left = most;
    for (const index of indices) {
      if (this.#seen.has(index)) continue;
      if (left-- === 0) return undefined;
      if (this.#limit !== undefined && this.#seen.size >= this.#limit) return undefined;
      this.#seen.add(index);
      const killed = this.#case(index);
      if (killed) return killed;
    }
    return undefined;
  }

  #case(index) {
    this.begin(index);
    this.counts.ran++;
    try {
      const { verdict, diagnostics } = runWith(this.#load, cases[index]);
      if (verdict === 'inconclusive' && cases[index].verdict === 'agree') this.counts.unsure++;
      if (verdict !== 'disagree' && verdict !== 'error') return undefined;
      return { by: index, how: diagnostics.find((d) => d.severity === 'error')?.message ?? verdict };
    } catch (error) {
      return { by: index, how: `crash: ${String(error.message ?? error).split('\n')[0]}` };
    }
  }
}

process.on('disconnect', () => process.exit());
process.on('message', async (message) => {
  if (message.codes) {
    modules = new Modules(new Map(message.codes), new Map([['chevrotain', await import('chevrotain')]]));
    cases = message.cases;
    process.send({ ready: true });
  } else if (message.trace) process.send(trace(message.trace));
  else if (message.items) {
    items = message.items;
    usual = message.milliseconds;
    process.send({ ready: true });
    for (const [i, verdict] of message.verdicts.entries()) cases[i].verdict = verdict;
  } else {
    const result = kill(message);
    allow(0);
    process.send(result);
  }
});
