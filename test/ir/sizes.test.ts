/** Sizes that only the run knows: extents, saved values of loops joined and stacked, choices between lengths; and updates. */
import { namedDim } from '../../src/core/affine.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { scalar, toNested } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { printFunc } from '../../src/ir/print.js';
import {
  type Func,
  floatScalar,
  intScalar,
  type Op,
  type Place,
  tensor,
  type Value,
} from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { prune } from '../../src/passes/prune.js';
import { tensorOf } from '../support/lowered.js';

type Nested = Parameters<typeof tensorOf>[0];
const run = (func: Func, ...args: Nested[]) => {
  verifyFunc(func);
  return interpret(
    func,
    args.map((x) => tensorOf(x)),
  ).map(toNested);
};

/** The squares of 0 … m-1, for an m that is computed. */
function squares(): Func {
  const b = new Builder();
  const m = b.param('m', intScalar, 'data');
  const { dim, size } = b.extent(m.value, 'm');
  const i = b.cast(b.iota(dim));
  return b.finish('squares', [m], [b.sum(b.elementwise('mul', i, i)), size], ['sum', 'size']);
}

test('an extent is a dimension known at run time, never negative', () => {
  expect(run(squares(), 4)).toEqual([14, 4]);
  expect(run(squares(), -3)).toEqual([0, 0]);
  expect(printFunc(squares())).toContain('extent %0 as m%1');
});

/** Halves x until it is below 1, and sums what it was on the way. */
function halvings(): Func {
  const b = new Builder();
  const x = b.param('x', floatScalar, 'param');
  const { results, trips } = b.while(
    [x.value],
    ([v]) => b.elementwise('le', b.num(1), v as Value),
    ([v]) => [b.elementwise('div', v as Value, b.num(2)), v as Value],
  );
  const [last, path] = results as [Value, Value];
  return b.finish('halvings', [x], [last, b.sum(path), b.dim(trips)], ['last', 'sum', 'trips']);
}

test('a while saves one value for each iteration', () => {
  expect(run(halvings(), 8)).toEqual([0.5, 15, 4]);
  expect(run(halvings(), 0.25)).toEqual([0.25, 0, 0]);
});

test('a loop whose number of iterations is used stays, though its values are not', () => {
  const func = halvings();
  const only = {
    ...func,
    body: { ...func.body, results: [func.body.results[2] as Value] },
    resultNames: ['trips'],
  };
  const pruned = prune.run(only);
  verifyFunc(pruned);
  expect(interpret(pruned, [scalar(8)]).map(toNested)).toEqual([4]);
  expect(pruned.body.ops.find((op) => op.kind === 'while')?.results).toHaveLength(1);
});

/** The triangle 0; 0 1; 0 1 2; … of n rows as one vector, joined from rows of different lengths. */
function triangle(): Func {
  const b = new Builder();
  const n = b.param('n', intScalar, 'data');
  const { dim } = b.extent(n.value, 'n');
  const body = b.region([intScalar], ([i]) => {
    const row = b.extent(b.elementwise('add', i as Value, b.int(1)), 'row');
    return [b.iota(row.dim)];
  });
  const total = b.freshDim('total');
  const [all] = b.append({ kind: 'for', operands: [], count: dim, body, saved: 1, binds: [total] }, [
    tensor('int', [namedDim(total)]),
  ]);
  return b.finish('triangle', [n], [all as Value, b.dim(namedDim(total))], ['all', 'total']);
}

test('saved tensors of different lengths are joined', () => {
  expect(run(triangle(), 3)).toEqual([[0, 0, 1, 0, 1, 2], 6]);
  expect(run(triangle(), 0)).toEqual([[], 0]);
});

/** A choice between nothing and 0 … m-1. */
function some(): Func {
  const b = new Builder();
  const m = b.param('m', intScalar, 'data');
  const then = b.region([], () => [b.iota(b.extent(m.value).dim)]);
  const otherwise = b.region([], () => [b.iota(0)]);
  const length = b.freshDim('length');
  const condition = b.elementwise('lt', b.int(2), m.value);
  const [chosen] = b.if(condition, then, otherwise, [tensor('int', [namedDim(length)])], [length]);
  return b.finish('some', [m], [chosen as Value], ['chosen']);
}

test('a choice has the length of what the branch taken yields', () => {
  expect(run(some(), 3)).toEqual([[0, 1, 2]]);
  expect(run(some(), 2)).toEqual([[]]);
});

/** A[at] = or += v, read by rows. */
function updated(places: readonly Place[], add: boolean, shape: readonly number[]): Func {
  const b = new Builder();
  const A = b.param('A', tensor('float', [2, 3]), 'param');
  const v = b.param('v', tensor('float', shape), 'param');
  const indices = places.filter((p) => p === null).map((_, k) => b.param(`i${k}`, intScalar, 'data'));
  const result = b.update(A.value, v.value, places, indices.map((i) => i.value), add); // biome-ignore format: short
  return b.finish('updated', [A, v, ...indices], [result], ['A']);
}

const whole = { start: 0, step: 1 };
const A = [
  [1, 2, 3],
  [4, 5, 6],
];

test.each([
  [
    'an element',
    [null, null],
    false,
    [],
    9,
    [1, 0],
    [
      [1, 2, 3],
      [9, 5, 6],
    ],
  ],
  [
    'an element, added',
    [null, null],
    true,
    [],
    9,
    [1, 2],
    [
      [1, 2, 3],
      [4, 5, 15],
    ],
  ],
  [
    'a row',
    [null, whole],
    false,
    [3],
    [7, 8, 9],
    [0],
    [
      [7, 8, 9],
      [4, 5, 6],
    ],
  ],
  [
    'a column',
    [whole, null],
    true,
    [2],
    [10, 20],
    [1],
    [
      [1, 12, 3],
      [4, 25, 6],
    ],
  ],
  [
    'a window backwards',
    [
      { start: 1, step: -1 },
      { start: 0, step: 2 },
    ],
    false,
    [2, 2],
    [
      [10, 20],
      [30, 40],
    ],
    [],
    [
      [30, 2, 40],
      [10, 5, 20],
    ],
  ],
] as const)('an update sets %s', (_, places, add, shape, v, indices, expected) => {
  // biome-ignore format: the table above is easier to read in lines
  expect(run(updated(places, add, shape), A, v as Nested, ...(indices as readonly number[]))).toEqual([expected]);
});

test('an index outside of its axis is an error that names it', () => {
  const problem = () => run(updated([null, null], false, []), A, 1, 0, 3);
  expect(problem).toThrow(AdcError);
  expect(problem).toThrow('the index 3 is outside the second axis of length 3');
  const b = new Builder();
  const x = b.param('x', tensor('float', [2]), 'param');
  const i = b.param('i', tensor('int', [3]), 'data');
  const func = b.finish('picked', [x, i], [b.gather(x.value, i.value)], ['picked']);
  expect(() => interpret(func, [tensorOf([1, 2]), tensorOf([0, 1, -1])])).toThrow(
    'the index -1, element [2] of the indices, is outside the axis of length 2',
  );
});

const faults: readonly (readonly [Func, Op['kind'], (op: Op) => object, string])[] = [
  [squares(), 'extent', () => ({ dim: 'other' }), 'm%1 is not bound'],
  [halvings(), 'while', () => ({ trips: 'other' }), 'is not bound'],
  [triangle(), 'for', () => ({ binds: [] }), 'is not bound'],
  [some(), 'if', () => ({ binds: [] }), 'is not bound'],
  [updated([null, null], false, []), 'update', () => ({ axes: [null] }), 'a place for each axis'],
  [
    updated([null, null], false, []),
    'update',
    (op) => ({ operands: op.operands.slice(0, 3) }),
    'an index for each',
  ],
  [
    updated([null, whole], false, [3]),
    'update',
    () => ({ axes: [null, { start: 1, step: 1 }] }),
    'a window inside',
  ],
];

test.each(faults)('%#: the verifier refuses it', (func, kind, change, what) => {
  const ops = func.body.ops.map((op) => (op.kind === kind ? ({ ...op, ...change(op) } as Op) : op));
  expect(() => verifyFunc({ ...func, body: { ...func.body, ops } })).toThrow(what);
});

test('a name is bound once', () => {
  const b = new Builder();
  const m = b.param('m', intScalar, 'data');
  const { name } = b.extent(m.value);
  b.append({ kind: 'extent', operands: [m.value], dim: name }, [intScalar]);
  expect(() => verifyFunc(b.finish('f', [m], [b.int(1)], ['r']))).toThrow('which is bound');
});
