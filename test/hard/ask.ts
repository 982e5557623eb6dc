/** What adc has to say about a formula at a point: the way of these tests to ask. */
import { answerGrad, type GradAnswer } from '../../src/check/answer.js';
import type { Diagnostic } from '../../src/core/diagnostic.js';
import { caretLines } from '../../src/core/diagnostic.js';
import { openProblem } from '../../src/run/open.js';
import type { Problem } from '../../src/run/problem.js';
import { tensorOf, type Values } from '../support/lowered.js';

export function problemOf(source: string, values: Values): Problem {
  const given = new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));
  return openProblem(source, { values: given });
}

export const answerOf = (source: string, values: Values): GradAnswer => answerGrad(problemOf(source, values));

/** The hard points of the sum of the output's elements. */
export function hardPointsOf(source: string, values: Values): readonly Diagnostic[] {
  const problem = problemOf(source, values);
  const size = problem.outputShape.reduce((p, d) => p * d, 1);
  return problem.hardPoints({ shape: problem.outputShape, data: new Float64Array(size).fill(1) });
}

/** Diagnostics as a reader of snapshots wants them. */
export function tell(source: string, all: readonly Diagnostic[]): string {
  return all
    .map(({ code, message, span, hint }) =>
      [
        `${code}: ${message}`,
        ...(span ? caretLines(source, span).map((line) => `  ${line}`) : []),
        ...(hint ? [`  hint: ${hint}`] : []),
      ].join('\n'),
    )
    .join('\n');
}
