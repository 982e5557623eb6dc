/** Calls: rows of the table by name, reductions with their axis, and the functions of the library. */
import type { Argument, CallNode } from '../../../grammar/ast.js';
import { type Dim, printShape } from '../../core/affine.js';
import * as errors from '../../core/errors/types.js';
import { nearest } from '../../core/suggest.js';
import type { ElementwiseRow } from '../../ops/row.js';
import { elementwiseRow, elementwiseRows, reductionRow, reductionRows } from '../../ops/table.js';
import { asFloat, dimTerm, materialise, poison, rankOf, type Term, valueTerm } from '../term.js';
import type { Value } from '../types.js';
import { align } from './broadcast.js';
import { onlyComprehension, overList, reduceOver } from './comprehension.js';
import { type Context, shapeOf } from './context.js';
import { callFunction } from './functions.js';
import { staticDim } from './indexing.js';
import { type Call, libraryRow, libraryRows } from './library/index.js';
import { condition, numeric } from './operators.js';

/** Names of everything that can be called. */
export function functionNames(): string[] {
  const rows = [...elementwiseRows.filter((r) => !r.hidden), ...reductionRows, ...libraryRows];
  return rows.flatMap((r) => [r.name, ...(r.aliases ?? [])]);
}

export function isFunction(name: string): boolean {
  const row = elementwiseRow(name);
  return (
    (row !== undefined && !row.hidden) || reductionRow(name) !== undefined || libraryRow(name) !== undefined
  );
}

export function call(cx: Context, node: CallNode): Term {
  const name = node.callee;
  const own = cx.scope.function(name);
  if (own) return callFunction(cx, node, own);
  if (!isFunction(name)) {
    const known = cx.scope.find(name) !== undefined || cx.bound.has(name);
    for (const a of node.args) cx.expression(a.value);
    if (known) throw errors.notAFunction(node.calleeSpan, name);
    throw errors.unknownFunction(
      node.calleeSpan,
      name,
      nearest(name, [...cx.scope.allFunctions(), ...functionNames()]),
    );
  }
  const library = libraryRow(name);
  if (library) {
    const e = onlyComprehension(node);
    const overAll = e && overList(cx, node, e);
    if (overAll) return overAll;
    const positional = node.args.filter((a) => a.name === undefined).length;
    checkArity(node, name, library.arity[0], library.arity[1], positional);
    checkNames(node, library.named ?? []);
    return library.lower(cx, new LoweredCall(cx, node));
  }
  const reduction = reductionRow(name);
  if (reduction && !(isExtreme(name) && node.args.length > 1 && !node.args.some((a) => a.name))) {
    return reduce(cx, node, reduction.name);
  }
  if (isExtreme(name)) return extreme(cx, node);
  return elementwise(cx, node, elementwiseRow(name) as ElementwiseRow);
}

const isExtreme = (name: string) => name === 'max' || name === 'min';

function checkArity(node: CallNode, name: string, min: number, max: number, got: number): void {
  if (got < min || got > max) throw errors.wrongArity(node.span, name, errors.arityText(min, max), got);
}

function checkNames(node: CallNode, allowed: readonly string[]): void {
  for (const a of node.args) {
    if (a.name !== undefined && !allowed.includes(a.name)) {
      throw errors.badNamedArgument(a.span, node.callee, a.name, allowed);
    }
  }
}

/** A call whose arguments are lowered when they are asked for. */
class LoweredCall implements Call {
  private readonly terms = new Map<Argument, Term>();
  private readonly positional: readonly Argument[];

  constructor(
    private readonly cx: Context,
    readonly node: CallNode,
  ) {
    this.positional = node.args.filter((a) => a.name === undefined);
  }

  get count(): number {
    return this.positional.length;
  }

  private lowered(a: Argument): Term {
    const known = this.terms.get(a);
    if (known) return known;
    const t = this.cx.expression(a.value);
    this.terms.set(a, t);
    this.cx.b.span = this.node.span;
    return t;
  }

  term(i: number): Term {
    return this.lowered(this.positional[i] as Argument);
  }

  all(): Term[] {
    return this.positional.map((a) => this.lowered(a));
  }

  named(name: string): Argument | undefined {
    return this.node.args.find((a) => a.name === name);
  }

  float(i: number): Value {
    const t = this.term(i);
    numeric(t, this.node.callee);
    const v = asFloat(this.cx.b, t);
    return v;
  }

  condition(i: number): Value {
    return condition(this.cx, this.term(i), this.node.callee);
  }

  size(i: number): Dim {
    return staticDim(this.cx, (this.positional[i] as Argument).value, `a size of ${this.node.callee}`);
  }

  axis(rank: number, fallback?: number): number | undefined {
    const a = this.named('axis');
    return a ? axisOf(this.cx, this.node, a, rank) : fallback;
  }
}

function axisOf(cx: Context, node: CallNode, a: Argument, rank: number): number {
  const size = staticDim(cx, a.value, 'an axis');
  const axis = typeof size === 'number' && size < 0 ? size + rank : size;
  if (typeof axis !== 'number' || axis < 0 || axis >= rank) {
    throw errors.badAxis(a.span, node.callee, String(typeof size === 'number' ? size : '?'), rank);
  }
  return axis;
}

function elementwise(cx: Context, node: CallNode, row: ElementwiseRow): Term {
  checkNames(node, []);
  checkArity(node, node.callee, row.params.length, row.params.length, node.args.length);
  const terms = node.args.map((a) => cx.expression(a.value));
  if (terms.some((t) => t.poison)) return poison;
  cx.b.span = node.span;
  for (const t of terms) numeric(t, node.callee);
  return applied(cx, node, row, terms);
}

function applied(cx: Context, node: CallNode, row: ElementwiseRow, terms: readonly Term[]): Term {
  const whole = staysInteger(row, terms);
  const known = terms.map((t) => t.dim).filter((d) => typeof d === 'number');
  if (whole && known.length === terms.length) {
    const value = row.value(...(known as [number, number, number]));
    if (Number.isSafeInteger(value)) return dimTerm(value + 0, node.span);
  }
  const values = terms.map((t) => (whole ? materialise(cx.b, t) : asFloat(cx.b, t)));
  const aligned = align(cx, values, node.span, () => ({ message: describe(cx, node, terms) }));
  return valueTerm(cx.b.elementwise(row.name, ...aligned), node.span);
}

/** Whether the result is an integer: that of integers is, but for a power that may be negative. */
function staysInteger(row: ElementwiseRow, terms: readonly Term[]): boolean {
  if (row.result !== 'same' || !terms.every((t) => t.type.dtype === 'int')) return false;
  const exponent = row.name === 'pow' ? terms[1]?.dim : 0;
  return typeof exponent === 'number' && exponent >= 0;
}

/** `dot(x, y): x has shape [3] and y has shape [4]`. */
export function describe(cx: Context, node: CallNode, terms: readonly Term[]): string {
  const text = (i: number) => {
    const span = node.args[i]?.value.span;
    const source = span ? cx.program.source.slice(span.start, span.end) : '';
    return source.length > 0 && source.length <= 20 ? source : `argument ${i + 1}`;
  };
  const names = terms.map((_, i) => text(i));
  const shapes = terms.map((t, i) => `${names[i]} has shape ${printShape(shapeOf(cx, t))}`);
  return `${node.callee}(${names.join(', ')}): ${shapes.join(' and ')}`;
}

/** `max(a, b, …)` element by element. */
function extreme(cx: Context, node: CallNode): Term {
  const terms = node.args.map((a) => cx.expression(a.value));
  if (terms.some((t) => t.poison)) return poison;
  cx.b.span = node.span;
  for (const t of terms) numeric(t, node.callee);
  if (terms.length > 2 && terms.some((t) => t.type.dtype !== 'int')) return extremeOfMany(cx, node, terms);
  const row = elementwiseRow(node.callee === 'max' ? 'maximum' : 'minimum') as ElementwiseRow;
  return terms.reduce((sum, t) => applied(cx, node, row, [sum, t]));
}

/** Three and more are reduced at once: pair by pair, a tie of all would not be split evenly. */
function extremeOfMany(cx: Context, node: CallNode, terms: readonly Term[]): Term {
  const values = terms.map((t) => asFloat(cx.b, t));
  const aligned = align(cx, values, node.span, () => ({ message: describe(cx, node, terms) }));
  cx.b.span = node.span;
  const rows = aligned.map((v) => cx.b.reshape(v, [1, ...shapeOf(cx, v)]));
  return valueTerm(cx.b.reduce(node.callee, cx.b.concat(rows, 0), [0]), node.span);
}

function reduce(cx: Context, node: CallNode, name: string): Term {
  const e = onlyComprehension(node);
  if (e) return reduceOver(cx, node, e, name);
  checkNames(node, ['axis']);
  const lowered = new LoweredCall(cx, node);
  const most = name === 'norm' ? 2 : 1;
  checkArity(node, node.callee, 1, most, lowered.count);
  const t = lowered.term(0);
  if (t.poison) return poison;
  const logical = reductionRow(name)?.result === 'bool';
  const operand = logical ? lowered.condition(0) : lowered.float(0);
  const axis = lowered.axis(rankOf(t));
  cx.b.span = node.span;
  const axes = axis === undefined ? operand.type.shape.map((_, k) => k) : [axis];
  checkNotEmpty(cx, node, name, operand, axes);
  if (lowered.count === 2) return valueTerm(normOf(cx, node, lowered.term(1), operand, axes), node.span);
  return valueTerm(reduced(cx, name, operand, axes), node.span);
}

/** A reduction; of a scalar it is a reduction of one element. */
export function reduced(cx: Context, name: string, operand: Value, axes: readonly number[]): Value {
  if (axes.length > 0) return cx.b.reduce(name, operand, axes);
  if (name === 'norm') return cx.b.elementwise('abs', operand);
  return operand;
}

function checkNotEmpty(
  cx: Context,
  node: CallNode,
  name: string,
  operand: Value,
  axes: readonly number[],
): void {
  if (reductionRow(name)?.empty !== undefined) return;
  if (axes.some((k) => shapeOf(cx, operand)[k] === 0)) {
    throw errors.badArgument(
      node.span,
      `${node.callee} of nothing: the shape is ${printShape(shapeOf(cx, operand))}`,
    );
  }
}

/** `norm(x, 1)`, `norm(x, 2)`, `norm(x, inf)`. */
function normOf(cx: Context, node: CallNode, order: Term, x: Value, axes: readonly number[]): Value {
  const p = order.dim ?? order.literal;
  if (p === 2) return reduced(cx, 'norm', x, axes);
  if (p !== 1 && p !== Number.POSITIVE_INFINITY) {
    throw errors.badArgument(order.span, 'the order of a norm is 1, 2 or inf');
  }
  if (p !== 1) checkNotEmpty(cx, node, 'max', x, axes);
  cx.b.span = node.span;
  return reduced(cx, p === 1 ? 'sum' : 'max', cx.b.elementwise('abs', x), axes);
}
