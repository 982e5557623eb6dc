/** Ordinary points raise no warning: a table of formulas over the whole language, through value, gradient and check. */
import { readFileSync } from 'node:fs';
import { readCases } from '../../src/check/cases.js';
import { compiler } from '../../src/check/compiler.js';
import { runCase, suiteDefaults } from '../../src/check/suite.js';
import { catalogue } from '../../src/cli/catalogue.js';

const file = new URL('smooth.suite', import.meta.url);
const text = readFileSync(file, 'utf8');
const lines = text.split('\n');
const cases = readCases(text, 'suite', 'smooth.suite', compiler);

test('there are 500 of them, each with its point', () => {
  expect(cases.length).toBeGreaterThanOrEqual(500);
  expect(
    cases.filter((c) => c.errors.length > 0 || c.values.size === 0).map((c) => lines[c.line - 1]),
  ).toEqual([]);
  expect(new Set(cases.map((c) => lines[c.line - 1])).size).toBe(cases.length);
});

test('every function of the language appears', () => {
  const called = new Set([...text.matchAll(/([\p{L}_]\w*)\(/gu)].map((m) => m[1]));
  const missing = catalogue()
    .filter((e) => /^\w+$/.test(e.name) && /\(/.test(e.signature))
    .filter((e) => ![e.name, ...e.aliases].some((name) => called.has(name)));
  expect(missing.map((e) => e.name)).toEqual([]);
});

test('none raises a warning, and all checks agree', () => {
  const wrong = cases.flatMap((c, i) => {
    const { verdict, diagnostics } = runCase(c, i, suiteDefaults, compiler);
    const warnings = diagnostics.filter((d) => d.severity !== 'info').map((d) => `${d.code}: ${d.message}`);
    return verdict === 'agree' && warnings.length === 0 ? [] : [[lines[c.line - 1], verdict, ...warnings]];
  });
  expect(wrong).toEqual([]);
});
