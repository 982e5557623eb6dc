/** What each operation of the upper IR demands of its operands, results and regions. */
import { addDims, type Dim, knownSize, namedDim, type Shape, sameDim, sameShape } from '../core/affine.js';
import { arrayRow, elementwiseRow, reductionRow } from '../ops/table.js';
import {
  boolScalar,
  type ForOp,
  type Func,
  intScalar,
  type Op,
  type TensorType,
  type UpdateOp,
  type Value,
  type WhileOp,
} from './types.js';

const LOGIC = new Set(['and', 'or', 'not']);

type Wanted = readonly [condition: boolean, what: string];

const types = (values: readonly Value[]) => values.map((v) => v.type);
const sameType = (a: TensorType, b: TensorType) => a.dtype === b.dtype && sameShape(a.shape, b.shape);
const sameTypes = (a: readonly TensorType[], b: readonly TensorType[]) =>
  a.length === b.length && a.every((t, i) => sameType(t, b[i] as TensorType));
const increasing = (axes: readonly number[], rank: number) =>
  axes.every((a, i) => Number.isInteger(a) && a < rank && a > (axes[i - 1] ?? -1));
const without = (shape: Shape, axes: readonly number[]) => shape.filter((_, k) => !axes.includes(k));

/** What must hold of an operation, with the words for when it does not. */
export function demands(op: Op, functions: ReadonlyMap<string, Func> | undefined): Wanted[] {
  const operands = types(op.operands);
  const results = types(op.results);
  const a = operands[0] as TensorType;
  const r = results[0] as TensorType;
  const single: Wanted = [op.results.length === 1, 'one result'];
  switch (op.kind) {
    case 'const':
      return [single, [op.data.length === (knownSize(r.shape) ?? -1), 'as many numbers as elements']];
    case 'dim':
      return [single, [r.dtype === 'int' && r.shape.length === 0, 'an integer scalar']];
    case 'iota':
      return [single, [r.dtype === 'int' && sameShape(r.shape, [op.dim]), 'an integer vector']];
    case 'elementwise': {
      const row = elementwiseRow(op.name);
      return [
        single,
        [row !== undefined && row.params.length === operands.length, `${op.name} with its arity`],
        [operands.every((t) => sameShape(t.shape, r.shape)), 'operands of the shape of the result'],
        [
          row?.result === 'bool' || operands.every((t) => t.dtype === r.dtype && t.dtype !== 'bool'),
          'operands of the type of the result',
        ],
        [row?.result !== 'bool' || operands.every((t) => t.dtype === a.dtype), 'operands of one type'],
        [!LOGIC.has(op.name) || a.dtype === 'bool', 'conditions'],
        [row === undefined || row.result === 'same' || r.dtype === (row.result ?? 'float'), 'its type'],
      ];
    }
    case 'cast':
      return [
        single,
        [a.dtype === 'int' && r.dtype === 'float' && sameShape(a.shape, r.shape), 'int to float'],
      ];
    case 'detach':
      return [single, [sameType(a, r), 'the operand’s type']];
    case 'select':
      return [
        single,
        [a.dtype === 'bool' && sameShape(a.shape, r.shape), 'a condition of the result’s shape'],
        [sameTypes(operands.slice(1), [r, r]), 'branches of the result’s type'],
      ];
    case 'broadcast':
      return [
        single,
        [increasing(op.axes, r.shape.length) && op.axes.length === a.shape.length, 'increasing axes'],
        [op.axes.every((to, k) => sameDim(a.shape[k] as Dim, r.shape[to] as Dim)), 'sizes that fit'],
        [a.dtype === r.dtype, 'one type'],
      ];
    case 'reduce': {
      const row = reductionRow(op.name);
      return [
        single,
        [row?.result === r.dtype, `a row ${op.name}`],
        [increasing(op.axes, a.shape.length) && op.axes.length > 0, 'increasing axes'],
        [sameShape(without(a.shape, op.axes), r.shape), 'the shape without its axes'],
        [
          (row?.result === 'bool') === (a.dtype === 'bool') && a.dtype !== 'int',
          'an operand of the right type',
        ],
      ];
    }
    case 'contract':
      return [single, ...contractDemands(op, operands, r)];
    case 'transpose':
      return [
        single,
        [
          sameShape(
            op.permutation.map((p) => a.shape[p] as Dim),
            r.shape,
          ),
          'permuted sizes',
        ],
        [new Set(op.permutation).size === a.shape.length, 'a permutation'],
        [a.dtype === r.dtype, 'one type'],
      ];
    case 'reshape':
      return [
        single,
        [a.dtype === r.dtype, 'one type'],
        [!bothKnown(a, r) || knownSize(a.shape) === knownSize(r.shape), 'as many elements'],
      ];
    case 'slice':
      return [single, [a.dtype === r.dtype, 'one type'], ...windowDemands(op, a.shape, r.shape)];
    case 'pad':
      return [single, [a.dtype === r.dtype, 'one type'], ...windowDemands(op, r.shape, a.shape)];
    case 'concat':
      return [
        single,
        [op.axis >= 0 && op.axis < r.shape.length, 'an axis'],
        [operands.length > 0 && operands.every((t) => t.dtype === r.dtype), 'one type'],
        [
          operands.every((t) => sameShape(without(t.shape, [op.axis]), without(r.shape, [op.axis]))),
          'other sizes equal',
        ],
        [
          sameDim(
            operands.reduce<Dim>((sum, t) => addDims(sum, t.shape[op.axis] ?? 0), 0),
            r.shape[op.axis] ?? -1,
          ),
          'the sum of the lengths',
        ],
      ];
    case 'gather': {
      const index = operands[1] as TensorType;
      return [
        single,
        [index.dtype === 'int', 'integer indices'],
        [a.dtype === r.dtype, 'one type'],
        [sameShape([...index.shape, ...a.shape.slice(1)], r.shape), 'the shape of the index, then of a row'],
      ];
    }
    case 'scatterAdd': {
      const index = operands[1] as TensorType;
      return [
        single,
        [index.dtype === 'int', 'integer indices'],
        [a.dtype === 'float' && r.dtype === 'float', 'float updates'],
        [sameShape([...index.shape, ...r.shape.slice(1)], a.shape), 'updates of the shape of the index'],
      ];
    }
    case 'extent':
      return [single, [sameType(a, intScalar) && sameType(r, intScalar), 'an integer scalar']];
    case 'update':
      return [single, ...updateDemands(op, operands, r)];
    case 'recur':
      return [
        single,
        [sameTypes(operands, [r, r]) && r.dtype === 'float', 'float operands of the result’s type'],
        [op.axis >= 0 && op.axis < r.shape.length, 'an axis'],
      ];
    case 'array':
      return [single, ...arrayDemands(op.name, operands, r)];
    case 'if':
      return [
        [a.dtype === 'bool' && a.shape.length === 0, 'a scalar condition'],
        [op.then.params.length === 0 && op.otherwise.params.length === 0, 'regions without parameters'],
        [yields(types(op.then.results), results, op.binds), 'then: results of the operation’s types'],
        [yields(types(op.otherwise.results), results, op.binds), 'else: results of the operation’s types'],
      ];
    case 'while': {
      const carried = results.slice(0, operands.length);
      return [
        [sameTypes(operands, carried), 'carried types'],
        [
          sameTypes(types(op.body.params), carried) && sameTypes(types(op.condition.params), carried),
          'parameters',
        ],
        [sameTypes(types(op.condition.results), [boolScalar]), 'a scalar condition'],
        ...savedDemands(op, carried, results, namedDim(op.trips)),
      ];
    }
    case 'for': {
      const carried = results.slice(0, operands.length);
      return [
        [sameTypes(operands, carried) && sameTypes(types(op.body.params).slice(1), carried), 'carried types'],
        [sameTypes(types(op.body.params).slice(0, 1), [intScalar]), 'a counter'],
        ...savedDemands(op, carried, results, op.count),
      ];
    }
    case 'map':
      return [
        [
          sameTypes(
            types(op.body.params),
            op.dims.map(() => intScalar),
          ),
          'a counter for each dimension',
        ],
        [
          sameTypes(
            types(op.body.results).map((t) => ({ ...t, shape: [...op.dims, ...t.shape] })),
            results,
          ),
          'results behind the dimensions',
        ],
      ];
    case 'call': {
      const callee = functions?.get(op.callee);
      const alike = (own: readonly TensorType[], its: readonly TensorType[]) =>
        callee === undefined ||
        (own.length === its.length &&
          own.every((t, i) => t.dtype === its[i]?.dtype && t.shape.length === its[i].shape.length));
      return [
        [functions === undefined || callee !== undefined, `a function ${op.callee}`],
        [alike(operands, types(callee?.body.params ?? [])), 'its arguments'],
        [alike(results, types(callee?.body.results ?? [])), 'its results'],
      ];
    }
  }
}

const bindsLead = (type: TensorType, binds: readonly string[]) =>
  type.shape[0] !== undefined && binds.some((name) => sameDim(type.shape[0] as Dim, namedDim(name)));
const behind = (type: TensorType) => ({ ...type, shape: type.shape.slice(1) });

/** Whether a region yields what the results take; where the operation binds the leading dimension, any length is right. */
function yields(
  own: readonly TensorType[],
  results: readonly TensorType[],
  binds: readonly string[],
): boolean {
  return (
    own.length === results.length &&
    own.every((t, i) => {
      const r = results[i] as TensorType;
      return bindsLead(r, binds) ? t.shape.length > 0 && sameType(behind(t), behind(r)) : sameType(t, r);
    })
  );
}

/** What a loop saves: joined, or stacked behind the number of iterations. */
function savedDemands(
  op: ForOp | WhileOp,
  carried: readonly TensorType[],
  results: readonly TensorType[],
  iterations: Dim,
): Wanted[] {
  const kept = results.slice(carried.length);
  const own = types(op.body.results).slice(carried.length);
  const fits = (r: TensorType, i: number) => {
    const t = own[i];
    if (!t) return false;
    return bindsLead(r, op.binds) ? yields([t], [r], op.binds) : sameType(t, behind(r));
  };
  return [
    [
      kept.every((t) => bindsLead(t, op.binds) || sameDim(t.shape[0] ?? -1, iterations)),
      'saved values behind an axis of the count, or joined',
    ],
    [sameTypes(types(op.body.results).slice(0, carried.length), carried), 'body results'],
    [kept.length === op.saved && own.length === op.saved && kept.every(fits), 'saved results'],
  ];
}

function updateDemands(op: UpdateOp, [x, value, ...indices]: readonly TensorType[], r: TensorType): Wanted[] {
  if (!x || !value) return [[false, 'a tensor and a value']];
  const windows = op.axes.flatMap((place, k) => (place ? [{ place, size: x.shape[k] as Dim }] : []));
  const starts = windows.map((w) => w.place.start);
  const steps = windows.map((w) => w.place.step);
  return [
    [sameType(x, r) && value.dtype === x.dtype, 'one type'],
    [op.axes.length === x.shape.length, 'a place for each axis'],
    [indices.length === op.axes.length - windows.length, 'an index for each axis that is picked'],
    [indices.every((t) => sameType(t, intScalar)), 'integer scalars as indices'],
    [!op.add || x.dtype !== 'bool', 'numbers to add'],
    ...windowDemands(
      { starts, steps },
      windows.map((w) => w.size),
      value.shape,
    ),
  ];
}

function arrayDemands(name: string, operands: readonly TensorType[], r: TensorType): Wanted[] {
  const row = arrayRow(name);
  const shapes = operands.map((t) => t.shape);
  const [first] = shapes as [Shape];
  const matrix = row?.of === 'matrices';
  const sizes = first.slice(matrix ? -2 : -1);
  return [
    [row !== undefined && row.partials.length === operands.length, `a row ${name} with its arity`],
    [operands.every((t) => t.dtype === 'float'), 'float operands'],
    [!matrix || (sizes.length === 2 && sameDim(sizes[0] as Dim, sizes[1] as Dim)), 'square matrices'],
    [shapes.every((s) => sameDim(s[first.length - sizes.length] ?? -1, sizes[0] ?? -1)), 'sizes that fit'],
    [row?.result === r.dtype && sameShape(row.shape(shapes), r.shape), 'its type'],
  ];
}

const bothKnown = (a: TensorType, b: TensorType) =>
  knownSize(a.shape) !== undefined && knownSize(b.shape) !== undefined;

/** A window of `inner` elements into `outer`, as far as sizes are known. */
function windowDemands(
  op: { readonly starts: readonly Dim[]; readonly steps: readonly number[] },
  outer: Shape,
  inner: Shape,
): Wanted[] {
  const rank = outer.length;
  if (op.starts.length !== rank || op.steps.length !== rank || inner.length !== rank)
    return [[false, 'one rank']];
  const inside = (at: Dim, k: number) => {
    const room = addDims(outer[k] as Dim, at, -1);
    return !(typeof at === 'number' && at < 0) && !(typeof room === 'number' && room <= 0);
  };
  const within = op.starts.every((start, k) => {
    const length = inner[k] as Dim;
    const last = addDims(start, addDims(length, -1), op.steps[k]);
    return length === 0 || (inside(start, k) && inside(last, k));
  });
  return [
    [op.steps.every((s) => Number.isInteger(s) && s !== 0), 'steps other than 0'],
    [within, 'a window inside the axes'],
  ];
}

function contractDemands(
  op: Extract<Op, { kind: 'contract' }>,
  [a, b]: readonly TensorType[],
  r: TensorType,
): Wanted[] {
  const sizes = new Map<number, Dim>();
  let fits = true;
  const note = (labels: readonly number[], shape: Shape) => {
    fits &&= labels.length === shape.length && new Set(labels).size === labels.length;
    for (const [k, l] of labels.entries()) {
      const size = shape[k] as Dim;
      fits &&= sameDim(sizes.get(l) ?? size, size);
      sizes.set(l, size);
    }
  };
  note(op.left, a?.shape ?? []);
  note(op.right, b?.shape ?? []);
  note(op.out, r.shape);
  const places = (l: number) => [op.left, op.right, op.out].filter((labels) => labels.includes(l)).length;
  return [
    [fits, 'sizes that fit the labels'],
    [[...sizes.keys()].every((l) => places(l) >= 2), 'every label in two places'],
    [a?.dtype === 'float' && b?.dtype === 'float' && r.dtype === 'float', 'float operands'],
  ];
}
