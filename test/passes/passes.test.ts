/** The passes around differentiation: what each does to small programs, activity, freezing, the runner. */
import { toNested } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import type { Func, Value } from '../../src/ir/types.js';
import { activeValues } from '../../src/passes/activity.js';
import { fold } from '../../src/passes/fold.js';
import { freeze, frozenValues } from '../../src/passes/freeze.js';
import { configureRunner, runPasses } from '../../src/passes/pass.js';
import { afterDerivatives, beforeDerivatives, derive, reverseDerivation } from '../../src/passes/pipeline.js';
import { countOps, prune } from '../../src/passes/prune.js';
import { share } from '../../src/passes/share.js';
import { sampleOf, tensorOf, type Values } from '../support/lowered.js';

const lowered = (source: string, values: Values) => sampleOf(source, values).func;
const kinds = (func: Func) =>
  func.body.ops.map((op) => (op.kind === 'elementwise' || op.kind === 'reduce' ? op.name : op.kind));

test('constants are computed, and only they', () => {
  const func = prune.run(fold.run(lowered('x + sin(2)*3 - 4^0.5', { x: 1 })));
  expect(kinds(func)).toEqual(['const', 'add', 'const', 'sub']);
  expect(kinds(prune.run(fold.run(lowered('x*0 + 0', { x: 1 }))))).toEqual(['const', 'mul', 'const', 'add']);
});

test('folding keeps the sign of zero and what is not a number', () => {
  for (const [source, expected] of [
    ['x * (0 * -1.5)', -0],
    ['x * (0/0)', Number.NaN],
    ['x / (-0)', Number.NEGATIVE_INFINITY],
  ] as const) {
    const func = fold.run(lowered(source, { x: 1 }));
    expect(interpret(func, [tensorOf(1)])[0]?.data[0]).toBe(expected);
  }
});

test('common subexpressions are computed once, detached ones and branches apart', () => {
  expect(kinds(share.run(lowered('sin(x)*sin(x) + sin(x)', { x: 1 })))).toEqual(['sin', 'mul', 'add']);
  const inBranches = share.run(lowered('x > 0 ? sin(x) : sin(x) + 1', { x: 1 }));
  expect(countOps(inBranches.body)).toBe(7);
  const outside = share.run(lowered('let s = sin(x); x > 0 ? s : sin(x) + 1', { x: 1 }));
  expect(countOps(outside.body)).toBe(6);
});

test('what nothing uses is dropped, results of branches too', () => {
  expect(kinds(prune.run(lowered('let y = sin(x); let z = cos(x); y', { x: 1 })))).toEqual(['sin']);
  const gradient = derive(lowered('x > 0 ? sin(x) : x', { x: 1 }), reverseDerivation(['x']));
  expect(countOps(prune.run(gradient).body)).toBe(countOps(gradient.body));
});

test('activity stops at detach and at what is no float', () => {
  const func = lowered('let a = 2*x; let b = detach(a); let c = y + 1; a*b + (x > 0 ? c : c)', {
    x: 1,
    y: 2,
  });
  const active = activeValues(func, [func.params[0]?.value as Value]);
  const names = func.body.ops.flatMap((op) => op.results).filter((v) => v.name && active.has(v.id));
  expect(names.map((v) => v.name)).toEqual(['a']);
  expect(active.has((func.body.results[0] as Value).id)).toBe(true);
  expect(activeValues(func, []).size).toBe(0);
});

test('freezing turns what is detached into inputs, in order, branches included', () => {
  const func = lowered('let u = detach(x*x); (x > 0 ? detach(3*x) : x) * u', { x: 2 });
  expect(frozenValues(func, [tensorOf(2)]).map(toNested)).toEqual([4, 6]);
  expect(frozenValues(func, [tensorOf(-2)]).map(toNested)).toEqual([4, 0]);
  const frozen = freeze(func);
  expect(frozen.params.map((p) => `${p.role} ${p.name}`)).toEqual([
    'param x',
    'frozen u',
    'frozen detached2',
  ]);
  expect(interpret(frozen, [tensorOf(2), tensorOf(10), tensorOf(7)]).map(toNested)).toEqual([70]);
  expect(interpret(frozen, [tensorOf(-2), tensorOf(10), tensorOf(7)]).map(toNested)).toEqual([-20]);
});

test('the runner verifies and dumps where it is told to', () => {
  const written: string[] = [];
  configureRunner({ verify: true, dump: { pass: 'all', write: (text) => written.push(text) } });
  try {
    runPasses(lowered('x + 1*2', { x: 1 }), beforeDerivatives);
    expect(written.map((t) => t.split('\n')[0])).toEqual(
      beforeDerivatives.map((p) => `# after ${p.name}: ${p.summary}`),
    );
    const broken = { name: 'break', summary: '', run: (f: Func): Func => ({ ...f, resultNames: [] }) };
    expect(() => runPasses(lowered('x', { x: 1 }), [broken])).toThrow('invalid IR');
  } finally {
    configureRunner({});
  }
});

test('names of passes are words that a person can ask for', () => {
  for (const pass of [...beforeDerivatives, ...afterDerivatives]) {
    expect(pass.name).toMatch(/^[a-z]+$/);
    expect(pass.summary).not.toBe('');
  }
});
