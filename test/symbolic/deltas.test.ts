/** Formulas of derivatives in which positions are compared: parts of identity matrices, diagonals of what is not square. */
import { differences, evaluate, gradients, randomValues, type Shapes } from './harness.js';

const cases: readonly (readonly [string, Shapes])[] = [
  ['A / (eye(3)[:2]^2 + 0.5)', { A: [2, 3] }],
  ["(A' + eye(3)[:, :2])^2", { A: [2, 3] }],
  ['sin(reshape(eye(3)[:2], 6) * x)', { x: [6] }],
  ['A * (s + eye(3)[1:])', { A: [2, 3], s: [] }],
  ['sum(x * eye(3)[:2], axis=0)^2', { x: [3] }],
  ['sum(sin(x) * eye(3)[:, :2]\', axis=0)', { x: [3] }],
  ['exp(y) @ eye(3)[:2]', { y: [2] }],
  ['eye(5)[:3, 4] * exp(x)', { x: [3] }],
  ['x * eye(5)[4, :3] + eye(5)[1, :3] * x^2', { x: [3] }],
  ['sum(diag(diag(x)[:2] @ C))^2', { x: [3], C: [3, 2] }],
  ['sin(concat(B[:1], eye(3)[1:]))', { B: [3, 3] }],
  ['A @ concat(B[:1], eye(3)[1:])', { A: [1, 3], B: [3, 3] }],
  ['concat(eye(3)[:1], B[1:]) * B', { B: [3, 3] }],
  ["x' @ B[:, 1] * B[:, 1]", { x: [3], B: [3, 3] }],
  ['where(any((-1 < ones(3) * s) and (s < ones(3) * 9)), s^2, s) * x', { x: [2], s: [] }],
]; // biome-ignore format: a table

test.each(cases)('%s', (source, shapes) => {
  const values = randomValues(shapes, 7);
  const found = gradients(source, shapes);
  for (const name of Object.keys(shapes)) {
    const text = (found as Record<string, string>)[name] as string;
    const got = evaluate(text, shapes, values);
    const expected = differences(source, shapes, values, name);
    expect([text, got.shape]).toEqual([text, shapes[name]]);
    for (const [i, d] of expected.entries())
      expect([text, i, got.data[i]]).toEqual([text, i, expect.closeTo(d, 8)]);
  }
});
