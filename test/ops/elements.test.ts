/**
 * Every function of numbers applied to vectors and matrices, element by element: values and all three modes give at each
 * element what the row gives for the number there.
 */
import type { Tensor } from '../../src/core/tensor.js';
import type { ElementwiseRow } from '../../src/ops/row.js';
import { elementwiseRows } from '../../src/ops/table.js';
import { openProblem } from '../../src/run/open.js';
import type { ModeAnswer } from '../../src/run/problem.js';
import { near } from '../support/derivatives.js';
import { partialAt, pointsOf } from './points.js';

const callable = elementwiseRows.filter((r) => !r.hidden && r.result !== 'bool');
const NAMES = ['u', 'v', 'w'];

/** A row on tensors of a shape; arguments that are whole numbers are one and the same throughout. */
function opened(row: ElementwiseRow, shape: readonly number[]) {
  const points = pointsOf(row, 6);
  const whole = (k: number) => row.whole?.includes(k) === true;
  const at = points.map((p) => p.map((x, k) => (whole(k) ? points[0]?.[k] : x)) as [number, number, number]);
  const values = new Map(
    row.params.map((_, k): [string, Tensor] => [
      NAMES[k] as string,
      whole(k)
        ? { shape: [], data: Float64Array.of(at[0]?.[k] as number) }
        : { shape, data: Float64Array.from(at, (p) => p[k] as number) },
    ]),
  );
  return { at, problem: openProblem(`${row.name}(${[...values.keys()].join(', ')})`, { values }) };
}

describe.each(callable.map((r) => [r.name, r] as const))('%s', (_, row) => {
  test.each([[[6]], [[2, 3]], [[1, 6]], [[3, 1, 2]]])('of shape %j', (shape) => {
    const { at, problem } = opened(row, shape);
    const value = problem.value();
    expect(value.shape).toEqual(shape);
    expect([...value.data]).toEqual(at.map((p) => row.value(...p)));
    const cotangent = { shape, data: value.data.map((_, i) => 1 + i) };
    const answers: readonly ModeAnswer[] = [
      problem.forwardGradient(cotangent),
      problem.reverseGradient(cotangent),
      problem.symbolicGradient(cotangent),
    ];
    for (const [mode, answer] of answers.entries()) {
      if (!('gradient' in answer)) throw new Error(answer.unavailable);
      for (const [k, name] of NAMES.slice(0, row.params.length).entries()) {
        if (row.whole?.includes(k)) continue;
        const own = [...(answer.gradient.get(name)?.data ?? [])];
        const truth = at.map((p, i) => (1 + i) * partialAt(row, k, p));
        expect([mode, name, own.every((g, i) => near(g, truth[i] as number, 1e-12)), own]).toEqual([mode, name, true, own]); // biome-ignore format: one line
      }
    }
  });
});
