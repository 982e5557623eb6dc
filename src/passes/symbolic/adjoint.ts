/**
 * Adjoint expressions, accumulated backwards over the values of a function. The adjoint of a value is a node in the
 * usual free indices of the value's axes; every operation that uses the value contributes a term.
 */
import { addDims, type Dim, type Shape } from '../../core/affine.js';
import type { Func, Op, Value } from '../../ir/types.js';
import type { ElementwiseRow, ReductionRow } from '../../ops/row.js';
import { arrayRow, elementwiseRow, reductionRow } from '../../ops/table.js';
import { activeValues } from '../activity.js';
import { partialOf } from './algebra.js';
import { mul } from './arithmetic.js';
import { arrayAlgebra } from './arrays.js';
import { collect, tidy } from './collect.js';
import { delta } from './delta.js';
import type { Expansion } from './expand.js';
import { guardedProduct, under } from './guard.js';
import { fixedPlace, type Index, type Node, type Place, placeOf } from './node.js';
import { softmaxRule } from './softmax.js';
import type { Space } from './space.js';
import { axisMap, bindRest, first, sliceKind, unitReshape } from './structure.js';
import { lambda, read, substitute } from './substitute.js';
import { sumOver } from './sums.js';
import { unsupportedOperation } from './unavailable.js';
import { weightsOf } from './weights.js';

export class Adjoints {
  private readonly contributions: (Node[] | undefined)[] = [];
  private readonly active: ReadonlySet<number>;
  private readonly s: Space;

  constructor(
    private readonly values: Expansion,
    func: Func,
    wrt: ReadonlySet<string>,
  ) {
    this.s = values.space;
    const sources = func.params.filter((p) => wrt.has(p.name)).map((p) => p.value);
    this.active = activeValues(func, sources);
  }

  private isActive = (v: Value) => this.active.has(v.id);

  /** Sweeps back from a value whose adjoint is `seed`. */
  sweep(output: Value, seed: Node): void {
    this.contribute(output, seed);
    for (let i = this.values.ops.length - 1; i >= 0; i--) {
      const op = this.values.ops[i] as Op;
      for (const [k, r] of op.results.entries()) {
        if (this.isActive(r) && this.contributions[r.id]) this.back(op, this.of(r), k);
      }
    }
  }

  /** The adjoint of a value, in the order in which the program uses it. */
  of(v: Value): Node {
    return collect(this.s, [...(this.contributions[v.id] ?? [])].reverse());
  }

  private contribute(v: Value, term: Node): void {
    if (!this.isActive(v)) return;
    const known = this.contributions[v.id];
    if (known) known.push(term);
    else this.contributions[v.id] = [term];
  }

  private product(g: Node, p: Node): Node {
    return tidy(this.s, softmaxRule(this.s, guardedProduct(this.s, g, p)));
  }

  private back(op: Op, g: Node, k: number): void {
    const s = this.s;
    const [a, b, c] = op.operands as [Value, Value, Value];
    switch (op.kind) {
      case 'elementwise':
        this.elementwise(op, g);
        break;
      case 'select': {
        const condition = this.values.of(a);
        this.contribute(b, under(s, condition, g, true));
        this.contribute(c, under(s, condition, g, false));
        break;
      }
      case 'if': {
        const condition = this.values.of(a);
        this.contribute(op.then.results[k] as Value, under(s, condition, g, true));
        this.contribute(op.otherwise.results[k] as Value, under(s, condition, g, false));
        break;
      }
      case 'broadcast':
        this.contribute(a, this.broadcast(op, g));
        break;
      case 'transpose':
        this.contribute(
          a,
          this.moved(op, g, (j) => op.permutation[j] as number),
        );
        break;
      case 'reduce':
        this.reduce(op, g);
        break;
      case 'contract':
        this.contract(op, g, 0);
        this.contract(op, g, 1);
        break;
      case 'reshape':
        this.contribute(a, this.reshape(op, g));
        break;
      case 'slice':
        this.contribute(a, this.slice(op, g));
        break;
      case 'pad':
        this.contribute(a, this.pad(op, g));
        break;
      case 'concat':
        this.concat(op, g);
        break;
      case 'array':
        this.array(op, g);
        break;
      case 'cast':
        break;
      default:
        throw unsupportedOperation(op.kind);
    }
  }

  private elementwise(op: Op & { kind: 'elementwise' }, g: Node): void {
    const row = elementwiseRow(op.name) as ElementwiseRow;
    const args = () => op.operands.map((v) => this.values.of(v));
    const y = () => this.values.of(op.results[0] as Value);
    for (const [k, v] of op.operands.entries()) {
      if (!this.isActive(v)) continue;
      const p = partialOf(this.s, row, k, args, y);
      if (p) this.contribute(v, this.product(g, p));
    }
  }

  private array(op: Op & { kind: 'array' }, g: Node): void {
    const k = arrayAlgebra(this.s);
    const form = (v: Value) => ({ node: this.values.of(v), shape: v.type.shape });
    const result = op.results[0] as Value;
    for (const [i, v] of op.operands.entries()) {
      const partial = arrayRow(op.name)?.partials[i];
      if (!this.isActive(v) || partial === undefined || partial === 'zero') continue;
      const seed = { node: g, shape: result.type.shape };
      this.contribute(v, tidy(this.s, partial.adjoint(k, op.operands.map(form), form(result), seed).node));
    }
  }

  /** The adjoint with result axis j as axis `to(j)` of the operand. */
  private moved(op: Op, g: Node, to: (j: number) => number): Node {
    const shape = op.results[0]?.type.shape as Shape;
    return substitute(
      this.s,
      g,
      axisMap(this.s, shape, (j) => placeOf(this.s.axis(to(j), shape[j] as Dim))),
    );
  }

  private broadcast(op: Op & { kind: 'broadcast' }, g: Node): Node {
    const s = this.s;
    const shape = op.results[0]?.type.shape as Shape;
    const summed: Index[] = [];
    const by = axisMap(s, shape, (j) => {
      const k = op.axes.indexOf(j);
      if (k >= 0) return placeOf(s.axis(k, shape[j] as Dim));
      const index = s.bound(g.height + 1, summed.length, shape[j] as Dim);
      summed.push(index);
      return placeOf(index);
    });
    return sumOver(s, summed, substitute(s, g, by));
  }

  private reduce(op: Op & { kind: 'reduce' }, g: Node): void {
    const s = this.s;
    const [x, y] = [op.operands[0] as Value, op.results[0] as Value];
    const row = reductionRow(op.name) as ReductionRow;
    if (row.weights === 'zero' || !this.isActive(x)) return;
    const kept = x.type.shape.map((_, k) => k).filter((k) => !op.axes.includes(k));
    const spread = (n: Node) =>
      substitute(
        s,
        n,
        axisMap(s, y.type.shape, (j) => placeOf(s.axis(kept[j] as number, y.type.shape[j] as Dim))),
      );
    const weights = weightsOf(s, row, this.values.of(x), spread(this.values.of(y)), x.type.shape, op.axes);
    this.contribute(x, this.product(spread(g), weights));
  }

  private contract(op: Op & { kind: 'contract' }, g: Node, side: 0 | 1): void {
    const s = this.s;
    const target = op.operands[side] as Value;
    const other = op.operands[1 - side] as Value;
    if (!this.isActive(target)) return;
    const [own, others] = side === 0 ? [op.left, op.right] : [op.right, op.left];
    const places = new Map<number, Place>();
    for (const [k, l] of own.entries()) places.set(l, placeOf(s.axis(k, target.type.shape[k] as Dim)));
    const summed = bindRest(s, op, places, Math.max(g.height, this.values.of(other).height) + 1);
    const shape = op.results[0]?.type.shape as Shape;
    const outer = substitute(
      s,
      g,
      axisMap(s, shape, (k) => places.get(op.out[k] as number) as Place),
    );
    const factor = this.values.at(other, (k) => places.get(others[k] as number) as Place);
    const body = guardedProduct(s, outer, factor);
    this.contribute(target, tidy(s, softmaxRule(s, sumOver(s, summed, body))));
  }

  private reshape(op: Op & { kind: 'reshape' }, g: Node): Node {
    const s = this.s;
    const [from, to] = [op.operands[0]?.type.shape, op.results[0]?.type.shape] as [Shape, Shape];
    const axes = unitReshape(from, to);
    if (!axes) {
      const own = s.axes(to);
      const outer = outsiders(g, own);
      const tensor = s.tensor({
        kind: 'reshape',
        part: lambda(s, g, [...outer, ...own]),
        dims: [...outer.map((i) => i.dim), ...from],
      });
      return read(s, tensor, [...outer, ...s.axes(from)].map(placeOf));
    }
    const place = (j: number) => {
      const k = axes.indexOf(j);
      return k < 0 ? first : placeOf(s.axis(k, from[k] as Dim));
    };
    return substitute(s, g, axisMap(s, to, place));
  }

  private slice(op: Op & { kind: 'slice' }, g: Node): Node {
    const s = this.s;
    const [from, to] = [op.operands[0]?.type.shape, op.results[0]?.type.shape] as [Shape, Shape];
    const kinds = from.map((_, k) => sliceKind(op, k));
    const place = (k: number) => (kinds[k] === 'element' ? first : placeOf(s.axis(k, to[k] as Dim)));
    let inner = substitute(s, g, axisMap(s, to, place));
    const rest = from.map((_, k) => k).filter((k) => kinds[k] !== 'element');
    if (kinds.includes('part')) {
      const own = rest.map((k) => s.axis(k, to[k] as Dim));
      const outer = outsiders(inner, own);
      const tensor = s.tensor({
        kind: 'pad',
        part: lambda(s, inner, [...outer, ...own]),
        starts: [...outer.map(() => 0), ...rest.map((k) => op.starts[k] as Dim)],
        steps: [...outer.map(() => 1), ...rest.map((k) => op.steps[k] as number)],
        dims: [...outer.map((i) => i.dim), ...rest.map((k) => from[k] as Dim)],
      });
      inner = read(s, tensor, [...outer, ...rest.map((k) => s.axis(k, from[k] as Dim))].map(placeOf));
    }
    const elements = from.map((_, k) => k).filter((k) => kinds[k] === 'element');
    const here = elements.map((k) =>
      delta(s, placeOf(s.axis(k, from[k] as Dim)), fixedPlace(op.starts[k] as Dim)),
    );
    return mul(s, inner, ...here);
  }

  private pad(op: Op & { kind: 'pad' }, g: Node): Node {
    const s = this.s;
    const [from, to] = [op.operands[0]?.type.shape, op.results[0]?.type.shape] as [Shape, Shape];
    const place = (k: number): Place => ({
      base: s.axis(k, from[k] as Dim),
      start: op.starts[k] as Dim,
      step: op.steps[k] as number,
    });
    return substitute(s, g, axisMap(s, to, place));
  }

  private concat(op: Op & { kind: 'concat' }, g: Node): void {
    const s = this.s;
    const to = op.results[0]?.type.shape as Shape;
    let offset: Dim = 0;
    for (const v of op.operands) {
      const own = v.type.shape;
      const start = offset;
      const place = (k: number): Place => ({
        ...placeOf(s.axis(k, own[k] as Dim)),
        start: k === op.axis ? start : 0,
      });
      const element = (k: number): Place => (k === op.axis && own[k] === 1 ? fixedPlace(start) : place(k));
      this.contribute(v, substitute(s, g, axisMap(s, to, element)));
      offset = addDims(offset, own[op.axis] as Dim);
    }
  }
}

/** The free indices of an adjoint that are no axes of its value: those of the output, in a Jacobian. */
function outsiders(g: Node, own: readonly Index[]): Index[] {
  return g.free.filter((i) => !own.includes(i));
}
