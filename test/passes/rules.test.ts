/** Every rule of simplification by name: it fires on its pattern, and keeps bits where it says so, else the number. */
import { scalar } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { boolScalar, type Func, floatScalar, type Value } from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { countOps, prune } from '../../src/passes/prune.js';
import { simplificationRules, simplify } from '../../src/passes/simplify.js';
import { relative } from '../ops/points.js';

type Build = (b: Builder, x: Value, y: Value) => Value;
const call =
  (name: string, ...args: Build[]): Build =>
  (b, x, y) =>
    b.elementwise(name, ...args.map((a) => a(b, x, y)));
const X: Build = (_b, x) => x;
const Y: Build = (_b, _x, y) => y;
const number =
  (n: number): Build =>
  (b) =>
    b.num(n);
const truth =
  (c: boolean): Build =>
  (b) =>
    b.constant([c ? 1 : 0], boolScalar);
const less = call('lt', X, Y);

/** By name of the rule: terms on which it fires. */
const patterns: Readonly<Record<string, readonly Build[]>> = {
  'multiply by one': [call('mul', X, number(1)), call('mul', number(1), X)],
  'multiply by minus one': [call('mul', X, number(-1)), call('mul', number(-1), X)],
  'pull the sign out of a product': [call('mul', X, call('neg', Y)), call('mul', call('neg', X), Y)],
  'multiply by a reciprocal': [
    call('mul', X, call('div', number(1), Y)),
    call('mul', call('div', number(-1), Y), X),
  ],
  'collect constant factors': [call('mul', number(3), call('mul', X, number(0.7)))],
  'add a value to itself': [call('add', X, X)],
  'add a negative': [call('add', X, call('neg', Y)), call('add', call('neg', X), Y)],
  'subtract a negative': [call('sub', X, call('neg', Y))],
  'negative of a negative': [call('neg', call('neg', X))],
  'divide by one': [call('div', X, number(1))],
  'first power': [call('pow', X, number(1))],
  'power zero': [call('pow', X, number(0))],
  square: [call('pow', X, number(2))],
  cube: [call('pow', X, number(3))],
  reciprocal: [call('pow', X, number(-1))],
  'reciprocal square': [call('pow', X, number(-2))],
  'both conditions the same': [
    (b, x, y) => {
      const c = less(b, x, y);
      return b.elementwise('and', c, c);
    },
  ],
  'and with a known condition': [call('and', less, truth(true)), call('and', truth(false), less)],
  'or with a known condition': [call('or', less, truth(true)), call('or', truth(false), less)],
};

function funcOf(build: Build): Func {
  const b = new Builder();
  const params = ['x', 'y'].map((name) => b.param(name, floatScalar, 'param'));
  const [x, y] = params.map((p) => p.value) as [Value, Value];
  return b.finish('f', params, [build(b, x, y)], ['value']);
}

const usual = Array.from({ length: 60 }, (_, k) => Math.tan(1.7 * k + 0.3) * 10 ** ((k % 7) - 3));
const special = [
  0,
  -0,
  1,
  -1,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  Number.NaN,
  1e200,
  -1e-200,
  5e-324,
];
const samples = [...usual, ...special];

test('every rule has a pattern here', () => {
  const named = simplificationRules.map((rule) => rule.name);
  expect(new Set(named).size).toBe(named.length);
  expect(named.filter((name) => !Object.hasOwn(patterns, name))).toEqual([]);
});

describe.each(simplificationRules.map((rule) => [rule.name, rule] as const))('%s', (name, rule) => {
  test.each((patterns[name] ?? []).map((p, i) => [i, p] as const))('pattern %d', (_, pattern) => {
    const before = funcOf(pattern);
    const after = prune.run(simplify.run(before));
    verifyFunc(after);
    const last = (f: Func) =>
      f.body.ops.filter((op) => op.kind === 'elementwise' && op.name === rule.on).length;
    expect(last(after) < last(before) || countOps(after.body) <= countOps(before.body)).toBe(true);
    for (const [i, x] of samples.entries()) {
      for (const y of [samples[(3 * i + 1) % samples.length] as number, x, 2, 0]) {
        const args = [scalar(x), scalar(y)];
        const [own, truth] = [after, before].map((f) => interpret(f, args)[0]?.data[0] as number);
        const same =
          rule.sound === 'ieee'
            ? Object.is(own, truth)
            : Object.is(Number.isFinite(own), Number.isFinite(truth as number)) &&
              (!Number.isFinite(own)
                ? Object.is(own, truth)
                : relative(own as number, truth as number) < 1e-14 || Math.abs(truth as number) < 1e-300);
        // A quotient is finite where the reciprocal alone overflows.
        const overflow = name === 'multiply by a reciprocal' && Math.abs(y) < 1e-307;
        expect([x, y, same || overflow, own, truth]).toEqual([x, y, true, own, truth]);
      }
    }
  });
});
