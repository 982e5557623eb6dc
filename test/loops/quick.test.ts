import { namedDim } from '../../src/core/affine.js';
import type { Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { tensor } from '../../src/ir/types.js';
import { compileFunc } from '../../src/run/compile.js';

const n = namedDim('n');
const m = namedDim('m');
const vec = (...xs: number[]): Tensor => ({ shape: [xs.length], data: Float64Array.from(xs) });

test('dot', () => {
  for (const d of [n, 4]) {
    const b = new Builder();
    const x = b.param('x', tensor('float', [d]), 'param');
    const s = b.contract(x.value, [0], x.value, [0], []);
    const k = b.algebra;
    const v = k.mul(k.num(2), s);
    const g = k.mul(k.num(4), x.value);
    const f = b.finish('f', [x], [v, g], ['value', 'x']);
    const c = compileFunc(f);
    console.log(c.source);
    const args = [vec(0, 1, 2, 3)];
    expect(c.run(args)).toEqual(interpret(f, args));
  }
});

test('logistic', () => {
  const b = new Builder();
  const X = b.param('X', tensor('float', [m, n]), 'data');
  const w = b.param('w', tensor('float', [n]), 'param');
  const y = b.param('y', tensor('float', [m]), 'data');
  const k = b.algebra;
  const margin = k.mul(y.value, b.contract(X.value, [0, 1], w.value, [1], [0]));
  const loss = b.sum(k.call('softplus', k.neg(margin)));
  const r = k.mul(y.value, k.neg(k.call('sigmoid', k.neg(margin))));
  const g = b.contract(X.value, [0, 1], r, [0], [1]);
  const nn = b.reduce('norm', g, [0]);
  const l = b.reduce('logsumexp', X.value, [1]);
  const f = b.finish('f', [X, w, y], [loss, g, nn, l], ['value', 'w', 'nn', 'l']);
  const c = compileFunc(f);
  console.log(c.source);
  const args = [{ shape: [3, 2], data: Float64Array.from([1, 2, 3, 4, 5, 6]) }, vec(1, -0.5), vec(1, -1, 1)];
  expect(c.run(args)).toEqual(interpret(f, args));
});
