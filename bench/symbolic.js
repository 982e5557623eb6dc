/**
 * Measures symbolic derivatives of `bench/symbolic/formulas.txt` by adc, mathjs, nerdamer, nerdamer-prime,
 * compute-engine and, where Python has it, SymPy: operations of the answer with what is shared counted once, and time
 * from text to text. Answers are checked against differences with 64 digits. Prints geometric means over the formulas
 * that both adc and the contender answered rightly, wrong answers, and where adc's answer is the longer one.
 *
 * `npm run bench:symbolic` installs the contenders, apart from adc's own packages, and runs it. Options after `--`:
 *   --all               every setting of every contender, not only the chosen ones
 *   --rounds N          timed passes over the formulas (default 2); 0 times the first pass
 *   --only TEXT         formulas in whose line the text occurs
 *   --without A,B       without these contenders
 *   --json FILE         all answers as JSON
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { countOperations } from './symbolic/count.js';
import { mistakeIn, truthsOf } from './symbolic/judge.js';
import { formulaOf, renamed } from './symbolic/notations.js';
import { Contender } from './symbolic/process.js';

const { values: options } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '2' },
    only: { type: 'string', default: '' },
    without: { type: 'string', default: '' },
    json: { type: 'string' },
  },
});
const rounds = Number(options.rounds);
/** For one formula. */
const SECONDS = 20;

/**
 * The contenders with the settings that are measured: those that give the shortest right answers.
 * nerdamer's `simplify` shortens little, takes many seconds for some formulas and errs twice as often: `--all` shows it.
 */
const CONTENDERS = {
  adc: ['diff'],
  mathjs: ['derivative'],
  nerdamer: ['diff'],
  'nerdamer-prime': ['diff'],
  'compute-engine': ['simplify, fu'],
  sympy: ['simplify'],
};

function readFormulas() {
  const text = readFileSync(fileURLToPath(new URL('symbolic/formulas.txt', import.meta.url)), 'utf8');
  let group = '';
  return text.split('\n').flatMap((line, number) => {
    if (line.startsWith('## ')) group = line.slice(3);
    if (line === '' || line.startsWith('#') || !line.includes(options.only)) return [];
    const [formula, variables = 'x', positive = ''] = line.split('|').map((part) => part.trim());
    const wrt = variables.split(',');
    const parsed = { formula, group, wrt, positive: new Set(positive.split(/\s+/)), ...formulaOf(formula) };
    const strange = [...wrt, ...parsed.positive].find((name) => name !== '' && !parsed.names.includes(name));
    if (strange !== undefined) throw new Error(`line ${number + 1}: ${strange} is not in ${formula}`);
    const truths = truthsOf(parsed, number);
    if (truths.length < 3)
      throw new Error(`line ${number + 1}: only ${truths.length} points in the domain of ${formula}`);
    return [{ ...parsed, truths }];
  });
}

/** Names that were changed for a contender, changed back. */
function restored(expression, names) {
  const back = new Map(names.map((name) => [renamed(name), name]));
  const known = new Map();
  const walk = (e) => {
    if (typeof e === 'string') return back.get(e) ?? e;
    if (!Array.isArray(e)) return e;
    if (!known.has(e)) known.set(e, [e[0], ...e.slice(1).map(walk)]);
    return known.get(e);
  };
  return walk(expression);
}

function judged(formula, reply) {
  if (reply.refused !== undefined) return { refused: reply.refused, printed: reply.printed };
  const expressions = reply.expressions.map((e) => restored(e, formula.names));
  let mistake;
  try {
    mistake = mistakeIn(expressions, formula.truths, formula.wrt);
  } catch (error) {
    return { refused: `not understood: ${error.message}`, printed: reply.printed };
  }
  const { printed } = reply;
  if (mistake !== undefined) return { mistake, printed };
  return { printed, operations: countOperations(expressions), milliseconds: [] };
}

const formulas = readFormulas();
console.log(`${formulas.length} formulas`);

const entries = [];
for (const [name, chosen] of Object.entries(CONTENDERS)) {
  if (options.without.split(',').includes(name)) continue;
  const contender = new Contender(name);
  const greeting = await contender.start();
  if (!greeting) {
    console.log(`${name} is left out: ${contender.errors.trim().split('\n').pop() || 'it does not start'}`);
    continue;
  }
  for (const setting of options.all ? greeting.settings : chosen)
    entries.push({ name, setting, contender, notation: greeting.notation, results: [] });
}

/** Asks one contender for one formula. */
function ask({ contender, setting, notation }, formula) {
  const plain = notation === 'adc' || notation === 'mathjson';
  const names = formula.names.map((n) => (plain ? n : renamed(n)));
  const wrt = formula.wrt.map((n) => (plain ? n : renamed(n)));
  return contender.ask({ setting, text: formula.notations[notation], wrt, names }, SECONDS);
}

/** Code is compiled while it runs: passes until a contender has had this time, or this many passes. */
const WARM_SECONDS = 5;
const WARM_PASSES = 6;

for (const entry of entries) {
  const { results } = entry;
  let spent = 0;
  for (const [k, formula] of formulas.entries()) {
    const reply = await ask(entry, formula);
    results[k] = judged(formula, reply);
    if (rounds === 0) results[k].milliseconds?.push(reply.milliseconds);
    spent += reply.milliseconds ?? 0;
  }
  for (let pass = 1; rounds > 0 && pass < WARM_PASSES && spent < WARM_SECONDS * 1000; pass++)
    for (const [k, formula] of formulas.entries())
      if (results[k].operations !== undefined) spent += (await ask(entry, formula)).milliseconds ?? 0;
}

/** Contenders take turns, so that what else the machine does falls on all alike. */
for (let round = 0; round < rounds; round++)
  for (const [k, formula] of formulas.entries())
    for (const entry of entries) {
      const { milliseconds } = entry.results[k];
      if (milliseconds) milliseconds.push((await ask(entry, formula)).milliseconds);
    }
for (const contender of new Set(entries.map((e) => e.contender))) await contender.stop();

const geometricMean = (numbers) => Math.exp(numbers.reduce((s, x) => s + Math.log(x), 0) / numbers.length);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
/** An answer of no operation counts as one, so that it has a logarithm. */
const size = (result) => Math.max(1, result.operations);
const time = (result) => median(result.milliseconds);

const own = entries.find((e) => e.name === 'adc');
const label = (entry) => `${entry.name}, ${entry.setting}`;

console.log(
  `\n${'contender'.padEnd(34)} right  wrong  none   operations: theirs  adc  ratio   ms: theirs   adc   ratio`,
);
for (const entry of entries) {
  const { results } = entry;
  const both = formulas.flatMap((_, k) =>
    results[k].operations !== undefined && own?.results[k].operations !== undefined
      ? [{ theirs: results[k], ours: own.results[k] }]
      : [],
  );
  const of = (measure, who) => geometricMean(both.map((pair) => measure(pair[who])));
  const count = (test) => String(results.filter(test).length).padStart(5);
  const [a, b, c, d] = [of(size, 'theirs'), of(size, 'ours'), of(time, 'theirs'), of(time, 'ours')];
  console.log(
    `${label(entry).padEnd(34)} ${count((r) => r.operations !== undefined)}  ${count((r) => r.mistake !== undefined)} ${count((r) => r.refused !== undefined)} ${a.toFixed(2).padStart(20)} ${b.toFixed(2)} ${(a / b).toFixed(3).padStart(6)} ${c.toFixed(3).padStart(12)} ${d.toFixed(3)} ${(c / d).toFixed(1).padStart(7)}`,
  );
}

/** The formulas for which somebody's right answer has fewer operations than adc's. */
const losses = formulas.flatMap((formula, k) => {
  const mine = own?.results[k];
  if (mine === undefined) return [];
  const better = entries
    .filter((e) => e.results[k].operations < (mine.operations ?? Number.POSITIVE_INFINITY))
    .sort((p, q) => p.results[k].operations - q.results[k].operations);
  return better.length > 0 ? [{ formula, mine, best: better[0], found: better[0].results[k] }] : [];
});
console.log(`\nadc's answer is longer than somebody's for ${losses.length} of ${formulas.length} formulas:`);
for (const { formula, mine, best, found } of losses) {
  console.log(`  ${formula.formula}  (d/d${formula.wrt.join(', ')})`);
  const ours = mine.operations === undefined ? (mine.mistake ?? mine.refused) : mine.printed.join('  ;  ');
  console.log(`    adc ${mine.operations ?? '–'}: ${ours.replaceAll('\n', '; ')}`);
  console.log(`    ${label(best)} ${found.operations}: ${found.printed.join('  ;  ')}`);
}

for (const entry of entries) {
  const wrong = formulas.flatMap((formula, k) =>
    entry.results[k].mistake ? [{ formula, result: entry.results[k] }] : [],
  );
  if (wrong.length > 0) console.log(`\nwrong answers of ${label(entry)}:`);
  for (const { formula, result } of wrong)
    console.log(`  ${formula.formula}: ${result.printed.join('  ;  ').slice(0, 160)}\n    ${result.mistake}`);
}

if (options.json)
  writeFileSync(
    options.json,
    JSON.stringify(
      formulas.map((f, k) => ({
        formula: f.formula,
        group: f.group,
        wrt: f.wrt,
        answers: Object.fromEntries(entries.map((e) => [label(e), e.results[k]])),
      })),
      null,
      1,
    ),
  );
