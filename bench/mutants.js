/**
 * Tests the checker by breaking adc: makes every mutant in turn, runs the suites of samples and test/suites through it
 * as `adc verify` does, and counts. A mutant is killed when a case ends with `disagree` or `error`, a claim is false, or
 * adc crashes or never ends. One that survives has to be explained in test/mutants/equivalent.txt.
 *
 * A mutant meets the cases that reach its place: at first those that differ most, and the others if it survives unexplained
 * (not with --quick).
 *
 * Usage: node bench/mutants.js [--only PATTERN|@FILE] [--jobs N] [--list] [--verbose] [--quick]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformSync } from 'esbuild';
import { enumerate, instrumented } from './mutants/enumerate.js';
import { Modules } from './mutants/modules.js';
import { Pool } from './mutants/pool.js';
import { casesIn } from './mutants/suites.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    jobs: { type: 'string' },
    list: { type: 'boolean' },
    verbose: { type: 'boolean' },
    quick: { type: 'boolean' },
  },
});
const jobs = Number(options.jobs ?? Math.max(1, availableParallelism() - 1));
/** Which mutants are wanted: those whose name matches a pattern, or stands in a file. */
const only = wanted(options.only);

function wanted(pattern) {
  if (pattern === undefined) return undefined;
  if (!pattern.startsWith('@')) return new RegExp(pattern);
  const names = new Set(readFileSync(pattern.slice(1), 'utf8').split('\n'));
  return { test: (name) => names.has(name) };
}

const toCode = (text, file) =>
  transformSync(text, { loader: 'ts', format: 'cjs', target: 'node20', sourcefile: file }).code;

function readCodes() {
  const codes = new Map();
  for (const folder of ['src', 'grammar', 'test/mutants'])
    for (const entry of readdirSync(root + folder, { recursive: true }))
      if (entry.endsWith('.ts') && !entry.endsWith('.test.ts')) {
        const file = `${folder}/${entry}`;
        codes.set(file, toCode(readFileSync(root + file, 'utf8'), file));
      }
  return codes;
}

/** The steps that mutants stand in, and the files with a call that tells when one is reached. */
function stepsOf(mutants, sources) {
  const ids = new Map();
  const key = (m) => `${m.file}:${m.step}`;
  for (const m of mutants) if (m.step !== undefined && !ids.has(key(m))) ids.set(key(m), ids.size);
  const files = [...sources].map(([file, source]) => {
    const own = [...ids].filter(([k]) => k.startsWith(`${file}:`));
    const starts = new Map(own.map(([k, id]) => [Number(k.slice(file.length + 1)), id]));
    return [file, toCode(instrumented(source, starts), file)];
  });
  return { idOf: (m) => (m.kind === 'table' ? m.step : ids.get(key(m))), files };
}

/** So many cases a mutant meets at first: those that differ most in what they reach. The rest is for unexplained ones. */
const FIRST = 48;

/** Cases by how many steps they reach that cases before them do not, for the time they take. */
function ranking(reached) {
  const seen = new Set();
  const left = new Set(reached.keys());
  const rank = [];
  while (left.size > 0) {
    let best;
    let most = -1;
    for (const i of left) {
      const { steps, milliseconds } = reached[i];
      const gain = steps.reduce((n, s) => n + (seen.has(s) ? 0 : 1), 0) / (20 + milliseconds);
      if (gain > most) [best, most] = [i, gain];
    }
    // Where nothing is new any more, what has been seen counts anew.
    if (most === 0 && seen.size > 0) {
      seen.clear();
      continue;
    }
    for (const s of reached[best].steps) seen.add(s);
    left.delete(best);
    rank.push(best);
  }
  return rank;
}

/** In which order a mutant meets which cases: such as killed its kin first, then those that differ most. */
class Order {
  #kills = new Map();
  #sets;
  #loaded;
  #idOf;
  #rank;

  constructor({ reached, atLoad }, idOf) {
    this.#sets = reached.map((r) => new Set(r.steps));
    this.#loaded = new Set(atLoad);
    this.#idOf = idOf;
    this.#rank = ranking(reached);
  }

  #group(m) {
    const key = m.file ?? m.of;
    if (!this.#kills.has(key)) this.#kills.set(key, new Map());
    return this.#kills.get(key);
  }

  #cases(m) {
    const id = this.#idOf(m);
    const always = id === undefined || this.#loaded.has(id);
    return always ? this.#rank : this.#rank.filter((i) => this.#sets[i].has(id));
  }

  /** The cases to begin with, and the others. */
  of(m) {
    const all = this.#cases(m);
    const kills = this.#group(m);
    const byKills = [...all].sort((a, b) => (kills.get(b) ?? 0) - (kills.get(a) ?? 0));
    const first = [...new Set([...byKills.slice(0, FIRST / 4), ...all.slice(0, FIRST)])].slice(0, FIRST);
    return { first, rest: all.filter((i) => !first.includes(i)) };
  }

  killed(m, by) {
    const kills = this.#group(m);
    kills.set(by, (kills.get(by) ?? 0) + 1);
  }
}

function fate({ by, how, unsure, unreached }, cases) {
  if (how !== undefined)
    return `killed${by === undefined ? '' : ` by ${cases[by].file}:${cases[by].line}`}: ${how}`;
  if (unreached) return 'not reached';
  return `survives${unsure ? `, ${unsure} cases inconclusive` : ''}`;
}

function report(results, cases, { explain, unused }, seconds) {
  const survivors = results.filter(({ result }) => result.how === undefined);
  const open = survivors.filter(({ m }) => explain(m.name) === undefined);
  const wrong = results.filter(({ m, result }) => result.how !== undefined && explain(m.name) !== undefined);
  for (const { m, result } of open) console.log(`${m.name} => ${fate(result, cases)}`);
  for (const { m, result } of wrong)
    console.log(`explained as equivalent, but ${fate(result, cases)}: ${m.name}`);
  if (only === undefined) for (const pattern of unused()) console.log(`explains no mutant: ${pattern}`);
  console.log(
    `${results.length} mutants, ${cases.length} cases: ${results.length - survivors.length} killed, ` +
      `${survivors.length - open.length} equivalent, ${open.length} survive (${Math.round(seconds)} s)`,
  );
  return open.length + wrong.length === 0;
}

async function main() {
  const codes = readCodes();
  const base = new Modules(codes, new Map([['chevrotain', await import('chevrotain')]])).instance();
  const { mutants: sourceMutants, sources } = enumerate(root);
  const all = [...base('test/mutants/table.ts').tableMutants(), ...sourceMutants];
  const mutants = all.filter((m) => only === undefined || only.test(m.name));
  if (options.list) {
    for (const m of mutants) console.log(m.name);
    return true;
  }
  const started = performance.now();
  const { idOf, files } = stepsOf(sourceMutants, sources);
  const cases = casesIn(root, base);
  const pool = new Pool([...codes], cases);
  const trace = await pool.trace(files);
  const failing = cases.filter((_, i) => ['disagree', 'error'].includes(trace.reached[i].verdict));
  for (const c of failing) console.log(`${c.file}:${c.line} fails without any mutation: ${c.text}`);
  if (failing.length > 0) return false;

  const list = readFileSync(`${root}test/mutants/equivalent.txt`, 'utf8');
  const explanations = base('test/mutants/explanations.ts').readExplanations(list);
  const order = new Order(trace, idOf);
  const results = [];
  const record = (m, result) => {
    results.push({ m, result });
    if (result.by !== undefined) order.killed(m, result.by);
    if (options.verbose) console.log(`${m.name} => ${fate(result, cases)}`);
  };
  const codeOf = (m) => {
    if (m.kind === 'table') return undefined;
    const text = sources.get(m.file).getFullText();
    return toCode(text.slice(0, m.start) + m.text + text.slice(m.end), m.file);
  };
  const again = [];
  let next = 0;
  const work = () => {
    if (again.length > 0) {
      const { mutant, code, rest } = again.pop();
      return { message: { mutant, code, order: rest }, done: (result) => record(mutant, result) };
    }
    for (let mutant = mutants[next++]; mutant !== undefined; mutant = mutants[next++]) {
      const { first, rest } = order.of(mutant);
      if (first.length === 0) {
        record(mutant, { unreached: true });
        continue;
      }
      const m = mutant;
      const code = codeOf(m);
      const done = (result) => {
        const survives = result.how === undefined;
        if (survives && !options.quick && rest.length > 0 && explanations.explain(m.name) === undefined)
          again.push({ mutant: m, code, rest });
        else record(m, result);
      };
      return { message: { mutant: m, code, order: first }, done };
    }
    return undefined;
  };
  await pool.run(work, jobs);
  return report(results, cases, explanations, (performance.now() - started) / 1000);
}

process.exitCode = (await main()) ? 0 : 1;
