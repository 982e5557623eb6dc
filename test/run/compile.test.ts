/** Compiling in process: plans for shapes, budgets, and results that are the caller's own. */
import { namedDim } from '../../src/core/affine.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { scalar } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { floatScalar, tensor } from '../../src/ir/types.js';
import { compileFunc } from '../../src/run/compile.js';

const n = namedDim('n');

function square() {
  const b = new Builder();
  const x = b.param('x', tensor('float', [n]), 'param');
  const value = b.algebra.mul(b.num(2), b.contract(x.value, [0], x.value, [0], []));
  return b.finish('square', [x], [value, b.algebra.mul(b.num(4), x.value)], ['value', 'x']);
}

test('shapes may change from run to run, and results are never overwritten', () => {
  const compiled = compileFunc(square());
  const run = (...xs: number[]) => compiled.run([{ shape: [xs.length], data: Float64Array.from(xs) }]);
  const first = run(0, 1, 2, 3);
  expect(first.map((t) => [...t.data])).toEqual([[28], [0, 4, 8, 12]]);
  expect(run(1).map((t) => [...t.data])).toEqual([[2], [4]]);
  expect(run()).toEqual([scalar(0), { shape: [0], data: new Float64Array(0) }]);
  expect(run(1, 1, 1, 1)[0]?.data[0]).toBe(8);
  expect([...(first[1]?.data ?? [])]).toEqual([0, 4, 8, 12]);
});

test('ten million elements take no temporary', () => {
  const compiled = compileFunc(square());
  expect(compiled.source).not.toMatch(/new Float64Array|\bt\b/);
  const data = new Float64Array(1e7).fill(0.5);
  const [value, gradient] = compiled.run([{ shape: [1e7], data }]);
  expect(value?.data[0]).toBe(5e6);
  expect(gradient?.data[9_999_999]).toBe(2);
});

test('what would not fit is refused before it is allocated', () => {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const huge = b.broadcastTo(x.value, [1e9]);
  const run = () => compileFunc(b.finish('f', [x], [huge], ['y'])).run([scalar(1)]);
  expect(run).toThrow(AdcError);
  expect(run).toThrow('the result y would take 8.00 GB, more than the 2.15 GB that are allowed');
});

test('hostile names and literal tables', () => {
  const b = new Builder();
  const params = ['class', 'eval', 'arguments', '__proto__', 'slots', 'scalars', 'a b', '1'].map((name) =>
    b.param(name, floatScalar, 'param'),
  );
  let sum = b.num(0);
  for (const p of params) sum = b.algebra.add(sum, p.value);
  const table = b.constant([1, Number.NaN, -0, Number.NEGATIVE_INFINITY], tensor('float', [4]));
  const f = b.finish('constructor', params, [sum, table], ['value', 'table']);
  const [value, copy] = compileFunc(f).run(params.map((_, k) => scalar(2 ** k)));
  expect(value?.data[0]).toBe(255);
  expect([...(copy?.data ?? [])]).toEqual([1, Number.NaN, -0, Number.NEGATIVE_INFINITY]);
});
