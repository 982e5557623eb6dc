/** Kinks, jumps and branches beside a point make a verdict inconclusive, with the operation and its place as the reason. */
import { answerGrad } from '../../src/check/answer.js';
import type { Check } from '../../src/check/findings.js';
import { fromNested, type Nested, scalar, type Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { type Func, floatScalar, type Value } from '../../src/ir/types.js';
import { elementwiseRows, reductionRows } from '../../src/ops/table.js';
import { openProblem } from '../../src/run/open.js';
import { firstChange, PathRecorder } from '../../src/run/path.js';
import { hasPieces, picksElements, pieceAt } from '../../src/run/pieces.js';
import type { ModeAnswer, Problem } from '../../src/run/problem.js';

type Values = Record<string, Nested>;

function open(formula: string, values: Values): Problem {
  const point = new Map(Object.entries(values).map(([name, v]) => [name, fromNested(v) as Tensor]));
  return openProblem(formula, { values: point });
}

const checkOf = (formula: string, values: Values) => answerGrad(open(formula, values)).check as Check;

test.each<[formula: string, values: Values]>([
  ['x == 1 ? 1 : x^2', { x: 1 }],
  ['x > 0 ? x : -x', { x: 0 }],
  ['x >= 1 ? x : x^2', { x: 1 }],
  ['floor(x)', { x: 2 }],
  ['floor(x)', { x: 2 + 1e-14 }],
  ['mod(x, 1)', { x: 3 }],
  ['where(x > 0, 1, 2)*x', { x: 0 }],
  ['sign(x)*x', { x: 0 }],
  ['max(x, y)', { x: 1, y: 1 + 1e-13 }],
  ['max(x)', { x: [1, 1 + 1e-13, 0] }],
])('%s at %j is inconclusive', (formula, values) => {
  const { diagnostics } = answerGrad(open(formula, values));
  expect(checkOf(formula, values).verdict).toBe('inconclusive');
  const reasons = diagnostics.filter((d) => d.code === 'path-change' || d.code === 'kink');
  expect(reasons.length).toBeGreaterThan(0);
  for (const d of reasons) expect(d.span).toBeDefined();
});

test('the reason names the operation and underlines it', () => {
  const formula = 'x + max(x, y)';
  const reason = checkOf(formula, { x: 1, y: 1 + 1e-13 }).diagnostics.find((d) => d.code === 'path-change');
  expect(reason?.message).toContain('max');
  expect(formula.slice(reason?.span?.start, reason?.span?.end)).toBe('max(x, y)');
});

test.each<[formula: string, values: Values]>([
  ['abs(x)', { x: 1e-3 }],
  ['relu(x)', { x: 1e-6 }],
  ['x > 1 ? 2*x : x^2', { x: 1 + 1e-6 }],
  ['mod(x, 1)', { x: 3.0001 }],
  ['max(x, y)', { x: 1, y: 1 + 1e-7 }],
])('where the path changes at larger steps only, smaller ones are used: %s at %j', (formula, values) => {
  expect(checkOf(formula, values).verdict).toBe('agree');
});

test.each<[formula: string, values: Values]>([
  ['abs(x)', { x: 1e-3 }],
  ['x > 1 ? 2*x : x^2', { x: 1 + 1e-6 }],
  ['max(x, 0)*x', { x: 0.5 }],
])('a wrong derivative is found where the path does not change: %s at %j', (formula, values) => {
  const problem = open(formula, values);
  const right = problem.reverseGradient(scalar(1)) as Extract<ModeAnswer, { gradient: unknown }>;
  const x = right.gradient.get('x') as Tensor;
  const wrong: ModeAnswer = {
    gradient: new Map([['x', { shape: x.shape, data: x.data.map((g) => g * 1.001) }]]),
  };
  for (const mode of ['forwardGradient', 'reverseGradient', 'symbolicGradient'] as const)
    problem[mode] = () => wrong;
  expect(answerGrad(problem).check?.verdict).toBe('disagree');
});

/** Doubles x until it exceeds 10: a loop whose trip count depends on x. */
function doubling(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const { results } = b.while(
    [x.value],
    ([v]) => b.elementwise('lt', v as Value, b.num(10)),
    ([v]) => [b.elementwise('mul', v as Value, b.num(2))],
  );
  return b.finish('doubling', [x], [results[0] as Value], ['value']);
}

test('a changed trip count is a change of path, and names the loop', () => {
  const paths = new PathRecorder(doubling());
  expect(paths.decides).toBe(true);
  const at = (x: number) => paths.at([scalar(x)]);
  expect(firstChange(at(3), at(3.1))).toBeUndefined();
  expect(firstChange(at(5 - 1e-9), at(5))?.op.kind).toBe('while');
  expect(firstChange(at(5), at(5 - 1e-9))?.op.kind).toBe('while');
});

test('a branch is named, not what stands inside of it', () => {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const then = b.region([], () => [b.elementwise('abs', x.value)]);
  const otherwise = b.region([], () => [x.value]);
  const [result] = b.if(b.elementwise('lt', x.value, b.num(1)), then, otherwise);
  const paths = new PathRecorder(b.finish('branch', [x], [result as Value], ['value']));
  expect(firstChange(paths.at([scalar(0.5)]), paths.at([scalar(2)]))?.op.kind).toBe('if');
});

test('smooth formulas decide nothing, however their functions are computed', () => {
  for (const formula of ['sigmoid(x) + softplus(x)', 'x^3*tanh(x)'])
    expect(open(formula, { x: 0 }).insight?.(scalar(1)).decides).toBe(false);
});

test('functions of the table are made of pieces or not', () => {
  const names = (rows: readonly { readonly name: string }[]) => rows.map((r) => r.name);
  const pieces = names(elementwiseRows.filter(hasPieces));
  expect(pieces).toEqual(
    expect.arrayContaining([
      'abs',
      'sign',
      'floor',
      'ceil',
      'round',
      'mod',
      'maximum',
      'minimum',
      'clip',
      'relu',
    ]),
  );
  for (const smooth of ['sin', 'exp', 'sigmoid', 'softplus', 'pow', 'sqrt', 'mul', 'div'])
    expect(pieces).not.toContain(smooth);
  expect(names(reductionRows.filter(picksElements))).toEqual(expect.arrayContaining(['max', 'min']));
});

test.each<[name: string, left: [number, number, number], right: [number, number, number]]>([
  ['abs', [-1e-9, 0, 0], [1e-9, 0, 0]],
  ['floor', [2 - 1e-9, 0, 0], [2, 0, 0]],
  ['mod', [3 - 1e-9, 1, 0], [3 + 1e-9, 1, 0]],
  ['maximum', [1, 2, 0], [2, 1, 0]],
  ['clip', [1 - 1e-9, 0, 1], [1 + 1e-9, 0, 1]],
])('%s is on other pieces on both sides', (name, left, right) => {
  const row = elementwiseRows.find((r) => r.name === name);
  expect(row && pieceAt(row, left)).not.toEqual(row && pieceAt(row, right));
});
