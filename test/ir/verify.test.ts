/** The verifier refuses every kind of broken operation: one that holds, with one field changed. */
import { namedDim } from '../../src/core/affine.js';
import { Builder } from '../../src/ir/builder.js';
import { type Func, type Op, type TensorType, tensor, type Value } from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';

const n = namedDim('n');

/** One operation of every kind without regions, over x: float[3], A: float[2, n], i: int[4], c: bool[3]. */
function one(): { func: Func; x: Value; A: Value; i: Value; c: Value } {
  const b = new Builder();
  const params = [
    b.param('x', tensor('float', [3]), 'param'),
    b.param('A', tensor('float', [2, n]), 'param'),
    b.param('i', tensor('int', [4]), 'data'),
    b.param('c', tensor('bool', [3]), 'data'),
  ];
  const [x, A, i, c] = params.map((p) => p.value) as [Value, Value, Value, Value];
  const results = [
    b.constant([1, 2, 3], tensor('float', [3])),
    b.dim(n),
    b.iota(n),
    b.elementwise('mul', x, x),
    b.cast(i),
    b.select(c, x, x),
    b.detach(x),
    b.broadcast(x, [2, 3], [1]),
    b.reduce('sum', A, [1]),
    b.contract(A, [0, 1], A, [2, 1], [0, 2]),
    b.transpose(A, [1, 0]),
    b.reshape(x, [3, 1]),
    b.slice(x, [2], [-1], [2]),
    b.pad(x, [0], [2], [5]),
    b.concat([x, x], 0),
    b.gather(x, i),
    b.scatterAdd(b.gather(x, i), i, 3),
    b.recur(x, x, 0, 1, false),
  ];
  return {
    func: b.finish(
      'f',
      params,
      results,
      results.map((_, k) => `r${k}`),
    ),
    x,
    A,
    i,
    c,
  };
}

const { func, x, A, i, c } = one();
const typed = (op: Op, type: TensorType) => ({ results: [{ ...(op.results[0] as Value), type }] });
const shaped = (op: Op, ...shape: number[]) => typed(op, tensor((op.results[0] as Value).type.dtype, shape));
const float = (...shape: number[]) => tensor('float', shape);
const int = (...shape: number[]) => tensor('int', shape);

const faults: readonly (readonly [Op['kind'], string, (op: Op) => object])[] = [
  ['const', 'as many numbers as elements', () => ({ data: [1, 2] })],
  ['dim', 'an integer scalar', (op) => typed(op, float())],
  ['iota', 'an integer vector', (op) => typed(op, int(4))],
  ['elementwise', 'with its arity', () => ({ operands: [x] })],
  ['elementwise', 'with its arity', () => ({ name: 'nothing' })],
  ['elementwise', 'operands of the shape of the result', (op) => shaped(op, 4)],
  ['elementwise', 'operands of the type of the result', () => ({ operands: [c, c] })],
  ['elementwise', 'operands of the type of the result', (op) => typed(op, int(3))],
  ['elementwise', 'conditions', (op) => ({ name: 'and', ...typed(op, tensor('bool', [3])) })],
  ['elementwise', 'its type', () => ({ name: 'lt' })],
  ['cast', 'int to float', () => ({ operands: [x] })],
  ['select', 'a condition', () => ({ operands: [x, x, x] })],
  ['select', 'branches of the result', () => ({ operands: [c, x, i] })],
  ['detach', 'the operand’s type', (op) => shaped(op, 4)],
  ['broadcast', 'sizes that fit', (op) => shaped(op, 3, 4)],
  ['broadcast', 'increasing axes', () => ({ axes: [2] })],
  ['broadcast', 'one type', (op) => typed(op, int(2, 3))],
  ['reduce', 'a row', () => ({ name: 'nothing' })],
  ['reduce', 'the shape without its axes', () => ({ axes: [0] })],
  ['reduce', 'increasing axes', () => ({ axes: [1, 0] })],
  ['reduce', 'an operand of the right type', () => ({ operands: [c] })],
  ['contract', 'sizes that fit the labels', () => ({ right: [1, 2] })],
  ['contract', 'every label in two places', () => ({ out: [0] })],
  ['transpose', 'permuted sizes', () => ({ permutation: [0, 1] })],
  ['transpose', 'a permutation', () => ({ permutation: [1, 1] })],
  ['transpose', 'one type', () => ({ operands: [{ ...A, type: tensor('int', [2, n]) }] })],
  ['reshape', 'as many elements', (op) => shaped(op, 2, 2)],
  ['reshape', 'one type', (op) => typed(op, int(3, 1))],
  ['slice', 'one rank', () => ({ starts: [] })],
  ['slice', 'a window inside the axes', () => ({ starts: [3] })],
  ['slice', 'a window inside the axes', (op) => shaped(op, 4)],
  ['slice', 'steps other than 0', () => ({ steps: [0] })],
  ['pad', 'a window inside the axes', () => ({ starts: [1] })],
  ['concat', 'an axis', () => ({ axis: 1 })],
  ['concat', 'the sum of the lengths', (op) => shaped(op, 5)],
  ['concat', 'one type', () => ({ operands: [x, c] })],
  ['gather', 'integer indices', () => ({ operands: [x, x] })],
  ['gather', 'the shape of the index', (op) => shaped(op, 3)],
  ['scatterAdd', 'integer indices', (op) => ({ operands: [op.operands[0], x] })],
  ['scatterAdd', 'updates of the shape of the index', () => ({ operands: [x, i] })],
  ['recur', 'float operands of the result', () => ({ operands: [x, A] })],
  ['recur', 'an axis', () => ({ axis: 1 })],
];

function changed(kind: Op['kind'], change: (op: Op) => object): Func {
  const at = func.body.ops.findIndex((op) => op.kind === kind);
  const ops = func.body.ops.map((op, k) => (k === at ? ({ ...op, ...change(op) } as Op) : op));
  return { ...func, body: { ...func.body, ops } };
}

test('what holds is accepted', () => {
  expect(() => verifyFunc(func)).not.toThrow();
});

test.each(faults)('%s: %s', (kind, what, change) => {
  expect(() => verifyFunc(changed(kind, change))).toThrow(what);
});

test('every operation has one result, of its own', () => {
  for (const op of func.body.ops) {
    expect(() => verifyFunc(changed(op.kind, () => ({ results: [] })))).toThrow();
    expect(() => verifyFunc(changed(op.kind, () => ({ results: [x] })))).toThrow('is defined twice');
  }
});

test('functions whose parts do not fit are refused', () => {
  expect(() => verifyFunc({ ...func, resultNames: [] })).toThrow('results and their names differ in number');
  expect(() => verifyFunc({ ...func, valueCount: 3 })).toThrow('valueCount 3 is too small');
  expect(() => verifyFunc({ ...func, params: [] })).toThrow();
  expect(() => verifyFunc({ ...func, body: { ...func.body, ops: [...func.body.ops].reverse() } })).toThrow(
    'is used where it is not defined',
  );
});
