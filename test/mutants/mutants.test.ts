/**
 * Every value and partial of the table, broken in turn, is noticed by the suites. `npm run mutants` does the same with
 * the rules, the simplification, the loops and the emitters, and takes much longer.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Case, readCases } from '../../src/check/cases.js';
import { compiler } from '../../src/check/compiler.js';
import { runCase, suiteDefaults } from '../../src/check/suite.js';
import { type Func, type Op, regionsOf } from '../../src/ir/types.js';
import { makeAlgebra } from '../../src/ops/algebra.js';
import type { ArrayAlgebra } from '../../src/ops/array.js';
import { arrayRow, elementwiseRow } from '../../src/ops/table.js';
import { openProblem } from '../../src/run/open.js';
import { readExplanations } from './explanations.js';
import { makeMutant, tableMutants } from './table.js';

const { explain, lists, stale } = readExplanations(readFileSync('test/mutants/equivalent.txt', 'utf8'));

interface Sample {
  readonly case: Case;
  readonly index: number;
  /** The rows that its program uses, and how many operations that is. */
  readonly rows: ReadonlySet<string>;
  readonly size: number;
}

/** Notes the hidden rows that a partial calls: they appear in derivatives only. */
function hidden(parts: string[]) {
  return makeAlgebra<number>(
    () => 0,
    (name) => {
      if (elementwiseRow(name)?.hidden) parts.push(name);
      return 0;
    },
    () => 0,
  );
}

/** The row, those that its definition calls, and the hidden ones of its derivative. */
function withParts(name: string): string[] {
  const parts: string[] = [];
  const recording = makeAlgebra<number>(
    () => 0,
    (part) => {
      parts.push(...withParts(part));
      return 0;
    },
    () => 0,
  );
  const row = elementwiseRow(name);
  row?.definition?.(recording, [0, 0, 0]);
  for (const p of row?.partials ?? []) if (p !== 'zero') p(hidden(parts), [0, 0, 0], 0);
  return [name, ...parts];
}

/** An array primitive and those that its rules call. */
function withRules(name: string): string[] {
  const parts: string[] = [];
  const methods = { array: (part: string) => parts.push(part) };
  const recording = new Proxy(methods as unknown as ArrayAlgebra<number>, {
    get: (k, key) => (key === 'array' ? k.array : () => 0),
  });
  for (const p of arrayRow(name)?.partials ?? [])
    if (p !== 'zero') for (const rule of [p.tangent, p.adjoint]) rule(recording, [0, 0], 0, 0);
  return [name, ...parts];
}

function namesIn(func: Func): string[] {
  const visit = (op: Op): string[] => {
    const inner = regionsOf(op).flatMap((r) => r.ops.flatMap(visit));
    if (op.kind === 'array') return [...withRules(op.name), ...inner];
    return op.kind === 'elementwise' || op.kind === 'reduce' ? [...withParts(op.name), ...inner] : inner;
  };
  return func.body.ops.flatMap(visit);
}

/** The cases at points of their own. */
function samplesIn(file: string): Sample[] {
  return readCases(readFileSync(file, 'utf8'), 'suite', file, compiler).map((c, index) => {
    const names = namesIn(openProblem(c.formula, { values: c.values }).main);
    return { case: c, index, rows: new Set(names), size: names.length };
  });
}

const samples = ['primitives', 'choices', 'structures', 'special', 'arrays'].flatMap((name) =>
  samplesIn(`test/suites/${name}.suite`),
);
const verdictOf = ({ case: c, index }: Sample) => runCase(c, index, suiteDefaults, compiler).verdict;
const fails = (verdict: string) => verdict === 'disagree' || verdict === 'error';

/** Whether a case notices a mutant; whatever it throws is noticed as well. */
function notices(sample: Sample): boolean {
  try {
    return fails(verdictOf(sample));
  } catch {
    return true;
  }
}

const mutants = tableMutants().filter((m) => m.name.startsWith('ops/'));

test('there are mutants of every row', () => {
  expect(mutants.length).toBeGreaterThan(250);
  expect(new Set(mutants.map((m) => m.name)).size).toBe(mutants.length);
});

test('every name on the list is that of a mutant', () => {
  const names = execFileSync(process.execPath, ['bench/mutants.js', '--all', '--list'], { encoding: 'utf8' });
  expect(stale(names.trimEnd().split('\n'))).toEqual([]);
});

test('the unbroken table passes', () => {
  const rows = new Set(mutants.map((m) => m.of));
  for (const row of rows) {
    const sample = quickest(row)[0];
    expect([row, sample && fails(verdictOf(sample))]).not.toEqual([row, true]);
  }
});

function quickest(row: string): Sample[] {
  return samples.filter((s) => s.rows.has(row)).sort((a, b) => a.size - b.size);
}

test.each(mutants)('$name', ({ name, of }) => {
  const undo = makeMutant(name);
  try {
    const noticed = quickest(of).some(notices);
    expect([name, noticed ? 'killed' : explain(name)]).toEqual([
      name,
      noticed ? 'killed' : expect.any(String),
    ]);
    expect([name, noticed && lists(name)]).toEqual([name, false]);
  } finally {
    undo();
  }
});
