/**
 * The upper IR over big numbers: what a function means, to as many digits as one likes.
 *
 * Elements without a value (outside a domain, at a pole) travel along and matter only where a result needs them, so a
 * branch that is not taken does no harm. The path, the conditions of all choices, is recorded: where it differs at
 * neighbouring points the function is no longer the same one.
 */
import { evaluateDim, type Shape } from '../../core/affine.js';
import { assert } from '../../core/diagnostic.js';
import * as why from '../../core/errors/reference.js';
import { bindDims } from '../../ir/dims.js';
import * as kernels from '../../ir/kernels.js';
import type {
  ContractOp,
  ElementwiseOp,
  Func,
  IfOp,
  Op,
  RecurOp,
  ReduceOp,
  Region,
  Value,
} from '../../ir/types.js';
import { reductionRow } from '../../ops/table.js';
import type { Big, Bigs } from './numbers.js';
import { apply, bigReductions, bigRows, type Element, Undefined } from './rows.js';
import { type BigTensor, indices, rearranged, reducedRows } from './tensors.js';

/** Work that may still be done, in microseconds of an ordinary machine. */
export class Budget {
  constructor(
    private left: number,
    private readonly refusal: string,
  ) {}

  /** @throws Unavailable when nothing is left */
  spend(work: number): void {
    this.left -= work;
    if (this.left < 0) throw new why.Unavailable(this.refusal);
  }

  /** What is left. */
  rest(): number {
    return this.left;
  }

  /** @throws Unavailable when less than so much is left */
  demand(work: number): void {
    if (this.left < work) throw new why.Unavailable(this.refusal);
  }
}

export interface BigOptions {
  readonly budget: Budget;
  /** Values of detach operations that were recorded elsewhere and hold here. */
  readonly frozen?: ReadonlyMap<number, BigTensor>;
  /** The values of another run: what is computed from the very same elements is taken from there. */
  readonly known?: ReadonlyMap<number, BigTensor>;
  /** What literals stand for in a run, in the order in which they come, where that is not the doubles themselves. */
  readonly literals?: () => (x: number) => Big;
}

export interface BigRun {
  readonly results: readonly BigTensor[];
  readonly detached: ReadonlyMap<number, BigTensor>;
  /** All values by id. */
  readonly values: ReadonlyMap<number, BigTensor>;
  /** A character for each condition, in order. */
  readonly path: string;
}

/**
 * Runs a function on big numbers.
 * @throws Unavailable where an operation is not known in big numbers, or the budget is spent
 */
export function interpretBig(k: Bigs, func: Func, args: readonly BigTensor[], options: BigOptions): BigRun {
  return new BigInterpreter(k, func, args, options).run();
}

/** Work of one cheap operation: an element moved, or a loop around it. */
const MOVE = 0.1;
const PRODUCT = 20;

class BigInterpreter {
  private readonly values = new Map<number, BigTensor>();
  private readonly dims: Map<string, number>;
  private readonly detached = new Map<number, BigTensor>();
  private readonly path: string[] = [];
  private readonly literal: (x: number) => Big;
  /** Multiplication of long numbers costs about the square of their length. */
  private readonly factor: number;

  constructor(
    private readonly k: Bigs,
    private readonly func: Func,
    args: readonly BigTensor[],
    private readonly options: BigOptions,
  ) {
    assert(args.length === func.params.length, `${func.name} takes ${func.params.length} arguments`);
    this.dims = bindDims(
      func.params.map((p) => p.value.type.shape),
      args.map((a) => a.shape),
    );
    for (const [i, p] of func.params.entries()) this.values.set(p.value.id, args[i] as BigTensor);
    this.literal = options.literals?.() ?? ((x) => k.num(x));
    this.factor = (k.precision / 120) ** 2;
  }

  run(): BigRun {
    const results = this.region(this.func.body);
    return { results, detached: this.detached, values: this.values, path: this.path.join('') };
  }

  private region(region: Region): BigTensor[] {
    for (const op of region.ops) {
      const operands = op.operands.map((v) => this.get(v));
      const results = op.kind === 'if' ? this.branch(op, operands) : [this.op(op, operands)];
      for (const [i, v] of op.results.entries()) this.values.set(v.id, results[i] as BigTensor);
    }
    return region.results.map((v) => this.get(v));
  }

  private get(v: Value): BigTensor {
    const value = this.values.get(v.id);
    assert(value, `value ${v.id} is used before it is computed`);
    return value;
  }

  private shape(shape: Shape): number[] {
    return shape.map((d) => evaluateDim(d, this.dims));
  }

  private spend(elements: number, cost: number): void {
    this.options.budget.spend(elements * (cost < 1 ? cost : cost * this.factor) + MOVE);
  }

  private op(op: Op, operands: readonly BigTensor[]): BigTensor {
    const [a, b] = operands as [BigTensor, BigTensor];
    const shape = this.shape((op.results[0] as Value).type.shape);
    const size = shape.reduce((n, d) => n * d, 1);
    this.spend(size, MOVE);
    const move = (f: (t: Parameters<typeof kernels.slice>[0]) => ReturnType<typeof kernels.slice>) =>
      rearranged(this.k, [a], ([t]) => f(t as never));
    switch (op.kind) {
      case 'const': {
        const before = this.options.known?.get((op.results[0] as Value).id);
        if (before) return before;
        const element = (x: number) =>
          Number.isFinite(x) ? this.literal(x) : new Undefined(why.infiniteInput);
        return { shape, data: op.data.map(element) };
      }
      case 'dim':
        return { shape, data: [this.k.num(evaluateDim(op.dim, this.dims))] };
      case 'iota':
        return { shape, data: Array.from({ length: size }, (_, i) => this.k.num(i)) };
      case 'elementwise':
        return this.elementwise(op, operands);
      case 'cast':
        return a;
      case 'detach':
        return this.detach(op.results[0] as Value, a);
      case 'select':
        return this.select(operands);
      case 'broadcast':
        return move((t) => kernels.broadcast(t, shape, op.axes));
      case 'reduce':
        return this.reduce(op, a);
      case 'contract':
        return this.contract(op, a, b, shape);
      case 'transpose':
        return move((t) => kernels.transpose(t, op.permutation));
      case 'reshape':
        return { shape, data: a.data };
      case 'slice':
        return move((t) => kernels.slice(t, this.shape(op.starts), op.steps, shape));
      case 'pad':
        return move((t) => kernels.pad(t, this.shape(op.starts), op.steps, shape));
      case 'concat':
        return rearranged(this.k, operands, (all) => kernels.concat(all, op.axis, shape));
      case 'gather': {
        const at = indices(b);
        if (at instanceof Undefined) return { shape, data: Array.from({ length: size }, () => at) };
        return move((t) => kernels.gather(t, at, shape));
      }
      case 'scatterAdd':
        return this.scatterAdd(a, b, shape, size);
      case 'recur':
        return this.recur(op, a, b);
      default:
        throw new why.Unavailable(why.noBigOperation(op.kind));
    }
  }

  /** Element i of an operation's result in the run that is known, where its operands have the very same element i. */
  private reused(op: Op, operands: readonly BigTensor[], i: number): Element | undefined {
    const { known } = this.options;
    const before = known?.get((op.results[0] as Value).id);
    if (!known || !before) return undefined;
    const same = operands.every((t, j) => t.data[i] === known.get((op.operands[j] as Value).id)?.data[i]);
    return same ? before.data[i] : undefined;
  }

  private elementwise(op: ElementwiseOp, operands: readonly BigTensor[]): BigTensor {
    const row = bigRows[op.name];
    if (row === undefined) throw new why.Unavailable(why.noBigRow(op.name));
    const { shape, data } = operands[0] as BigTensor;
    const compute = (_: Element, i: number): Element => {
      const before = this.reused(op, operands, i);
      if (before !== undefined) return before;
      this.spend(1, row.cost);
      const args = operands.map((t) => t.data[i] as Element);
      return apply(this.k, op.name, row, args);
    };
    return { shape, data: data.map(compute) };
  }

  private detach(result: Value, operand: BigTensor): BigTensor {
    const value = this.options.frozen?.get(result.id) ?? operand;
    this.detached.set(result.id, value);
    return value;
  }

  private select([condition, a, b]: readonly BigTensor[]): BigTensor {
    const choose = (c: Element, i: number): Element => {
      if (c instanceof Undefined) return c;
      this.path.push(c.isZero() ? '0' : '1');
      return (c.isZero() ? b : a)?.data[i] as Element;
    };
    const { shape, data } = condition as BigTensor;
    return { shape, data: data.map(choose) };
  }

  private branch(op: IfOp, [condition]: readonly BigTensor[]): BigTensor[] {
    const c = condition?.data[0] as Element;
    if (c instanceof Undefined) throw new why.Unavailable(c.why);
    this.path.push(c.isZero() ? '0' : '1');
    return this.region(c.isZero() ? op.otherwise : op.then);
  }

  private reduce(op: ReduceOp, operand: BigTensor): BigTensor {
    const row = bigReductions[op.name];
    if (row === undefined) throw new why.Unavailable(why.noBigRow(op.name));
    const { shape, rows } = reducedRows(operand, op.axes);
    const data = rows.map((elements): Element => {
      const missing = elements.find((x) => x instanceof Undefined);
      if (missing !== undefined) return missing;
      if (elements.length === 0) return this.empty(op.name);
      this.spend(elements.length, row.cost);
      return row.value(this.k, elements as readonly Big[]);
    });
    return { shape, data };
  }

  private empty(name: string): Element {
    const value = reductionRow(name)?.empty ?? Number.NaN;
    return Number.isFinite(value) ? this.k.num(value) : new Undefined(why.emptyReduction(name));
  }

  private contract(op: ContractOp, a: BigTensor, b: BigTensor, shape: readonly number[]): BigTensor {
    const labels = [...new Set([...op.left, ...op.right])];
    const size = (l: number) => (a.shape[op.left.indexOf(l)] ?? b.shape[op.right.indexOf(l)]) as number;
    const summed = labels.filter((l) => !op.out.includes(l));
    const strides = (from: readonly number[], of: readonly number[], t: BigTensor) =>
      from.map((l) => kernels.stridesOf(t.shape)[of.indexOf(l)] ?? 0);
    const data: Element[] = [];
    kernels.walk(shape, [strides(op.out, op.left, a), strides(op.out, op.right, b)], [0, 0], (start) => {
      let sum: Element = this.k.zero;
      kernels.walk(
        summed.map(size),
        [strides(summed, op.left, a), strides(summed, op.right, b)],
        start,
        ([i, j]) => {
          sum = this.multiplyAdd(a.data[i as number] as Element, b.data[j as number] as Element, sum);
        },
      );
      data.push(sum);
    });
    return { shape, data };
  }

  /** x·y + z. */
  private multiplyAdd(x: Element, y: Element, z: Element): Element {
    this.spend(1, PRODUCT);
    if (x instanceof Undefined) return x;
    if (y instanceof Undefined) return y;
    return z instanceof Undefined ? z : x.mul(y).add(z);
  }

  private scatterAdd(
    updates: BigTensor,
    index: BigTensor,
    shape: readonly number[],
    size: number,
  ): BigTensor {
    const at = indices(index);
    if (at instanceof Undefined) return { shape, data: Array.from({ length: size }, () => at) };
    const data = Array.from({ length: size }, (): Element => this.k.zero);
    const row = shape.slice(1).reduce((n, d) => n * d, 1);
    for (const [i, x] of updates.data.entries()) {
      const place = (at.data[Math.floor(i / row)] as number) * row + (i % row);
      data[place] = this.multiplyAdd(x, this.k.one, data[place] as Element);
    }
    return { shape, data };
  }

  private recur(op: RecurOp, a: BigTensor, b: BigTensor): BigTensor {
    const { shape } = a;
    const data: Element[] = new Array(a.data.length);
    const stride = kernels.stridesOf(shape)[op.axis] as number;
    const length = shape[op.axis] as number;
    const others = shape.map((d, axis) => (axis === op.axis ? Math.min(1, d) : d));
    kernels.walk(others, [kernels.stridesOf(shape)], [0], ([start]) => {
      let s: Element = this.k.num(op.init);
      for (let n = 0; n < length; n++) {
        const at = (start as number) + (op.reverse ? length - 1 - n : n) * stride;
        data[at] = s;
        s = this.multiplyAdd(a.data[at] as Element, s, b.data[at] as Element);
      }
    });
    return { shape, data };
  }
}
