/** What lowering makes of single operations and small combinations: which loops, which buffers, which edges. */
import { addDims, type Dim, namedDim } from '../../src/core/affine.js';
import type { Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, tensor, type Value } from '../../src/ir/types.js';
import { lowerFunc } from '../../src/loops/lower.js';
import { printLoops } from '../../src/loops/print.js';
import type { Stmt } from '../../src/loops/types.js';
import { blocksOf } from '../../src/loops/types.js';
import { verifyLoops } from '../../src/loops/verify.js';
import { compileFunc } from '../../src/run/compile.js';

const [n, m] = [namedDim('n'), namedDim('m')];

function made(shapes: readonly (readonly Dim[])[], build: (b: Builder, p: Value[]) => Value[]): Func {
  const b = new Builder();
  const params = shapes.map((s, k) => b.param(`p${k}`, tensor('float', s), 'param'));
  const results = build(
    b,
    params.map((p) => p.value),
  );
  return b.finish(
    'f',
    params,
    results,
    results.map((_, k) => `r${k}`),
  );
}

function filled(shape: readonly number[], seed = 1): Tensor {
  const length = shape.reduce((a, d) => a * d, 1);
  return { shape, data: Float64Array.from({ length }, (_, i) => Math.sin(seed + 7 * i) * 3) };
}

const loopsIn = (stmts: readonly Stmt[]): number =>
  stmts.reduce((k, s) => k + (s.kind === 'for' ? 1 : 0) + blocksOf(s).reduce((t, b) => t + loopsIn(b), 0), 0);

function agrees(func: Func, args: readonly Tensor[]): void {
  verifyLoops(lowerFunc(func));
  expect(compileFunc(func).run(args)).toEqual(interpret(func, args));
}

test('value and gradient of a sum of f(x) are one loop without temporaries', () => {
  const func = made([[n]], (b, [x]) => {
    const e = b.algebra.sin(x as Value);
    return [b.sum(b.algebra.mul(e, e)), b.algebra.mul(b.algebra.mul(b.num(2), e), b.algebra.cos(x as Value))];
  });
  const fn = lowerFunc(func);
  expect(loopsIn(fn.body)).toBe(1);
  expect(fn.buffers).toEqual([]);
  for (const size of [0, 1, 5]) agrees(func, [filled([size])]);
});

test('a transposed product runs along memory and shares the loop of the rows', () => {
  const func = made([[m, n], [n]], (b, [A, x]) => {
    const y = b.algebra.tanh(b.contract(A as Value, [0, 1], x as Value, [1], [0]));
    return [b.contract(A as Value, [0, 1], y, [0], [1])];
  });
  const fn = lowerFunc(func);
  expect(fn.buffers).toEqual([]);
  expect(printLoops(fn)).toMatchSnapshot();
  agrees(func, [filled([3, 4]), filled([4], 2)]);
});

test('small known lengths are unrolled, long ones are not', () => {
  const dot = (d: Dim) => made([[d]], (b, [x]) => [b.contract(x as Value, [0], x as Value, [0], [])]);
  expect(loopsIn(lowerFunc(dot(4)).body)).toBe(0);
  expect(loopsIn(lowerFunc(dot(9)).body)).toBe(1);
  const text = (size: number) => printLoops(lowerFunc(dot(size))).replaceAll(String(size), 'N');
  expect(text(1000)).toBe(text(100_000));
});

test('a branch of a scalar choice is not computed before it is chosen', () => {
  const func = made([[], [n]], (b, [c, x]) => {
    const then = b.region([], () => [b.sum(b.algebra.log(x as Value))]);
    const otherwise = b.region([], () => [b.num(0)]);
    return [...b.if(b.algebra.lt(b.num(0), c as Value), then, otherwise)];
  });
  const [definition, branch] = lowerFunc(func).body;
  expect(definition?.kind).toBe('define');
  expect(branch?.kind).toBe('if');
  agrees(func, [filled([]), filled([3])]);
});

test('a value needed twice in different loops is stored once', () => {
  const func = made([[n]], (b, [x]) => {
    const e = b.algebra.exp(b.algebra.sin(x as Value));
    const total = b.sum(e);
    return [b.algebra.div(e, total)];
  });
  const fn = lowerFunc(func);
  expect(loopsIn(fn.body)).toBe(2);
  expect(printLoops(fn).match(/exp\(/g)).toHaveLength(1);
  agrees(func, [filled([6])]);
});

test.each([0, 1, 2, 3, 4])('element by element in rank %d', (rank) => {
  const shape = [n, 2, m, 3].slice(0, rank);
  const func = made([shape, shape], (b, [x, y]) => {
    const k = b.algebra;
    const c = k.lt(x as Value, y as Value);
    return [k.select(c, k.exp(x as Value), k.call('softplus', y as Value)), k.call('and', c, c)];
  });
  const sizes = [4, 2, 5, 3].slice(0, rank);
  agrees(func, [filled(sizes), filled(sizes, 3)]);
  const empty = sizes.map((d, k) => (k === 0 ? 0 : d));
  agrees(func, [filled(empty), filled(empty, 3)]);
});

test('affine dimensions', () => {
  const long = addDims(n, 2);
  const func = made([[long]], (b, [x]) => [
    b.slice(x as Value, [1], [1], [n]),
    b.pad(x as Value, [1], [2], [addDims(addDims(long, long), 1)]),
    b.slice(x as Value, [addDims(long, -1)], [-1], [long]),
    b.cast(b.dim(addDims(long, -5, 3))),
  ]);
  for (const size of [2, 3, 7]) agrees(func, [filled([size])]);
});

test('norms and log-sum-exps of extreme elements are those of the table', () => {
  const func = made([[m, n]], (b, [x]) => [
    b.reduce('norm', x as Value, [1]),
    b.reduce('norm', x as Value, [0, 1]),
    b.reduce('logsumexp', x as Value, [0]),
  ]);
  const extremes = [
    1e200,
    1e-200,
    0,
    -0,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    1e160,
    -3,
  ];
  for (const a of extremes)
    for (const b of extremes) agrees(func, [{ shape: [2, 2], data: Float64Array.of(a, b, 1e-200, b) }]);
});

test.each([2, 20])(
  'a buffer shared with its reader is cleared and read in each of %d iterations',
  (width) => {
    const func = made([[1, width]], (b, [x]) => {
      const index = b.iota(1);
      const sums = b.scatterAdd(x as Value, index, 1);
      return [b.algebra.add(x as Value, sums)];
    });
    agrees(func, [filled([1, width])]);
  },
);

test('a constant tensor is a result of its own, whatever its size', () => {
  for (const size of [1, 8, 9, 100]) {
    const data = Array.from({ length: size }, (_, i) => i - 3.5);
    const func = made([[n]], (b, [x]) => {
      const table = b.constant(data, tensor('float', [size]));
      return [table, b.sum(x as Value), b.algebra.mul(b.num(2), table)];
    });
    agrees(func, [filled([3])]);
    const [own] = compileFunc(func).run([filled([3])]);
    expect([...(own as Tensor).data]).toEqual(data);
  }
});

test('a constant tensor is a result of a branch', () => {
  const data = Array.from({ length: 12 }, (_, i) => i + 1);
  const func = made([[]], (b, [x]) => {
    const positive = b.algebra.lt(b.num(0), x as Value);
    const yes = b.region([], () => [b.constant(data, tensor('float', [12]))]);
    const no = b.region([], () => [b.full(7, [12])]);
    return [...b.if(positive, yes, no)];
  });
  for (const at of [1, -1]) agrees(func, [{ shape: [], data: Float64Array.of(at) }]);
});
