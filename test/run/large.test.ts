/** Programs of very many operations compile and run; nothing recurses over them, and they are cut into pieces. */

import { scalar } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, floatScalar, tensor, type Value } from '../../src/ir/types.js';
import { compileFunc } from '../../src/run/compile.js';

/** A sum of n terms in three variables. */
function longSum(n: number): Func {
  const b = new Builder();
  const params = ['x', 'y', 'z'].map((name) => b.param(name, floatScalar, 'param'));
  const values = params.map((p) => p.value);
  let sum = values[0] as Value;
  for (let k = 0; k < n; k++)
    sum = b.elementwise(
      'add',
      sum,
      b.elementwise('mul', values[k % 3] as Value, values[(k + 1) % 3] as Value),
    );
  return b.finish('sum', params, [sum], ['value']);
}

/** n operations of which every result is used again much later, and a backward sweep over them. */
function sweep(n: number): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const forward: Value[] = [x.value];
  const k = b.algebra;
  for (let i = 1; i < n; i++) {
    const last = forward[i - 1] as Value;
    forward.push(i % 2 ? k.sin(last) : k.add(last, forward[Math.floor(i / 2)] as Value));
  }
  let adjoint = k.num(1);
  for (let i = n - 1; i > 0; i--)
    adjoint =
      i % 2
        ? k.mul(adjoint, k.cos(forward[i - 1] as Value))
        : k.add(k.mul(adjoint, forward[i - 1] as Value), k.num(0.5));
  return b.finish('sweep', [x], [forward[n - 1] as Value, adjoint], ['value', 'x']);
}

function timed<T>(what: string, f: () => T): T {
  if (!process.env.TIMES) return f();
  const start = performance.now();
  const result = f();
  console.log(`${what}: ${(performance.now() - start).toFixed(1)} ms`);
  return result;
}

test.each([100_000])('a sum of %d terms', (n) => {
  const func = longSum(n);
  const args = [scalar(1.5), scalar(-0.3), scalar(0.7)];
  const compiled = timed(`compile sum ${n}`, () => compileFunc(func));
  timed('first run', () => compiled.run(args));
  for (let k = 0; k < 3; k++) compiled.run(args);
  const got = timed('50th run', () => compiled.run(args));
  expect(got).toEqual(interpret(func, args));
});

test.each([5_000, 40_000])('%d operations with a backward sweep', (n) => {
  const func = sweep(n);
  const args = [scalar(0.4)];
  const compiled = timed(`compile sweep ${n}`, () => compileFunc(func));
  timed('first run', () => compiled.run(args));
  for (let k = 0; k < 3; k++) compiled.run(args);
  const got = timed('50th run', () => compiled.run(args));
  expect(got).toEqual(interpret(func, args));
});

test('a long body of a loop is cut', () => {
  const b = new Builder();
  const x = b.param('x', tensor('float', [3]), 'param');
  const k = b.algebra;
  const body = b.region([tensor('int', []), floatScalar], ([i, s]) => {
    const values: Value[] = [s as Value, b.cast(i as Value)];
    for (let n = 0; n < 9000; n++) {
      const last = values.at(-1) as Value;
      values.push(n % 2 ? k.sin(last) : k.add(last, values[n >> 1] as Value));
    }
    return [values.at(-1) as Value, values[1234] as Value];
  });
  const start = b.sum(x.value);
  const results = b.append({ kind: 'for', operands: [start], count: 4, body, saved: 1, binds: [] }, [
    floatScalar,
    tensor('float', [4]),
  ]);
  const func = b.finish('f', [x], results, ['value', 'trace']);
  const args = [{ shape: [3], data: Float64Array.of(1, 2, -2.5) }];
  const compiled = compileFunc(func);
  expect(compiled.source).toMatch(/function part5/);
  expect(compiled.run(args)).toEqual(interpret(func, args));
});
