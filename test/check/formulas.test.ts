/**
 * Random formulas over the whole table through the check that users see: forward, reverse and symbolic agree with each
 * other to rounding and with central differences within their estimate, and generated code with the interpreter.
 */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { answerGrad } from '../../src/check/answer.js';
import { sizeOf } from '../../src/core/tensor.js';
import { functionNames } from '../../src/ir/lower/call.js';
import { elementwiseRow, reductionRow } from '../../src/ops/table.js';
import { openProblem } from '../../src/run/open.js';
import { direction } from '../support/derivatives.js';
import { type Formula, formulas } from '../support/formulas.js';
import { tensorOf } from '../support/lowered.js';

const SEED = Number(process.env.SEED ?? 31_415);
const MORE = Number(process.env.MORE ?? 1);

/** What such runs have found: sums over an index that nothing depends on, constant gradients, shifted diagonals,
 * reductions inside sums that took each other's indices. */
const found: readonly Formula[] = [
  {
    source: "let q = y - y; A' @ (sin(A[:, 0:3:2] @ A) * detach(stack(x, q * cos(q))))",
    values: { x: [0.1, 0.2, 0.3], y: [0.1, 0.5, 0.3], A: [[0.3, 0.2, 0.1], [0.5, 0.6, 0.7]] },
  },
  {
    source: 'let q = logsumexp(B, axis=0); (sum(stack(q, x), axis=1) @ A)[::-2]',
    values: { x: [0.1, 0.2, 0.3], A: [[0.3, 0.2, 0.1], [0.5, 0.6, 0.7]], B: [[0.1, 0.2, 0.3], [0.5, 0.1, 0.9], [1, 2, 3]] },
  },
  { source: 'concat(B[:1], eye(3)[1:])', values: { B: [[1, 2, 3], [4, 5, 6], [7, 8, 9]] } },
  { source: 'A @ concat(B[:1], eye(3)[1:])', values: { A: [[1, 2, 3]], B: [[1, 2, 3], [4, 5, 6], [7, 8, 9]] } },
]; // biome-ignore format: matrices

test('no random formula is called wrong, and nearly all are found to agree', () => {
  const verdicts = { agree: 0, inconclusive: 0, disagree: 0 };
  let symbolic = 0;
  fc.assert(
    fc.property(formulas, ({ source, values }) => {
      const given = new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));
      const problem = openProblem(source, { values: given });
      if (problem.variables.every((v) => v.integer)) return;
      // Ones, or weights of all sorts, which symbolic derivatives carry along as a variable.
      const ones = {
        shape: problem.outputShape,
        data: new Float64Array(sizeOf(problem.outputShape)).fill(1),
      };
      const answer = answerGrad(problem, { cotangent: source.length % 2 === 0 ? direction(ones, 3) : ones });
      const verdict = answer.check?.verdict ?? 'inconclusive';
      verdicts[verdict]++;
      if (answer.expressions) symbolic++;
      const wrong = verdict === 'disagree' ? answer.check?.diagnostics.map((d) => d.message) : [];
      expect([source, wrong]).toEqual([source, []]);
    }),
    { numRuns: 150 * MORE, seed: SEED, examples: found.map((f) => [f]) },
  );
  const all = verdicts.agree + verdicts.inconclusive + verdicts.disagree;
  expect(verdicts.agree).toBeGreaterThan(0.9 * all);
  expect(symbolic).toBeGreaterThan(0.5 * all);
});

test('every function that formulas can call stands in the generator', () => {
  const generator = readFileSync(new URL('../support/patterns.ts', import.meta.url), 'utf8');
  const written = new Set(['add', 'sub', 'mul', 'div', 'neg', 'maximum', 'minimum', 'lt', 'le', 'gt', 'ge', 'eq', 'ne', 'and', 'or', 'not']); // biome-ignore format: operators, and other names of functions
  const missing = functionNames().filter((name) => {
    const row = elementwiseRow(name) ?? reductionRow(name);
    const alias = row?.aliases?.includes(name) || name === 'var';
    return !alias && !written.has(name) && !new RegExp(`\\b${name}\\(`).test(generator);
  });
  expect(missing).toEqual([]);
});
