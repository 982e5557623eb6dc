/** Where programs go wrong inside loops and functions: the operation is named that does it, not the loop around it. */
import { answerGrad } from '../../src/check/answer.js';
import { fromNested, type Nested, type Tensor } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';

/** The verdict, and code and place of what is warned of. */
function verdict(source: string, values: Record<string, Nested>) {
  const point = new Map(Object.entries(values).map(([name, v]) => [name, fromNested(v) as Tensor]));
  const { check, diagnostics } = answerGrad(openProblem(source, { values: point }));
  const places = diagnostics
    .filter((d) => d.severity === 'warning' && d.span)
    .map((d) => `${d.code} ${source.slice(d.span?.start, d.span?.end)}`);
  return { verdict: check?.verdict, places };
}

test('a division by zero in a function that a loop calls', () => {
  const source =
    'param x: [3]\nfn inverse(a) = 1 / a\nvar s = 0.0\nfor i in 0..3 { s = s + inverse(x[i]) }\ns';
  expect(verdict(source, { x: [1, 0, 4] })).toEqual({
    verdict: 'inconclusive',
    places: ['not-finite 1 / a'],
  });
  expect(verdict(source, { x: [1, 2, 4] })).toEqual({ verdict: 'agree', places: [] });
});

test('an overflow that builds up from iteration to iteration', () => {
  const source = 'param x\nvar s = x\nfor i in 0..12 { s = s * s }\ns';
  expect(verdict(source, { x: 3 })).toEqual({ verdict: 'inconclusive', places: ['not-finite s * s'] });
});

test('digits lost in every iteration', () => {
  const source = 'param x\nvar s = 0.0\nfor i in 0..3 { s = s + (1 - cos(x)) / x^2 }\ns';
  expect(verdict(source, { x: 1e-9 })).toEqual({
    verdict: 'inconclusive',
    places: ['cancellation (1 - cos(x))'],
  });
});

test('a kink in one of the iterations', () => {
  const source = 'param x: [3]\nvar s = 0.0\nfor i in 0..3 { s = s + abs(x[i]) * (i + 1) }\ns';
  expect(verdict(source, { x: [1, 0, -2] })).toEqual({
    verdict: 'inconclusive',
    places: ['path-change abs(x[i])'],
  });
  expect(verdict(source, { x: [1, 0.5, -2] })).toEqual({ verdict: 'agree', places: [] });
});

test('what is detached in a loop does not move', () => {
  const source = 'param x\nvar s = 1.0\nfor i in 0..3 { s = s * x + detach(s) }\ns';
  expect(verdict(source, { x: 2 })).toEqual({ verdict: 'agree', places: [] });
});
