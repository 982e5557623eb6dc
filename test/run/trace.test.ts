/** The trace: the worked example row by row, agreement with the reverse pass, and what each kind of node shows. */
import { AdcError } from '../../src/core/diagnostic.js';
import { fromNested, type Nested, scalar, type Tensor, toNested } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';
import { type Trace, traceProblem } from '../../src/run/trace.js';

const point = (values: Record<string, Nested>) =>
  new Map(Object.entries(values).map(([name, v]) => [name, fromNested(v) as Tensor]));

function trace(formula: string, values: Record<string, Nested>, wrt?: readonly string[], of?: string): Trace {
  const options = { values: point(values), ...(wrt && { wrt }), ...(of !== undefined && { of }) };
  return traceProblem(openProblem(formula, options));
}

const gradient = (t: Trace) => Object.fromEntries([...t.gradient].map(([name, g]) => [name, toNested(g)]));
const row = (t: Trace, name: string) => t.forward.find((r) => r.name === name);
const adjoint = (t: Trace, name: string) => t.reverse.find((r) => r.name === name);
const rules = (terms: readonly { negative: boolean; rule: string }[]) =>
  terms.map((c) => (c.negative ? '-' : '') + c.rule);

describe('the worked example', () => {
  const t = trace('ln(x1)+x1*x2-sin(x2)', { x1: 2, x2: 5 });

  test('has seven rows in the order of the textbook', () => {
    expect(t.forward.map((r) => `${r.name} = ${r.formula}`)).toEqual([
      'v1 = x1',
      'v2 = x2',
      'v3 = ln(v1)',
      'v4 = v1 * v2',
      'v5 = sin(v2)',
      'v6 = v3 + v4',
      'v7 = v6 - v5',
    ]);
    const values = [2, 5, Math.log(2), 10, Math.sin(5), Math.log(2) + 10, Math.log(2) + 10 - Math.sin(5)];
    expect(t.forward.map((r) => r.value)).toEqual(values);
  });

  test('carries the tangents of both variables, with the rule of the first', () => {
    expect(t.seeds).toEqual(['x1', 'x2']);
    const tangents = (seed: string) => t.forward.map((r) => r.tangents.get(seed));
    expect(tangents('x1')).toEqual([1, 0, 0.5, 5, 0, 5.5, 5.5]);
    expect(tangents('x2')).toEqual([0, 1, 0, 2, Math.cos(5), 2, 2 - Math.cos(5)]);
    expect(rules(row(t, 'v3')?.terms ?? [])).toEqual(['v̇1 / v1']);
    expect(rules(row(t, 'v4')?.terms ?? [])).toEqual(['v̇1 * v2', 'v̇2 * v1']);
    expect(rules(row(t, 'v7')?.terms ?? [])).toEqual(['v̇6', '-v̇5']);
  });

  test('goes back from v7 to v1, and adds up what comes to a node from several', () => {
    expect(t.reverse.map((r) => [r.name, r.adjoint])).toEqual([
      ['v7', 1],
      ['v6', 1],
      ['v5', -1],
      ['v4', 1],
      ['v3', 1],
      ['v2', 2 - Math.cos(5)],
      ['v1', 5.5],
    ]);
    expect(adjoint(t, 'v2')?.contributions).toEqual([
      { from: 'v4', rule: 'v̄4 * v1', negative: false, factors: [1, 2], value: 2 },
      {
        from: 'v5',
        rule: 'v̄5 * cos(v2)',
        negative: false,
        factors: [-1, Math.cos(5)],
        value: -Math.cos(5),
      },
    ]);
    expect(gradient(t)).toEqual({ x1: 5.5, x2: 2 - Math.cos(5) });
  });

  test('says who plays which part', () => {
    expect(t.roles).toEqual({
      leaves: ['x1', 'x2'],
      data: [],
      intermediates: ['v3', 'v4', 'v5', 'v6'],
      outputs: ['v7'],
      gradients: ['x1', 'x2'],
    });
  });

  test('leaves out what is not asked for', () => {
    const only = trace('ln(x1)+x1*x2-sin(x2)', { x1: 2, x2: 5 }, ['x2']);
    expect(only.seeds).toEqual(['x2']);
    expect(gradient(only)).toEqual({ x2: 2 - Math.cos(5) });
    expect(only.reverse.map((r) => r.name)).toEqual(['v7', 'v6', 'v5', 'v4', 'v2']);
    expect(only.roles).toMatchObject({ leaves: ['x1', 'x2'], gradients: ['x2'] });
  });
});

const x = [0.5, -1.5, 2];
const A = [
  [1, 2, -1],
  [0.5, -3, 4],
];
const cases: [string, Record<string, Nested>][] = [
  ['2*dot(x,x)', { x }],
  ['x^3', { x: -2 }],
  ['x^p', { x: 2, p: 0.5 }],
  ['sum(A@x)^2', { A, x }],
  ["x'@(A'@A)@x", { A, x }],
  ['prod(x)', { x: [2, 0, 3] }],
  ['norm(x)+max(x)-min(x)', { x }],
  ['logsumexp(x)*mean(x)', { x }],
  ['dot(softmax(x), [1,2,3])', { x }],
  ['sum(cumprod(x)) + sum(cumsum(x)^2)', { x }],
  ['dot(x[1:], x[:-1]) + x[0]^2', { x }],
  ['sum(concat(x, 2x)^2)', { x }],
  ['sum(reshape(A, 3, 2) @ A)', { A }],
  ["trace(A@A')", { A }],
  ['std(x)', { x }],
  ['atan2(y, x)*hypot(x, y)', { x: 1, y: -2 }],
  ['clip(x, -1, 1) + relu(x) + abs(x)', { x: 0.3 }],
  ['x % 3 + floor(x)*x', { x: 7.5 }],
  ['sigmoid(x)*silu(x)/softplus(x)', { x: 1.2 }],
  ['where(x>0, sqrt(x), x^2)', { x }],
  ['x > 1 ? x^2 : 1/x', { x: 0.5 }],
  ['let y = x*x; let u = detach(y); sum(u*x)', { x }],
  ['x*x', { x }],
  ['max(x, 0) + min(x, 0)', { x: 0 }],
];

test.each(cases)('%s: value and gradient are those of the passes', (formula, values) => {
  const problem = openProblem(formula, { values: point(values) });
  const t = traceProblem(problem);
  const ones = { shape: problem.outputShape, data: new Float64Array(t.value.data.length).fill(1) };
  const expected = problem.reverseGradient(ones);
  expect(toNested(t.value)).toEqual(toNested(problem.interpretedValue()));
  if (!('gradient' in expected)) throw new Error(expected.unavailable);
  for (const [name, g] of expected.gradient) {
    const traced = t.gradient.get(name) as Tensor;
    expect(traced.shape).toEqual(g.shape);
    for (const [i, d] of g.data.entries()) expect(traced.data[i]).toBeCloseTo(d, 12);
  }
  for (const [i, seed] of t.seeds.entries()) {
    const outputs = t.forward.filter((r) => t.roles.outputs.some((o) => o.split(' ')[0] === r.name));
    const tangent = outputs.reduce((s, r) => s + (r.tangents.get(seed) as number), 0);
    const all = [...expected.gradient.values()].flatMap((g) => [...g.data]);
    expect(tangent).toBeCloseTo(all[i] as number, 12);
  }
});

test('lets keep their names, constants get no rows', () => {
  const t = trace('let y = 3x^2; y*y - 2', { x: 2 });
  expect(t.forward.map((r) => [r.name, r.source, r.formula])).toEqual([
    ['v1', 'x', 'x'],
    ['v2', undefined, 'v1^2'],
    ['v3', 'y', '3 * v2'],
    ['v4', undefined, 'v3 * v3'],
    ['v5', undefined, 'v4 - 2'],
  ]);
  expect(t.roles.intermediates).toEqual(['v2', 'v3 (y)', 'v4']);
});

test('detach cuts the tangent and the adjoint', () => {
  const t = trace('let u = detach(x*x); u*x', { x: 3 });
  expect(row(t, 'v3')).toMatchObject({ source: 'u', formula: 'detach(v2)', value: 9 });
  expect(row(t, 'v3')?.tangents.get('x')).toBe(0);
  expect(row(t, 'v3')?.note).toMatch(/no derivative/);
  expect(adjoint(t, 'v2')).toEqual({ name: 'v2', adjoint: 0, contributions: [] });
  expect(adjoint(t, 'v3')).toBeUndefined();
  expect(gradient(t)).toEqual({ x: 9 });
});

test('where shows both branches and follows the one taken, without NaN from the other', () => {
  const t = trace('where(x>0, sqrt(x), 0)', { x: -1 });
  expect(row(t, 'v3')).toMatchObject({
    formula: 'where(v1 > 0, v2, 0)',
    value: 0,
    note: 'v1 > 0 does not hold',
  });
  expect(gradient(t)).toEqual({ x: 0 });
});

test('a ternary shows the branch taken', () => {
  const t = trace('x > 1 ? x^2 : 1/x', { x: 0.5 });
  expect(t.forward.map((r) => r.formula)).toEqual(['x', '1 / v1', 'v1 > 1 ? … : v2']);
  expect(gradient(t)).toEqual({ x: -4 });
});

test('elements of vectors and data have rows, and data no adjoint', () => {
  const t = trace('param w; data x; w@x', { w: [1, 2], x: [3, 4] });
  expect(t.forward.map((r) => r.formula)).toEqual([
    'w[0]',
    'w[1]',
    'x[0]',
    'x[1]',
    'v1 * v3',
    'v2 * v4',
    'v5 + v6',
  ]);
  expect(t.reverse.map((r) => r.name)).toEqual(['v7', 'v6', 'v5', 'v2', 'v1']);
  expect(t.roles).toMatchObject({ leaves: ['w'], data: ['x'], gradients: ['w'] });
});

test('an output of several elements is weighed by ones, or by the cotangent', () => {
  const problem = openProblem('x*x', { values: point({ x: [0, 1, 2, 3] }) });
  const summed = traceProblem(problem);
  expect(gradient(summed)).toEqual({ x: [0, 2, 4, 6] });
  expect(summed.diagnostics.map((d) => d.code)).toContain('sum-differentiated');
  const weighted = traceProblem(problem, fromNested([1, 10, 100, 1000]) as Tensor);
  expect(gradient(weighted)).toEqual({ x: [0, 20, 400, 6000] });
  expect(() => traceProblem(problem, fromNested([1, 2]) as Tensor)).toThrow(AdcError);
});

test('of a named intermediate', () => {
  const t = trace('let y = x*x; let u = detach(y); sum(u*x)', { x: [0, 1, 2, 3] }, undefined, 'y');
  expect(gradient(t)).toEqual({ x: [0, 2, 4, 6] });
});

test('a kink is told', () => {
  expect(trace('abs(x)', { x: 0 }).diagnostics.map((d) => d.code)).toEqual(['kink']);
});

test('what is too large is refused', () => {
  const many = Array.from({ length: 65 }, (_, i) => i);
  expect(() => trace('sum(x)', { x: many })).toThrow(/65 elements/);
  expect(() => trace('sum(outer(x,x)@outer(x,x))', { x: many.slice(0, 20) })).toThrow(/more than 500/);
  expect(() => trace('sum(zeros(1000,1000)) + x', { x: 1 })).toThrow(/more than 500/);
});

test.each([
  ['a loop', 'var s = 0.0; for i in 0..3 { s = s + sin(x[i]) * s + x[i] }; s^2', { x: [1, 2, 3] }],
  [
    'a while loop in a function',
    'fn f(a) { var b = a; while b < 10 { b = b * b + 1 }; b }; f(x) * x',
    { x: 1.3 },
  ],
  ['updates', 'var y = x; for i in 1..3 { y[i] = y[i] * y[i-1]; y[0] += x[i] }; sum(y)', { x: [1.2, 2, 3] }],
  ['a comprehension', 'sum(x[i] * sin(x[2 - i]) for i in 0..3)', { x: [1.2, 2, 3] }],
])('the tables of %s have the gradient of the program', (_, source, values) => {
  const problem = openProblem(source, {
    values: point(values),
  });
  const trace = traceProblem(problem);
  expect(trace.value.data[0]).toBeCloseTo(problem.value().data[0] as number, 12);
  const answer = problem.reverseGradient(scalar(1));
  const expected = 'gradient' in answer ? [...(answer.gradient.get('x')?.data ?? [])] : [];
  for (const [i, g] of [...(trace.gradient.get('x')?.data ?? [])].entries())
    expect(g).toBeCloseTo(expected[i] as number, 10);
  expect(expected.length).toBeGreaterThan(0);
});
