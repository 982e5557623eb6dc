/** The suites that mutants meet hold without any mutation: no case disagrees, fails, or breaks a claim. */
import { readFileSync } from 'node:fs';
import { readCases } from '../src/check/cases.js';
import { compiler } from '../src/check/compiler.js';
import { runCase, suiteDefaults } from '../src/check/suite.js';

// Those of functions and choices are gone through by test/mutants, with and without mutations.
const names = ['arrays', 'control', 'corners', 'guards', 'infinite', 'programs', 'rules', 'sharing'];

// Where slopes overflow and at ties of a sort, differences have nothing to say.
describe.each(names)('%s', (name) => {
  const file = `test/suites/${name}.suite`;
  const cases = readCases(readFileSync(file, 'utf8'), 'suite', file, compiler);

  test.each(cases.map((c, i) => [c.name ?? c.formula, c, i] as const))('%s', (_, c, i) => {
    const { verdict, claims, diagnostics } = runCase(c, i, { ...suiteDefaults, points: 1 }, compiler);
    const said = diagnostics.map((d) => d.message);
    expect({ verdict, said }).not.toMatchObject({ verdict: expect.stringMatching('disagree|error') });
    expect(claims.filter((claim) => !claim.holds)).toEqual([]);
    const open = ['guards', 'infinite'].includes(name) || c.name === 'sort-ties';
    if (!open) expect({ verdict, said }).toMatchObject({ verdict: 'agree' });
  });
});
