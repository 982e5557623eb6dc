/** Programs whose loops are fused in delicate ways: generated code and interpreter agree to the last bit. */

import type { Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { derive, forwardDerivation, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { compileFunc } from '../../src/run/compile.js';
import { openProblem } from '../../src/run/open.js';
import { direction } from '../support/derivatives.js';
import { sameBits, sampleOf } from '../support/lowered.js';

const values = {
  x: [-0.63, 0.37, 0.4],
  w: [0.37, -0.2],
  A: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  B: [
    [0.37, 0.1, 0.2],
    [0.3, 0.7, -0.3],
    [0.5, 0.37, 0.9],
  ],
};

const programs = [
  'sum(sin(concat(diag(x)[:1], B[1:])))',
  'dot(x, where(x < sum(outer(w, x), axis=0), sin(concat(diag(x)[:1], B[1:])) @ x, x))',
  'sum(sin(concat(B[:1], 2*B[1:2], B[2:])) @ x)',
  'sum(sin(concat(B[:,:1], B[:,1:], axis=1)) @ x)',
  'sum(cumsum(A) * cumprod(A))',
  'sum(softmax(A @ B) * log_softmax(A))',
];

test.each(programs)('%s', (source) => {
  const used = Object.entries(values).filter(([name]) => new RegExp(`\\b${name}\\b`).test(source));
  const s = sampleOf(source, Object.fromEntries(used));
  const directions = s.func.params.flatMap((p, i) =>
    s.wrt.includes(p.name) ? [direction(s.args[i] as Tensor, i)] : [],
  );
  for (const by of [valueDerivation, reverseDerivation(s.wrt), forwardDerivation(s.wrt)]) {
    const func = derive(s.func, by);
    const args = by.name === 'forward' ? [...s.args, ...directions] : s.args;
    const expected = interpret(func, args);
    const own = compileFunc(func).run(args);
    for (const [i, t] of own.entries()) {
      expect([by.name, func.resultNames[i], [...t.data], sameBits(t, expected[i] as Tensor)]).toEqual([
        by.name,
        func.resultNames[i],
        [...(expected[i] as Tensor).data],
        true,
      ]);
    }
  }
});

test('the gradient of a linear form with many coefficients is the coefficients', () => {
  const source = `dot(x, [${Array.from({ length: 20 }, (_, i) => i + 1).join(', ')}])`;
  const problem = openProblem(source, {
    values: new Map([['x', { shape: [20], data: new Float64Array(20).fill(1) }]]),
  });
  const cotangent = { shape: [], data: Float64Array.of(1) };
  for (const answer of [problem.reverseGradient(cotangent), problem.symbolicGradient(cotangent)])
    expect('gradient' in answer && [...(answer.gradient.get('x')?.data ?? [])]).toEqual(
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
});
