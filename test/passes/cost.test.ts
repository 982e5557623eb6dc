/** What a gradient costs: a small multiple of the value, whatever the loops, the depth of calls, and the size of tables. */
import { scalar } from '../../src/core/tensor.js';
import { type Func, floatScalar, type Value } from '../../src/ir/types.js';
import { derive, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import type { Sample } from '../support/lowered.js';
import { program, programs, scalarFunction } from '../support/programs.js';
import { workOf } from '../support/work.js';

const workOfValue = ({ func, args }: Sample) => workOf(derive(func, valueDerivation), args);
const workOfGradient = ({ func, args, wrt }: Sample) => workOf(derive(func, reverseDerivation(wrt)), args);

test.each(Object.entries(programs))('%s: at most four times the arithmetic of the value', (_, sample) => {
  expect(workOfGradient(sample)).toBeLessThanOrEqual(4 * workOfValue(sample));
});

/** f₁(x) = sin(x·x), fₖ(x) = sin(fₖ₋₁(x)·x): a tower of calls. */
function tower(depth: number): Sample {
  const functions: Record<string, Func> = {};
  for (let k = 1; k <= depth; k++) {
    functions[`f${k}`] = scalarFunction(`f${k}`, 1, (b, [x]) => {
      const below = k === 1 ? (x as Value) : (b.call(`f${k - 1}`, [x as Value], [floatScalar])[0] as Value);
      return b.sin(b.mul(below, x as Value));
    });
  }
  return program(
    { x: [scalar(0.7), []] },
    (b, { x }) => b.call(`f${depth}`, [x as Value], [floatScalar])[0] as Value,
    functions,
  );
}

test('the cost of a gradient does not double with the depth of calls', () => {
  const [one, two, ten] = [1, 2, 10].map((depth) => workOfGradient(tower(depth))) as [number, number, number];
  expect(ten).toBe(one + 9 * (two - one));
  expect(ten).toBeLessThanOrEqual(4 * workOfValue(tower(10)));
});

test('an element of a large table costs what an element costs', () => {
  const size = 300;
  const filled = program({ x: [scalar(0.9), []] }, (b, { x }) => {
    const [t] = b.for(size - 1, [b.set(b.full(0, [size]), x as Value, b.int(0))], (i, [t]) => {
      const next = b.elementwise('add', i, b.int(1));
      const old = b.at(t as Value, i);
      return b.choose(
        b.lt(old, b.num(0.5)),
        () => [b.set(t as Value, b.mul(old, b.num(1.5)), next)],
        () => [b.set(t as Value, b.sin(b.mul(old, x as Value)), next)],
      );
    });
    return b.at(t as Value, b.int(size - 1));
  });
  const looked = program({ x: [scalar(0.9), []] }, (b, { x }) => {
    const t = b.sin(b.broadcastTo(x as Value, [size]));
    const [s] = b.for(size, [b.num(0)], (i, [s]) => {
      const e = b.mul(b.at(t, i), b.at(t, b.elementwise('mod', b.elementwise('mul', i, i), b.int(size))));
      return [b.add(s as Value, b.mul(e, e))];
    });
    return s as Value;
  });
  for (const sample of [filled, looked])
    expect(workOfGradient(sample)).toBeLessThanOrEqual(5 * workOfValue(sample));
});
