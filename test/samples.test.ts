/** The samples: every claim of every suite holds, in every mode, and every program runs as it stands. */
import { readdirSync, readFileSync } from 'node:fs';
import { type Case, readCases } from '../src/check/cases.js';
import { compiler } from '../src/check/compiler.js';
import { runCase, suiteDefaults } from '../src/check/suite.js';
import { openProblem } from '../src/run/open.js';
import { traceProblem } from '../src/run/trace.js';

const folder = `${process.cwd()}/samples`;
const files = readdirSync(folder).sort();
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');

/** Cases that sit at the end of a domain or at a jump, where central differences have nothing to say. */
const inconclusive = new Set(['where-sqrt-at-0', 'where-log-at-0', 'where-sum-at-0', 'product-two-zeros']);

function casesOf(file: string): Case[] {
  const text = read(file);
  const form = file.endsWith('.suite') ? 'suite' : file.endsWith('.jsonl') ? 'json' : 'program';
  return readCases(text, form, file, compiler);
}

describe.each(files)('%s', (file) => {
  const cases = casesOf(file);

  test.each(cases.map((c, i) => [c.name ?? c.file, c, i] as const))('%s', (name, c, i) => {
    const result = runCase(c, i, suiteDefaults, compiler);
    const allowed = inconclusive.has(name) ? ['agree', 'inconclusive'] : ['agree'];
    expect(result.claims.filter((claim) => !claim.holds)).toEqual([]);
    expect({ verdict: result.verdict, diagnostics: result.diagnostics }).toMatchObject({
      verdict: expect.stringMatching(allowed.join('|')),
    });
    expect(result.claims.length).toBe(c.claims.length);
  });

  test('names are unique, and there is a comment at the top', () => {
    const names = cases.flatMap((c) => c.name ?? []);
    expect(new Set(names).size).toBe(names.length);
    if (!file.endsWith('.jsonl')) expect(read(file)).toMatch(/^#/);
  });
});

/** Tables are of elementary operations in a row: programs with loops have none. */
const straight = (file: string) => file.endsWith('.adc') && !/^\s*(for|while)\b/m.test(read(file));

test.each(files.filter(straight))('%s can be traced', (file) => {
  const trace = traceProblem(openProblem(read(file)));
  expect(trace.reverse.length).toBeGreaterThan(0);
});
