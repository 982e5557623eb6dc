/** Every sample that has a symbolic derivative has it in LaTeX that KaTeX compiles, and as a TypeScript function. */
import { readdirSync, readFileSync } from 'node:fs';
import { readCases } from '../../src/check/cases.js';
import { compiler } from '../../src/check/compiler.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { toLatex } from '../../src/notation/index.js';
import { derivativeSource } from '../../src/run/derive.js';
import { symbolicDerivative } from '../../src/run/orders.js';
import { compiled } from './notate.js';

const files = readdirSync('samples').sort();
const counts = { written: 0, unavailable: 0 };

test.each(files)('%s', (file) => {
  const form = file.endsWith('.suite') ? 'suite' : file.endsWith('.jsonl') ? 'json' : 'program';
  for (const { formula, values, wrt } of readCases(
    readFileSync(`samples/${file}`, 'utf8'),
    form,
    file,
    compiler,
  )) {
    const options = { values, ...(wrt && { wrt }) };
    try {
      const { programs, ranks, expressions } = symbolicDerivative(formula, options);
      if ('unavailable' in expressions) {
        counts.unavailable++;
        continue;
      }
      for (const program of programs.values()) compiled(toLatex(program, { ranks }));
      expect(derivativeSource(formula, options, 'ts')).toContain('export function derivative(');
      counts.written++;
    } catch (e) {
      // What is not differentiated by formulas at all says so.
      if (!(e instanceof AdcError) || e.diagnostics.some((d) => d.code !== 'unsupported')) throw e;
      counts.unavailable++;
    }
  }
});

test('most have one', () => {
  expect(counts.written).toBeGreaterThan(2 * counts.unavailable);
});
