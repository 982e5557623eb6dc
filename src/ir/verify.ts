/**
 * The verifier of the upper IR: it recomputes what every operation demands of its operands and says what does not
 * hold. It runs between passes in all tests, and elsewhere on request.
 */
import { addDims, type Dim, knownSize, type Shape, sameDim, sameShape } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import { arrayRow, elementwiseRow, reductionRow } from '../ops/table.js';
import { printFunc } from './print.js';
import {
  boolScalar,
  type Func,
  intScalar,
  type Op,
  type Region,
  regionsOf,
  type TensorType,
  type Value,
} from './types.js';

/**
 * Checks a function.
 * @throws InternalError that names the first operation at fault and shows the function
 */
export function verifyFunc(func: Func, functions?: ReadonlyMap<string, Func>): void {
  const checker = new Verifier(functions);
  checker.params(func.params.map((p) => p.value));
  checker.region(func.body, false);
  const { params } = func.body;
  const same = params.length === func.params.length && params.every((v, i) => v === func.params[i]?.value);
  if (!same) checker.fail('the parameters of the body are not those of the function');
  if (checker.greatest >= func.valueCount) checker.fail(`valueCount ${func.valueCount} is too small`);
  const wrong = func.body.results.length !== func.resultNames.length;
  if (wrong) checker.fail('results and their names differ in number');
  if (checker.faults.length > 0) {
    throw new InternalError(`invalid IR: ${checker.faults.slice(0, 5).join('; ')}\n${printFunc(func)}`);
  }
}

const LOGIC = new Set(['and', 'or', 'not']);

type Wanted = readonly [condition: boolean, what: string];

class Verifier {
  readonly faults: string[] = [];
  greatest = -1;
  private readonly seen = new Set<number>();
  private readonly visible = new Set<number>();

  constructor(private readonly functions: ReadonlyMap<string, Func> | undefined) {}

  fail(what: string): void {
    this.faults.push(what);
  }

  params(values: readonly Value[]): void {
    for (const v of values) this.define(v);
  }

  private define(v: Value): void {
    if (this.seen.has(v.id)) this.fail(`%${v.id} is defined twice`);
    this.seen.add(v.id);
    this.greatest = Math.max(this.greatest, v.id);
    this.visible.add(v.id);
  }

  region(region: Region, withParams = true): void {
    if (withParams) this.params(region.params);
    for (const op of region.ops) this.op(op);
    this.used(region.results);
    for (const op of region.ops) for (const r of op.results) if (withParams) this.visible.delete(r.id);
    if (withParams) for (const p of region.params) this.visible.delete(p.id);
  }

  private used(values: readonly Value[]): void {
    for (const v of values)
      if (!this.visible.has(v.id)) this.fail(`%${v.id} is used where it is not defined`);
  }

  private op(op: Op): void {
    this.used(op.operands);
    for (const region of regionsOf(op)) this.region(region);
    for (const [holds, what] of demands(op, this.functions)) {
      if (!holds) this.fail(`${op.kind} %${op.results[0]?.id}: ${what}`);
    }
    for (const r of op.results) this.define(r);
  }
}

const types = (values: readonly Value[]) => values.map((v) => v.type);
const sameType = (a: TensorType, b: TensorType) => a.dtype === b.dtype && sameShape(a.shape, b.shape);
const sameTypes = (a: readonly TensorType[], b: readonly TensorType[]) =>
  a.length === b.length && a.every((t, i) => sameType(t, b[i] as TensorType));
const increasing = (axes: readonly number[], rank: number) =>
  axes.every((a, i) => Number.isInteger(a) && a < rank && a > (axes[i - 1] ?? -1));
const without = (shape: Shape, axes: readonly number[]) => shape.filter((_, k) => !axes.includes(k));

/** What must hold of an operation, with the words for when it does not. */
function demands(op: Op, functions: ReadonlyMap<string, Func> | undefined): Wanted[] {
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
        [sameTypes(types(op.then.results), results), 'then: results of the operation’s types'],
        [sameTypes(types(op.otherwise.results), results), 'else: results of the operation’s types'],
      ];
    case 'while':
      return [
        [sameTypes(operands, results) && sameTypes(types(op.body.results), results), 'carried types'],
        [
          sameTypes(types(op.body.params), results) && sameTypes(types(op.condition.params), results),
          'parameters',
        ],
        [sameTypes(types(op.condition.results), [boolScalar]), 'a scalar condition'],
      ];
    case 'for': {
      const carried = results.slice(0, operands.length);
      const kept = results.slice(operands.length).map((t) => ({ ...t, shape: t.shape.slice(1) }));
      return [
        [sameTypes(operands, carried) && sameTypes(types(op.body.params).slice(1), carried), 'carried types'],
        [sameTypes(types(op.body.params).slice(0, 1), [intScalar]), 'a counter'],
        [
          results.slice(operands.length).every((t) => sameDim(t.shape[0] ?? -1, op.count)),
          'saved values behind an axis of the count',
        ],
        [
          kept.length === op.saved && sameTypes(types(op.body.results), [...carried, ...kept]),
          'body results',
        ],
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
