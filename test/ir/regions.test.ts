/** Regions, calls and loops with saved values: built by hand, interpreted, printed, and refused when broken. */
import { addDims, namedDim } from '../../src/core/affine.js';
import { scalar, toNested } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { printFunc } from '../../src/ir/print.js';
import {
  boolScalar,
  type Func,
  floatScalar,
  intScalar,
  type Op,
  tensor,
  type Value,
} from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { tensorOf } from '../support/lowered.js';

const n = namedDim('n');
const vector = tensor('float', [n]);

/** x^n with all powers on the way: a `for` that saves. */
function powers(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const v = b.param('v', vector, 'data');
  const body = b.region([intScalar, floatScalar], ([, p]) => {
    const next = b.elementwise('mul', p as Value, x.value);
    return [next, p as Value];
  });
  const one = b.num(1);
  const [last, saved] = b.append({ kind: 'for', operands: [one], count: n, body, saved: 1, binds: [] }, [
    floatScalar,
    vector,
  ]);
  return b.finish(
    'powers',
    [x, v],
    [last as Value, b.contract(saved as Value, [0], v.value, [0], [])],
    ['last', 'dot'],
  );
}

/** Newton's iteration for the square root: a `while`. */
function heron(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const k = b.algebra;
  const condition = b.region([floatScalar], ([r]) => [
    k.lt(b.num(1e-14), k.abs(k.sub(k.mul(r as Value, r as Value), x.value))),
  ]);
  const body = b.region([floatScalar], ([r]) => [
    k.div(k.add(r as Value, k.div(x.value, r as Value)), b.num(2)),
  ]);
  const [root] = b.append(
    { kind: 'while', operands: [x.value], condition, body, saved: 0, trips: b.freshDim('trips'), binds: [] },
    [floatScalar],
  );
  return b.finish('heron', [x], [root as Value], ['root']);
}

/** The table i - j·x: a `map` over two counters. */
function table(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const body = b.region([intScalar, intScalar], ([i, j]) => [
    b.elementwise('sub', b.cast(i as Value), b.elementwise('mul', b.cast(j as Value), x.value)),
  ]);
  const [t] = b.append({ kind: 'map', operands: [], dims: [2, 3], body }, [tensor('float', [2, 3])]);
  return b.finish('table', [x], [t as Value], ['table']);
}

/** |x| by a choice, squared by a call. */
function chosen(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const then = b.region([], () => [b.elementwise('neg', x.value)]);
  const otherwise = b.region([], () => [x.value]);
  const [size] = b.if(b.elementwise('lt', x.value, b.num(0)), then, otherwise);
  const [square] = b.append({ kind: 'call', callee: 'square', operands: [size as Value], binds: [] }, [
    floatScalar,
  ]);
  return b.finish('chosen', [x], [square as Value, size as Value], ['square', 'size']);
}

function square(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  return b.finish('square', [x], [b.elementwise('mul', x.value, x.value)], ['value']);
}

const functions = new Map([['square', square()]]);
const all = { powers: powers(), heron: heron(), table: table(), chosen: chosen() };

test.each(Object.entries(all))('%s verifies and prints', (_, func) => {
  verifyFunc(func, functions);
  expect(printFunc(func)).toMatchSnapshot();
});

const results = (func: Func, ...args: Parameters<typeof tensorOf>) =>
  interpret(func, args.map(tensorOf), { functions }).map(toNested);

test('a loop carries values and saves others', () => {
  expect(interpret(all.powers, [scalar(2), tensorOf([1, 1, 1, 1])]).map(toNested)).toEqual([16, 15]);
  expect(interpret(all.powers, [scalar(2), { shape: [0], data: new Float64Array(0) }]).map(toNested)).toEqual(
    [1, 0],
  );
});

test('a while runs until its condition fails, and is given up at a limit', () => {
  expect(results(all.heron, 2)[0]).toBeCloseTo(Math.SQRT2, 14);
  expect(() => interpret(all.heron, [scalar(Number.NaN)], {})).not.toThrow();
  expect(() => interpret(all.heron, [scalar(1e6)], { maxIterations: 3 })).toThrow(
    'the loop has run 3 times and has not ended',
  );
});

test('a map tabulates its body', () => {
  expect(results(all.table, 10)).toEqual([
    [
      [0, -10, -20],
      [1, -9, -19],
    ],
  ]);
});

test('a choice runs one branch, a call runs its function', () => {
  expect(results(all.chosen, -3)).toEqual([9, 3]);
  expect(results(all.chosen, 4)).toEqual([16, 4]);
  expect(() => interpret(all.chosen, [scalar(1)])).toThrow('no function square');
  const ran: string[] = [];
  interpret(all.chosen, [scalar(-3)], { functions, observe: (op) => ran.push(op.kind) });
  expect(ran).toEqual(['const', 'elementwise', 'elementwise', 'if', 'elementwise', 'call']);
});

test('arguments that do not fit are refused', () => {
  expect(() => interpret(all.heron, [])).toThrow('takes 1 arguments');
  expect(() => interpret(square(), [tensorOf([1, 2])])).not.toThrow(TypeError);
});

type Change = (op: Op) => object;

/** The function with the first operation of a kind changed. */
function broken(func: Func, kind: Op['kind'], change: Change): Func {
  const at = func.body.ops.findIndex((op) => op.kind === kind);
  const op = func.body.ops[at] as Op;
  const ops = func.body.ops.map((o, i) => (i === at ? ({ ...op, ...change(op) } as Op) : o));
  return { ...func, body: { ...func.body, ops } };
}

const regionFaults: readonly (readonly [Func, Op['kind'], Change, string])[] = [
  [all.powers, 'for', () => ({ count: addDims(n, 1) }), 'saved values behind an axis of the count'],
  [all.powers, 'for', () => ({ saved: 0 }), 'saved results'],
  [all.powers, 'for', (op) => ({ operands: [op.results[1]] }), 'is used where it is not defined'],
  [
    all.heron,
    'while',
    (op) => ({ condition: op.kind === 'while' && { ...op.condition, results: op.condition.params } }),
    'a scalar condition',
  ],
  [all.heron, 'while', () => ({ operands: [] }), 'parameters'],
  [all.table, 'map', () => ({ dims: [2] }), 'a counter for each dimension'],
  [all.table, 'map', () => ({ dims: [3, 2] }), 'results behind the dimensions'],
  [
    all.chosen,
    'if',
    (op) => ({ operands: op.kind === 'if' ? [all.chosen.params[0]?.value] : [] }),
    'a scalar condition',
  ],
  [
    all.chosen,
    'if',
    (op) => ({ then: { ...(op.kind === 'if' ? op.then : {}), results: [] } }),
    'then: results',
  ],
  [all.chosen, 'call', () => ({ callee: 'cube' }), 'a function cube'],
  [all.chosen, 'call', () => ({ operands: [] }), 'its arguments'],
];

test.each(regionFaults)('%#: the verifier refuses it', (func, kind, change, what) => {
  expect(() => verifyFunc(broken(func, kind, change), functions)).toThrow(what);
});

test('a value of a region is not seen outside of it', () => {
  const loop = all.powers.body.ops.find((op) => op.kind === 'for');
  const inner = loop?.kind === 'for' ? (loop.body.results[0] as Value) : undefined;
  const leaked = { ...all.powers, body: { ...all.powers.body, results: [inner as Value, inner as Value] } };
  expect(() => verifyFunc(leaked)).toThrow('is used where it is not defined');
});

test('a condition is a scalar of type bool', () => {
  const b = new Builder();
  const region = b.region([], () => [b.constant([1], boolScalar)]);
  expect(region.results[0]?.type).toBe(boolScalar);
});
