/**
 * Values of the IR as nodes: every value has one node, its element at the usual free indices of its axes. Broadcasts,
 * transposes, contractions, slices and sums vanish into indices.
 */
import type { Dim, Shape } from '../../core/affine.js';
import {
  type ConstOp,
  type ElementwiseOp,
  type Func,
  type Op,
  type Region,
  regionsOf,
  type Value,
} from '../../ir/types.js';
import { combine, mul, select } from './arithmetic.js';
import { type Node, type Place, placeOf, type Tensor } from './node.js';
import { minusOne, one } from './rational.js';
import { buildCall } from './rules.js';
import { softmaxRule } from './softmax.js';
import { isNumber, type Space } from './space.js';
import { axisMap, first, labelPlaces, sliceKind, unitReshape } from './structure.js';
import { lambda, read, shifted, substitute } from './substitute.js';
import { sumOver } from './sums.js';
import { Unavailable, unsupportedOperation } from './unavailable.js';

/** All operations of a function in order of computation, those of branches before the choice between them. */
export function flattened(region: Region): Op[] {
  return region.ops.flatMap((op) => (op.kind === 'if' ? [...regionsOf(op).flatMap(flattened), op] : [op]));
}

const ADDITIVE: Readonly<Record<AdditiveOp['name'], readonly (1 | -1)[]>> = {
  add: [1, 1],
  sub: [1, -1],
  neg: [-1],
};

/** Products above this size are kept whole where they are used more than once. */
const SHARED = 5;

type AdditiveOp = ElementwiseOp & { readonly name: 'add' | 'sub' | 'neg' };

const isAdditive = (op: Op | undefined): op is AdditiveOp =>
  op?.kind === 'elementwise' && op.name in ADDITIVE;

export class Expansion {
  private readonly nodes: (Node | undefined)[] = [];
  private readonly origin: (Op | undefined)[] = [];
  private readonly uses: number[] = [];
  readonly ops: readonly Op[];

  constructor(
    readonly space: Space,
    func: Func,
  ) {
    this.ops = flattened(func.body);
    for (const { value, name } of func.params) this.nodes[value.id] = this.parameter(name, value.type.shape);
    for (const op of this.ops) {
      for (const r of op.results) this.origin[r.id] = op;
      for (const v of op.operands) this.uses[v.id] = (this.uses[v.id] ?? 0) + 1;
    }
  }

  /** A tensor variable, at the usual indices. */
  parameter(name: string, shape: Shape): Node {
    const s = this.space;
    return read(s, s.tensor({ kind: 'param', name, dims: shape }), s.axes(shape).map(placeOf));
  }

  /**
   * The node of a value. What it needs is expanded first, from an explicit stack.
   * @throws Unavailable where the algebra does not have it
   */
  of(value: Value): Node {
    const stack = [value];
    for (let v = stack.at(-1); v !== undefined; v = stack.at(-1)) {
      const waiting = this.nodes[v.id] ? [] : this.needs(v).filter((u) => !this.nodes[u.id]);
      if (waiting.length > 0) for (const w of waiting) stack.push(w);
      else {
        stack.pop();
        this.nodes[v.id] ??= this.expand(this.origin[v.id] as Op, v);
      }
    }
    return this.nodes[value.id] as Node;
  }

  private needs(v: Value): readonly Value[] {
    const op = this.origin[v.id];
    if (!op) throw new Unavailable('The symbolic derivative does not cover values from inside a loop yet.');
    if (op.kind === 'if') return [op.operands[0] as Value, ...this.branches(op, v)];
    return isAdditive(op) ? this.addends(op).map(([, u]) => u) : op.operands;
  }

  private branches(op: Op & { kind: 'if' }, v: Value): [Value, Value] {
    const k = op.results.indexOf(v);
    return [op.then.results[k] as Value, op.otherwise.results[k] as Value];
  }

  /** What a chain of additions adds up, seen through intermediate sums that nothing else uses. */
  private addends(root: AdditiveOp): [sign: 1 | -1, v: Value][] {
    const found: [1 | -1, Value][] = [];
    const stack: [1 | -1, AdditiveOp][] = [[1, root]];
    const pending: ([1 | -1, Value] | undefined)[] = [];
    for (let top = stack.pop(); top !== undefined; top = stack.pop()) {
      const [sign, op] = top;
      const signs = ADDITIVE[op.name];
      for (let k = op.operands.length - 1; k >= 0; k--) {
        const v = op.operands[k] as Value;
        pending.push([(sign * (signs[k] as number)) as 1 | -1, v]);
      }
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const inner = this.origin[next[1].id];
        if (isAdditive(inner) && this.uses[next[1].id] === 1 && !this.nodes[next[1].id]) {
          stack.push([next[0], inner]);
          break;
        }
        found.push(next);
      }
    }
    return found;
  }

  /** The value as a tensor. */
  tensor(v: Value): Tensor {
    return lambda(this.space, this.of(v), this.space.axes(v.type.shape));
  }

  /** The value's element with places for its axes. */
  at(v: Value, place: (axis: number) => Place): Node {
    return substitute(this.space, this.of(v), axisMap(this.space, v.type.shape, place));
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
        if (isAdditive(op))
          return combine(
            s,
            this.addends(op).map(([sign, v]) => [sign === 1 ? one : minusOne, this.of(v)]),
          );
        const node = buildCall(
          s,
          op.name,
          op.operands.map((v) => this.of(v)),
        );
        return this.kept(op.name === 'div' ? softmaxRule(s, node) : node, result);
      }
      case 'cast':
      case 'detach':
        return this.of(a);
      case 'select':
        return this.choice(result, this.of(a), this.of(b), this.of(c));
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
      case 'array': {
        const parts = op.operands.map((v) => this.tensor(v));
        const tensor = s.tensor({ kind: 'array', name: op.name, parts, dims: shape });
        return read(s, tensor, s.axes(shape).map(placeOf));
      }
      case 'if': {
        const [x, y] = this.branches(op, result);
        return this.choice(result, this.of(a), this.of(x), this.of(y));
      }
      default:
        throw unsupportedOperation(op.kind);
    }
  }

  /** A choice; one between conditions is a condition. */
  private choice(result: Value, condition: Node, then: Node, otherwise: Node): Node {
    const s = this.space;
    if (result.type.dtype !== 'bool') return select(s, condition, then, otherwise);
    const not = buildCall(s, 'not', [condition]);
    const first = isNumber(then, 1) ? condition : buildCall(s, 'and', [condition, then]);
    const second = isNumber(otherwise, 1) ? not : buildCall(s, 'and', [not, otherwise]);
    if (isNumber(otherwise, 0)) return first;
    if (isNumber(then, 0)) return second;
    return buildCall(s, 'or', isNumber(then, 1) ? [condition, otherwise] : [first, second]);
  }

  /** A large product that several operations use stays one factor, under its own name if it has one. */
  private kept(node: Node, result: Value): Node {
    const shared = node.kind === 'mul' && node.size > SHARED && (this.uses[result.id] ?? 0) > 1;
    return shared ? this.space.node({ kind: 'call', name: 'value', args: [node] }) : node;
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
