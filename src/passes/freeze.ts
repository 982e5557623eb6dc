/**
 * Freezing: every detached value becomes an input. With the inputs captured at a base point, finite differences see
 * what `detach` means: a value that does not move.
 *
 * A detached value that is computed once gets a parameter of its own. Those of loops, comprehensions and functions are
 * computed any number of times: their elements are one long vector in the order of computation, which the frozen function
 * reads from its beginning to its end, carrying along where it stands. Conditions of loops, which have no derivative, stay
 * as they are.
 */
import { type Dim, namedDim } from '../core/affine.js';
import { sizeOf, type Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import {
  type CallOp,
  type DetachOp,
  type ForOp,
  type Func,
  type IfOp,
  intScalar,
  type Op,
  type Param,
  type Region,
  regionsOf,
  tensor,
  type Value,
  type WhileOp,
} from '../ir/types.js';
import { Functions } from './functions.js';
import { loopsOf } from './maps.js';
import { Copier, withRequirements } from './rewrite.js';

/** The detach operations of a function and of those that it calls. */
interface Detached {
  /** Those that are computed at most once, in order of the text. */
  readonly once: readonly DetachOp[];
  readonly often: ReadonlySet<Op>;
  /** The operations and functions that hold any of the latter. */
  readonly around: ReadonlySet<Op | string>;
}

function detached(func: Func): Detached {
  const once: DetachOp[] = [];
  const often = new Set<Op>();
  const around = new Set<Op | string>();
  const known = new Map<string, boolean>();
  const called = (name: string): boolean => {
    let holds = known.get(name);
    if (holds === undefined) {
      const callee = func.functions?.get(name) as Func;
      holds = visit(callee.body, true);
      known.set(name, holds);
      if (holds) around.add(name);
    }
    return holds;
  };
  const inside = (op: Op, repeated: boolean): boolean => {
    if (op.kind === 'call') return called(op.callee);
    const again = repeated || op.kind !== 'if';
    const regions = op.kind === 'while' ? [op.body] : regionsOf(op);
    return regions.map((region) => visit(region, again)).some(Boolean);
  };
  const visit = (region: Region, repeated: boolean): boolean => {
    let holds = false;
    for (const op of region.ops) {
      if (op.kind === 'detach') {
        if (op.results[0]?.type.dtype !== 'float') continue;
        if (repeated) often.add(op);
        else once.push(op);
        holds ||= repeated;
      } else if (inside(op, repeated)) {
        around.add(op);
        holds = true;
      }
    }
    return holds;
  };
  visit(func.body, false);
  return { once, often, around };
}

/**
 * The values of the parameters that `freeze` adds, at a point. A value in a branch that is not taken there is not known,
 * and zeros stand for it.
 */
export function frozenValues(func: Func, args: readonly Tensor[]): Tensor[] {
  const { once, often } = detached(func);
  if (once.length === 0 && often.size === 0) return [];
  const seen = new Map<Op, Tensor>();
  const all: number[] = [];
  interpret(func, args, {
    observe: (op, _operands, [result]) => {
      if (often.has(op)) for (const x of result?.data ?? []) all.push(x);
      else if (op.kind === 'detach') seen.set(op, result as Tensor);
    },
  });
  const values = once.map((op): Tensor => {
    const shape = (op.results[0] as Value).type.shape as readonly number[];
    return seen.get(op) ?? { shape, data: new Float64Array(sizeOf(shape)) };
  });
  if (often.size === 0) return values;
  // There is always an element to read, if a meaningless one.
  if (all.length === 0) all.push(0);
  return [...values, { shape: [all.length], data: Float64Array.from(all) }];
}

class Freezer extends Copier {
  /** Where the next element is read. */
  private position: Value | undefined;

  constructor(
    func: Func,
    private readonly detached: Detached,
    private readonly functions: Functions,
    private readonly own: ReadonlyMap<Op, Param>,
  ) {
    super(func, (op, operands) => this.frozen(op, operands));
  }

  private vector: Value | undefined;

  start(values: Value, position: Value): void {
    this.vector = values;
    this.position = position;
  }

  get end(): Value {
    return this.position as Value;
  }

  private frozen(op: Op, operands: readonly Value[]): readonly Value[] | undefined {
    const param = this.own.get(op);
    if (param) return [param.value];
    if (this.detached.often.has(op)) return [this.next(op.results[0] as Value)];
    if (!this.detached.around.has(op)) return undefined;
    switch (op.kind) {
      case 'if':
        return this.branch(op, operands[0] as Value);
      case 'for':
      case 'while':
        return this.loop(op, operands);
      case 'map':
        return this.loop(
          loopsOf(this.b, op, () => undefined, this.around),
          [],
        );
      case 'call':
        return this.call(op, operands);
      default:
        return undefined;
    }
  }

  /** A loop made of a comprehension holds what the comprehension held. */
  private readonly around = (op: Op) => {
    (this.detached.around as Set<Op>).add(op);
  };

  /** The next elements of the vector. Where a run takes another way, it may come to the end of them, and stays there. */
  private next(v: Value): Value {
    const { b } = this;
    const { shape } = v.type;
    const values = this.vector as Value;
    const position = this.end;
    const last = b.dim(lastOf(values.type.shape[0] as Dim));
    const size = shape.map((d) => b.dim(d)).reduce((x, y) => b.elementwise('mul', x, y), b.int(1));
    this.position = b.elementwise('add', position, size);
    if (shape.length === 0) return b.gather(values, b.elementwise('minimum', position, last));
    const { dim } = b.extent(size, 'size');
    const spread = (x: Value) => b.broadcastTo(x, [dim]);
    const places = b.elementwise('add', b.iota(dim), spread(position));
    return b.reshape(b.gather(values, b.elementwise('minimum', places, spread(last))), shape);
  }

  private inside(region: Region, params: readonly Value[]): void {
    for (const [i, p] of region.params.entries()) this.bind(p, params[i] as Value);
    this.ops(region.ops);
  }

  private branch(op: IfOp, condition: Value): readonly Value[] {
    const before = this.end;
    const [then, otherwise] = [op.then, op.otherwise].map((region) =>
      this.b.region([], () => {
        this.position = before;
        this.inside(region, []);
        return [...region.results.map(this.resolve), this.end];
      }),
    ) as [Region, Region];
    this.b.span = op.span;
    const types = [...op.results.map((r) => r.type), intScalar];
    const results = this.b.if(condition, then, otherwise, types, op.binds);
    this.position = results.at(-1) as Value;
    return results.slice(0, -1);
  }

  private loop(op: ForOp | WhileOp, operands: readonly Value[]): readonly Value[] {
    const { b } = this;
    const count = operands.length;
    const types = op.results.map((r) => r.type);
    const initial = [...operands, this.end];
    const body = b.region([...op.body.params.map((p) => p.type), intScalar], (params) => {
      this.position = params.at(-1) as Value;
      this.inside(op.body, params);
      const results = op.body.results.map(this.resolve);
      return [...results.slice(0, count), this.end, ...results.slice(count)];
    });
    const condition =
      op.kind === 'while' &&
      b.region([...types.slice(0, count), intScalar], (params) => {
        this.inside(op.condition, params);
        return op.condition.results.map(this.resolve);
      });
    b.span = op.span;
    const parts = { operands: initial, body, saved: op.saved, binds: op.binds };
    const results = b.append(
      op.kind === 'while'
        ? { kind: 'while', ...parts, condition: condition as Region, trips: op.trips }
        : { kind: 'for', ...parts, count: op.count },
      [...types.slice(0, count), intScalar, ...types.slice(count)],
    );
    this.position = results[count] as Value;
    return [...results.slice(0, count), ...results.slice(count + 1)];
  }

  /** The callee takes the vector and where to read it, and also returns where it ended. */
  private call(op: CallOp, operands: readonly Value[]): readonly Value[] {
    const callee = this.functions.variant(op.callee, 'frozen', '', (func) => {
      const freezer = new Freezer(func, this.detached, this.functions, new Map());
      const values = freezer.b.param('frozen', tensor('float', [namedDim('frozen%')]), 'frozen');
      const position = freezer.b.param('position', intScalar, 'frozen');
      freezer.start(values.value, position.value);
      freezer.ops(func.body.ops);
      const results = [...func.body.results.map(freezer.resolve), freezer.end];
      const params = [...func.params, values, position];
      const made = freezer.b.finish(func.name, params, results, [...func.resultNames, 'position']);
      return withRequirements(func, made);
    });
    const types = [...op.results.map((r) => r.type), intScalar];
    const args = [...operands, this.vector as Value, this.end];
    const results = this.b.call(callee, args, types, op.binds);
    this.position = results.at(-1) as Value;
    return results.slice(0, -1);
  }
}

/** The place of the last of so many elements. */
const lastOf = (dim: Dim): Dim =>
  typeof dim === 'number' ? dim - 1 : { constant: dim.constant - 1, terms: dim.terms };

/** The function with parameters of role `frozen` in place of what is detached, in the order of `frozenValues`. */
export function freeze(func: Func): Func {
  const found = detached(func);
  const own = new Map<Op, Param>();
  const functions = new Functions(func);
  const freezer = new Freezer(func, found, functions, own);
  const { b } = freezer;
  for (const [i, op] of found.once.entries()) {
    const v = op.results[0] as Value;
    own.set(op, b.param(v.name ?? `detached${i + 1}`, v.type, 'frozen'));
  }
  const params = [...func.params, ...own.values()];
  if (found.often.size > 0) {
    const values = b.param('frozen', tensor('float', [namedDim('frozen%')]), 'frozen');
    params.push(values);
    freezer.start(values.value, b.int(0));
  }
  freezer.ops(func.body.ops);
  return functions.carriedBy(freezer.finish(func, params));
}
