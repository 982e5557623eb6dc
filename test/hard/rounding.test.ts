/** What rounding may have done to a result: nothing to what is exact, as whole numbers of any size tell. */
import { scalar, type Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, floatScalar, type Op, tensor } from '../../src/ir/types.js';
import { elementwiseRows } from '../../src/ops/table.js';
import { Reruns, scatterOf } from '../../src/run/hard/perturb.js';
import { slackOf } from '../../src/run/hard/rounding.js';
import { sampleOf } from '../support/lowered.js';

/** An operation of scalars. */
function opOf(name: string, count: number): { op: Op; func: Func } {
  const b = new Builder();
  const params = Array.from({ length: count }, (_, i) => b.param(`p${i}`, floatScalar, 'param'));
  const y = b.elementwise(name, ...params.map((p) => p.value));
  const func = b.finish(name, params, [y], ['value']);
  return { op: func.body.ops[0] as Op, func };
}

function slackAt(name: string, ...args: number[]): number {
  const { op, func } = opOf(name, args.length);
  const operands = args.map(scalar);
  const [result] = interpret(func, operands) as [Tensor];
  return slackOf(op, operands, result)?.[0] ?? 0;
}

/** A double as a whole number of units 2^-1074. */
function whole(x: number): bigint {
  let n = x;
  let doublings = 0;
  for (; !Number.isInteger(n); doublings++) n *= 2;
  return BigInt(n) << BigInt(1074 - doublings);
}

/** Numbers with few and with many bits, from a fixed seed. */
function* numbers(count: number): Generator<number> {
  let state = 12345;
  const next = () => {
    state = (state * 48271) % 2147483647;
    return state / 2147483647;
  };
  for (let i = 0; i < count; i++) {
    const bits = next() < 0.5 ? Math.round(next() * 1000) : next() * 1000;
    yield (next() < 0.5 ? 1 : -1) * bits * 2 ** Math.round(20 * (next() - 0.5));
  }
}

test('sums, differences and products are exact where whole numbers say so', () => {
  const all = [...numbers(4000)];
  const seen = { exact: 0, rounded: 0 };
  const unit = 1n << 1074n;
  for (let i = 0; i + 1 < all.length; i += 2) {
    const [a, b] = [all[i], all[i + 1]] as [number, number];
    const cases = [
      ['add', a + b, whole(a) + whole(b), 1n],
      ['sub', a - b, whole(a) - whole(b), 1n],
      ['mul', a * b, whole(a) * whole(b), unit],
      ['div', a / b, whole(a), undefined],
    ] as const;
    for (const [name, result, truth, scale] of cases) {
      const exact =
        scale === undefined ? whole(result) * whole(b) === truth * unit : whole(result) * scale === truth;
      expect([name, a, b, slackAt(name, a, b) === 0]).toEqual([name, a, b, exact]);
      seen[exact ? 'exact' : 'rounded']++;
    }
  }
  expect(Math.min(seen.exact, seen.rounded)).toBeGreaterThan(500);
});

test('roots and powers', () => {
  expect([4, 2.25, 1e10, 2 ** 100].map((x) => slackAt('sqrt', x))).toEqual([0, 0, 0, 0]);
  expect(slackAt('sqrt', 2)).toBeGreaterThan(0);
  expect([slackAt('pow', 3, 4), slackAt('pow', 1.5, 2), slackAt('pow', 7, 0)]).toEqual([0, 0, 0]);
  expect(slackAt('pow', 1.1, 2)).toBeGreaterThan(0);
});

test('functions round, but at zero; where they level off they have rounded', () => {
  for (const name of ['sin', 'exp', 'cos', 'tanh', 'sigmoid', 'expm1', 'atan']) {
    expect(slackAt(name, 0)).toBe(0);
    expect(slackAt(name, 0.7)).toBeGreaterThan(0);
  }
  for (const [name, x] of [
    ['tanh', 20],
    ['sigmoid', 40],
  ] as const) {
    expect(slackAt(name, x)).toBeGreaterThan(0);
  }
});

test('rows that are marked exact yield one of few values, or move with their arguments', () => {
  const exact = elementwiseRows.filter((r) => r.exact).map((r) => r.name);
  expect(exact).toEqual(expect.arrayContaining(['neg', 'abs', 'floor', 'maximum', 'clip', 'relu']));
  for (const name of exact)
    expect(
      slackAt(name, ...(elementwiseRows.find((r) => r.name === name)?.params ?? []).map((_, i) => 0.1 + i)),
    ).toBe(0);
});

/** A function of one vector. */
function vectorFunc(
  build: (b: Builder, x: ReturnType<Builder['param']>['value']) => ReturnType<Builder['num']>,
  n: number,
) {
  const b = new Builder();
  const x = b.param('x', tensor('float', [n]), 'param');
  return b.finish('f', [x], [build(b, x.value)], ['value']);
}

test('sums know what they lose on the way', () => {
  const sum = vectorFunc((b, x) => b.sum(x), 3);
  const slack = (data: number[]) => {
    const x = { shape: [3], data: Float64Array.from(data) };
    return slackOf(sum.body.ops.at(-1) as Op, [x], interpret(sum, [x])[0] as Tensor)?.[0];
  };
  expect(slack([1, 2, 3])).toBe(0);
  expect(slack([0.5, 0.25, 1024])).toBe(0);
  expect(slack([1e16, 1, -1e16])).toBe(1);
  expect(slack([0.1, 0.2, 0.3])).toBeGreaterThan(0);
  const dot = vectorFunc((b, x) => b.contract(x, [0], x, [0], []), 3);
  const of = (data: number[]) =>
    scatterOf(dot, [{ shape: [3], data: Float64Array.from(data) }])[0]?.data[0] as number;
  expect(of([1, 2, 3])).toBe(0);
  expect(of([0.1, 0.2, 0.3])).toBeGreaterThan(0);
});

test('the same operation on the same numbers is rounded the same way', () => {
  const scatter = (formula: string, values: Parameters<typeof sampleOf>[1]) => {
    const { func, args } = sampleOf(formula, values);
    return scatterOf(func, args)[0]?.data[0] as number;
  };
  expect(scatter('x*y - y*x', { x: 0.1, y: 0.7 })).toBe(0);
  expect(scatter('(x + y) * 0.1 - (y + x) * 0.1', { x: 0.1, y: 0.7 })).toBe(0);
  expect(scatter('x*y - (x + 1e-9)*y', { x: 0.1, y: 0.7 })).toBeGreaterThan(1e-17);
  expect(scatter('sin(x) - cos(x)', { x: Math.PI / 4 })).toBeGreaterThan(1e-17);
});

test('decisions stay what they are under other roundings', () => {
  const { func, args } = sampleOf('floor(10 * x / 10) + (x / 3 * 3 >= x ? 0 : 100)', { x: 7 });
  const reruns = new Reruns(func, args);
  for (let seed = 1; seed < 20; seed++)
    expect(reruns.perturbed(seed)[0]?.data[0]).toBe(reruns.outputs[0]?.data[0]);
});
