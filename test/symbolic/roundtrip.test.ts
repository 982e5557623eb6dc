/** Random formulas: what is printed parses back, and is the gradient of reverse mode. */
import fc from 'fast-check';
import { interpret } from '../../src/ir/interpret.js';
import { derive, prepare, reverseDerivation } from '../../src/passes/pipeline.js';
import { evaluate, gradients, lowered, randomValues } from './harness.js';

const shapes = { x: [], y: [], v: ['n'], A: ['n', 'n'] };

const { scalar, vector } = fc.letrec<{ scalar: string; vector: string }>((tie) => {
  const [a, v] = [tie('scalar'), tie('vector')];
  const one = (patterns: string[], of: fc.Arbitrary<string>) =>
    fc.tuple(fc.constantFrom(...patterns), of).map(([p, e]) => p.replaceAll('#', `(${e})`));
  const two = (patterns: string[], p: fc.Arbitrary<string>, q: fc.Arbitrary<string>) =>
    fc
      .tuple(fc.constantFrom(...patterns), p, q)
      .map(([t, e, f]) => t.replaceAll('#', `(${e})`).replaceAll('~', `(${f})`));
  const maps = [
    'sin(#)',
    'cos(#)',
    'tanh(#)',
    'exp(sin(#))',
    '#^2',
    'sqrt(#^2+1)',
    '1/(1+#^2)',
    'sigmoid(#)',
    'atan(#)',
    '-#',
  ];
  const pairs = ['#+~', '#-~', '#*~', '#/(~^2+1)', 'hypot(#,~+3)'];
  const depth = { depthSize: 'small', maxDepth: 4, withCrossShrink: true } as const;
  return {
    scalar: fc.oneof(
      depth,
      fc.constantFrom('x', 'y', '2', '0.5'),
      one(maps, a),
      two(pairs, a, a),
      one(['sum(#)', 'mean(#)', 'norm(#+4)', 'logsumexp(#)', 'dot(#,v)'], v),
    ),
    vector: fc.oneof(
      depth,
      fc.constant('v'),
      one(maps, v),
      two(pairs, v, v),
      one(['A@#', 'softmax(#)'], v),
      two(['#*~'], a, v),
    ),
  };
});

test('the printed gradient of random formulas is that of reverse mode', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        scalar,
        vector.map((v) => `sum(${v})`),
      ),
      (formula) => {
        const found = gradients(formula, shapes);
        if (typeof found === 'string') throw new Error(`${formula}: ${found}`);
        const values = randomValues(shapes, 5);
        const func = derive(prepare(lowered(formula, shapes)), reverseDerivation(Object.keys(shapes)));
        const [, ...truth] = interpret(func, func.params.map((p) => values[p.name] as never)); // biome-ignore format: one line
        for (const [k, name] of Object.keys(shapes).entries()) {
          const numbers = evaluate(found[name] as string, shapes, values).data;
          for (const [i, d] of (truth[k]?.data ?? []).entries())
            expect(Math.abs((numbers[i] as number) - d)).toBeLessThan(1e-8 * (1 + Math.abs(d)));
        }
      },
    ),
    { numRuns: 100, seed: 20_26 },
  );
});
