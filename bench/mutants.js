/**
 * Tests the checker by breaking adc: makes every mutant in turn, runs the suites of samples and test/suites through it
 * as `adc verify` does, and counts. A mutant is killed when a case ends with `disagree` or `error`, a claim is false, or
 * adc crashes or never ends. One that survives has to be explained in test/mutants/equivalent.txt.
 *
 * A mutant meets the items (bench/mutants/items.js) that reach its place, and the cases that ask for those whose answer it
 * changes. CONTRIBUTING.md says what the options do.
 *
 * Usage: node bench/mutants.js [--only PATTERN|@FILE] [--jobs N] [--list] [--verbose] [--quick] [--log FILE] [--cases PATTERN] [--all]
 */
import { readdirSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { transformSync } from 'esbuild';
import { enumerate, instrumented } from './mutants/enumerate.js';
import { digestOf, Log } from './mutants/log.js';
import { Modules } from './mutants/modules.js';
import { Order } from './mutants/order.js';
import { Pool } from './mutants/pool.js';
import { structuralMutants } from './mutants/structural.js';
import { casesIn } from './mutants/suites.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    jobs: { type: 'string' },
    list: { type: 'boolean' },
    verbose: { type: 'boolean' },
    quick: { type: 'boolean' },
    log: { type: 'string' },
    cases: { type: 'string' },
    all: { type: 'boolean' },
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
  return { idOf: (m) => (m.kind === 'source' ? ids.get(key(m)) : m.step), files };
}

/** So many cases a mutant meets with --quick. */
const QUICK = 48;

function fate({ by, how, changes, texts, numbers, ran, unsure, unreached }, cases) {
  if (how !== undefined)
    return `killed${by === undefined ? '' : ` by ${cases[by].file}:${cases[by].line}`}: ${how}`;
  if (unreached) return 'not reached';
  const changed = `changes ${changes} items, numbers of ${numbers} (${texts.join(' ')})`;
  return `survives ${ran} cases, ${changed}${unsure ? `, ${unsure} cases inconclusive` : ''}`;
}

function report(results, cases, { explain, lists, stale }, seconds) {
  const survivors = results.filter(({ result }) => result.how === undefined);
  const open = survivors.filter(({ m }) => explain(m.name) === undefined);
  const wrong = results.filter(({ m, result }) => result.how !== undefined && lists(m.name));
  for (const { m, result } of open) console.log(`${m.name} => ${fate(result, cases)}`);
  for (const { m, result } of wrong)
    console.log(`listed as equivalent, but ${fate(result, cases)}: ${m.name}`);
  // What the list says of mutants that are all killed, or that there are not, is wrong as well.
  const idle = only === undefined ? stale(survivors.map(({ m }) => m.name)) : [];
  for (const name of idle) console.log(`listed as equivalent, but no survivor has the name: ${name}`);
  console.log(
    `${results.length} mutants, ${results.length - survivors.length} killed, ` +
      `${survivors.length - open.length} equivalent (listed), ${open.length} surviving ` +
      `(${cases.length} cases, ${Math.round(seconds)} s)`,
  );
  return open.length + wrong.length + idle.length === 0;
}

async function main() {
  const codes = readCodes();
  const base = new Modules(codes, new Map([['chevrotain', await import('chevrotain')]])).instance();
  const { mutants: sourceMutants, sources } = enumerate(root, options.all === true);
  const tables = base('test/mutants/table.ts').tableMutants();
  const all = [...tables, ...structuralMutants(sources), ...sourceMutants];
  const mutants = all.filter((m) => only === undefined || only.test(m.name));
  if (options.list) {
    for (const m of mutants) console.log(m.name);
    return true;
  }
  const started = performance.now();
  const { idOf, files } = stepsOf(sourceMutants, sources);
  const cases = casesIn(root, base, new RegExp(options.cases ?? ''));
  const log = new Log(
    options.log,
    digestOf([...codes].flatMap(([file, code]) => (file.startsWith('test/') ? [] : [code]))),
    cases,
  );
  const pool = new Pool([...codes], cases);
  const trace = await log.traced(
    digestOf(files.flat()),
    () => pool.trace(files),
    (known) => pool.knows(known),
  );
  const failing = cases.filter((_, i) => ['disagree', 'error'].includes(trace.verdicts[i]));
  for (const c of failing) console.log(`${c.file}:${c.line} fails without any mutation: ${c.text}`);
  if (failing.length > 0) return false;

  const list = readFileSync(`${root}test/mutants/equivalent.txt`, 'utf8');
  const explanations = base('test/mutants/explanations.ts').readExplanations(list);
  const order = new Order(trace, idOf);
  const results = [];
  const record = (m, result) => {
    results.push({ m, result });
    if (result.by !== undefined) order.killed(m, result);
    if (log.result(m.name) === undefined) log.note(m.name, result);
    if (options.verbose) console.log(`${m.name} => ${fate(result, cases)}`);
  };
  const codeOf = (m) => {
    if (m.kind !== 'source') return undefined;
    const text = sources.get(m.file).getFullText();
    return toCode(text.slice(0, m.start) + m.text + text.slice(m.end), m.file);
  };
  let next = 0;
  const work = () => {
    for (let m = mutants[next++]; m !== undefined; m = mutants[next++]) {
      const mutant = m;
      const known = log.result(mutant.name);
      if (known !== undefined) {
        record(mutant, known);
        continue;
      }
      const met = order.of(mutant);
      if (met.order.length + met.fallback.length === 0) {
        record(mutant, { unreached: true });
        continue;
      }
      const limit = options.quick ? QUICK : undefined;
      const message = { mutant, code: codeOf(mutant), ...met, limit, likely: log.hint(mutant.name) };
      return { message, done: (result) => record(mutant, result) };
    }
    return undefined;
  };
  await pool.run(work, jobs);
  return report(results, cases, explanations, (performance.now() - started) / 1000);
}

process.exitCode = (await main()) ? 0 : 1;
