/**
 * The verifier of the upper IR: it recomputes what every operation demands of its operands and says what does not
 * hold. It runs between passes in all tests, and elsewhere on request.
 */
import { type Dim, type Shape, sameDim, sameShape } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import { elementwiseRow, reductionRow } from '../ops/table.js';
import { printFunc } from './print.js';
import { type Func, type Op, type Region, regionsOf, type TensorType, type Value } from './types.js';

/**
 * Checks a function.
 * @throws InternalError that names the first operation at fault and shows the function
 */
export function verifyFunc(func: Func, functions?: ReadonlyMap<string, Func>): void {
  const checker = new Verifier(functions);
  checker.params(func.params.map((p) => p.value));
  checker.region(func.body, false);
  const wrong = func.body.results.length !== func.resultNames.length;
  if (wrong) checker.fail('results and their names differ in number');
  if (checker.faults.length > 0) {
    throw new InternalError(`invalid IR: ${checker.faults.slice(0, 5).join('; ')}\n${printFunc(func)}`);
  }
}

type Wanted = readonly [condition: boolean, what: string];

class Verifier {
  readonly faults: string[] = [];
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
      return [single, [op.data.length === 1 || r.shape.length > 0, 'one number in a scalar']];
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
        [row?.result !== undefined || operands.every((t) => t.dtype === 'float'), 'float operands'],
        [(row?.result === 'bool') === (r.dtype === 'bool'), `a result of another type than ${r.dtype}`],
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
      ];
    case 'reshape':
      return [single, [a.dtype === r.dtype, 'one type']];
    case 'slice':
    case 'pad': {
      const rank = a.shape.length;
      return [
        single,
        [op.starts.length === rank && op.steps.length === rank && r.shape.length === rank, 'one rank'],
      ];
    }
    case 'concat':
      return [
        single,
        [op.axis < r.shape.length, 'an axis'],
        [
          operands.every((t) => sameShape(without(t.shape, [op.axis]), without(r.shape, [op.axis]))),
          'other sizes equal',
        ],
      ];
    case 'gather':
      return [single, [operands[1]?.dtype === 'int', 'integer indices']];
    case 'scatterAdd':
      return [single, [operands[1]?.dtype === 'int' && r.dtype === 'float', 'integer indices']];
    case 'recur':
      return [
        single,
        [sameTypes(operands, [r, r]), 'operands of the result’s type'],
        [op.axis < r.shape.length, 'an axis'],
      ];
    case 'if':
      return [
        [a.dtype === 'bool' && a.shape.length === 0, 'a scalar condition'],
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
        [op.condition.results.length === 1 && op.condition.results[0]?.type.dtype === 'bool', 'a condition'],
      ];
    case 'for': {
      const carried = results.slice(0, operands.length);
      const kept = results.slice(operands.length).map((t) => ({ ...t, shape: t.shape.slice(1) }));
      return [
        [sameTypes(operands, carried) && sameTypes(types(op.body.params).slice(1), carried), 'carried types'],
        [op.body.params[0]?.type.dtype === 'int', 'a counter'],
        [
          kept.length === op.saved && sameTypes(types(op.body.results), [...carried, ...kept]),
          'body results',
        ],
      ];
    }
    case 'map':
      return [
        [op.body.params.length === op.dims.length, 'a counter for each dimension'],
        [
          op.body.results.every((v, i) => sameShape([...op.dims, ...v.type.shape], results[i]?.shape ?? [])),
          'results',
        ],
      ];
    case 'call': {
      const callee = functions?.get(op.callee);
      const known = callee === undefined || callee.params.length === operands.length;
      return [
        [functions === undefined || callee !== undefined, `a function ${op.callee}`],
        [known, 'its arguments'],
      ];
    }
  }
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
