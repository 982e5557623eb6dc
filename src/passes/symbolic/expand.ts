/**
 * Values of the IR as nodes: every value has one node, its element at the usual free indices of its axes. Broadcasts,
 * transposes, contractions, slices and sums vanish into indices.
 */
import type { Dim, Shape } from '../../core/affine.js';
import { type ConstOp, type Func, type Op, type Region, regionsOf, type Value } from '../../ir/types.js';
import { mul, select } from './arithmetic.js';
import { type Node, type Place, placeOf, type Tensor } from './node.js';
import { buildCall } from './rules.js';
import { softmaxRule } from './softmax.js';
import type { Space } from './space.js';
import { axisMap, first, labelPlaces, sliceKind, unitReshape } from './structure.js';
import { lambda, read, shifted, substitute } from './substitute.js';
import { sumOver } from './sums.js';
import { Unavailable, unsupportedOperation } from './unavailable.js';

/** All operations of a function in order of computation, those of branches before the choice between them. */
export function flattened(region: Region): Op[] {
  return region.ops.flatMap((op) => (op.kind === 'if' ? [...regionsOf(op).flatMap(flattened), op] : [op]));
}

export class Expansion {
  private readonly nodes: (Node | Unavailable | undefined)[] = [];
  readonly ops: readonly Op[];

  constructor(
    readonly space: Space,
    func: Func,
  ) {
    this.ops = flattened(func.body);
    for (const { value, name } of func.params) {
      const shape = value.type.shape;
      this.nodes[value.id] = this.parameter(name, shape);
    }
    for (const op of this.ops) this.define(op);
  }

  parameter(name: string, shape: Shape): Node {
    const s = this.space;
    return read(s, s.tensor({ kind: 'param', name, dims: shape }), s.axes(shape).map(placeOf));
  }

  /**
   * The node of a value.
   * @throws Unavailable where the algebra does not have it
   */
  of(v: Value): Node {
    const node = this.nodes[v.id];
    if (!node) throw new Unavailable('The symbolic derivative does not cover values from inside a loop yet.');
    if (node instanceof Unavailable) throw node;
    return node;
  }

  /** The value as a tensor. */
  tensor(v: Value): Tensor {
    return lambda(this.space, this.of(v), this.space.axes(v.type.shape));
  }

  /** The value's element with places for its axes. */
  at(v: Value, place: (axis: number) => Place): Node {
    return substitute(this.space, this.of(v), axisMap(this.space, v.type.shape, place));
  }

  private define(op: Op): void {
    const [result] = op.results;
    if (!result) return;
    try {
      this.nodes[result.id] = this.expand(op, result);
    } catch (e) {
      if (!(e instanceof Unavailable)) throw e;
      for (const r of op.results) this.nodes[r.id] = e;
    }
    if (op.kind === 'if') this.branches(op);
  }

  private branches(op: Op & { kind: 'if' }): void {
    for (const [k, r] of op.results.entries()) {
      try {
        const [a, b] = [op.then.results[k] as Value, op.otherwise.results[k] as Value];
        this.nodes[r.id] = select(this.space, this.of(op.operands[0] as Value), this.of(a), this.of(b));
      } catch (e) {
        if (!(e instanceof Unavailable)) throw e;
        this.nodes[r.id] = e;
      }
    }
  }

  private expand(op: Op, result: Value): Node {
    const s = this.space;
    const shape = result.type.shape;
    const [a, b, c] = op.operands as [Value, Value, Value];
    const axis = (k: number) => placeOf(s.axis(k, shape[k] as Dim));
    switch (op.kind) {
      case 'const':
        return this.constant(op, result);
      case 'dim':
        return s.dim(op.dim);
      case 'iota':
        return s.node({ kind: 'iota', place: axis(0) });
      case 'elementwise': {
        const node = buildCall(
          s,
          op.name,
          op.operands.map((v) => this.of(v)),
        );
        return op.name === 'div' ? softmaxRule(s, node) : node;
      }
      case 'cast':
      case 'detach':
        return this.of(a);
      case 'select':
        return select(s, this.of(a), this.of(b), this.of(c));
      case 'broadcast':
        return this.at(a, (k) => axis(op.axes[k] as number));
      case 'transpose':
        return this.at(a, (k) => axis(op.permutation.indexOf(k)));
      case 'reduce':
        return this.reduce(op, a, shape);
      case 'contract':
        return this.contract(op);
      case 'reshape':
        return this.reshape(a, shape);
      case 'slice':
        return this.at(a, (k) => {
          const from = sliceKind(op, k) === 'element' ? first : axis(k);
          return shifted(op.starts[k] as Dim, op.steps[k] as number, from);
        });
      case 'pad': {
        const part = this.tensor(a);
        return read(
          s,
          s.tensor({ kind: 'pad', part, starts: op.starts, steps: op.steps, dims: shape }),
          s.axes(shape).map(placeOf),
        );
      }
      case 'concat': {
        const parts = op.operands.map((v) => this.tensor(v));
        return read(
          s,
          s.tensor({ kind: 'concat', parts, axis: op.axis, dims: shape }),
          s.axes(shape).map(placeOf),
        );
      }
      case 'if':
        return s.num(0);
      default:
        throw unsupportedOperation(op.kind);
    }
  }

  private constant(op: ConstOp, result: Value): Node {
    const s = this.space;
    const shape = result.type.shape;
    if (shape.length === 0) return s.num(op.data[0] as number);
    return read(s, s.tensor({ kind: 'const', data: op.data, dims: shape }), s.axes(shape).map(placeOf));
  }

  private reduce(op: Op & { kind: 'reduce' }, a: Value, shape: Shape): Node {
    const s = this.space;
    const height = this.of(a).height + 1;
    const kept = a.type.shape.map((_, k) => k).filter((k) => !op.axes.includes(k));
    const indices = op.axes.map((k, slot) => s.bound(height, slot, a.type.shape[k] as Dim));
    const body = this.at(a, (k) => {
      const slot = op.axes.indexOf(k);
      const j = kept.indexOf(k);
      return placeOf(slot >= 0 ? (indices[slot] as never) : s.axis(j, shape[j] as Dim));
    });
    return op.name === 'sum'
      ? sumOver(s, indices, body)
      : s.node({ kind: 'reduce', name: op.name, indices, body });
  }

  private contract(op: Op & { kind: 'contract' }): Node {
    const s = this.space;
    const [a, b] = op.operands as [Value, Value];
    const { places, summed } = labelPlaces(s, op, Math.max(this.of(a).height, this.of(b).height) + 1);
    const left = this.at(a, (k) => places.get(op.left[k] as number) as Place);
    const right = this.at(b, (k) => places.get(op.right[k] as number) as Place);
    return sumOver(s, summed, mul(s, left, right));
  }

  private reshape(a: Value, shape: Shape): Node {
    const s = this.space;
    const axes = unitReshape(a.type.shape, shape);
    if (!axes)
      return read(
        s,
        s.tensor({ kind: 'reshape', part: this.tensor(a), dims: shape }),
        s.axes(shape).map(placeOf),
      );
    return this.at(a, (k) => {
      const to = axes[k];
      return to === undefined ? first : placeOf(s.axis(to, shape[to] as Dim));
    });
  }
}
