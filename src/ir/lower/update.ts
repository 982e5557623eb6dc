/** Assignments to parts: `x[i] = …`, `A[i] += row`, `x[1:3] = …`. The var becomes a tensor with the part replaced. */
import type { AssignStatement, BinaryNode, IndexNode } from '../../../grammar/ast.js';
import { printShape, type Shape, sameDim } from '../../core/affine.js';
import { shapeMismatch, typeMismatch } from '../../core/errors/types.js';
import { asFloat, materialise, type Term, valueTerm } from '../term.js';
import type { Place, Value } from '../types.js';
import { broadcastShape, stretch } from './broadcast.js';
import { type Binding, type Context, shapeOf } from './context.js';
import { type Pick, part, picksOf } from './indexing.js';
import { binary, numeric } from './operators.js';
import { contents } from './vars.js';

/** The shape of a part. */
function shapeOfPart(picks: readonly Pick[]): Shape {
  return picks.flatMap((p) => {
    if (p.kind === 'at') return p.index.type.shape;
    return p.length === undefined ? [] : [p.length];
  });
}

export function updatePart(
  cx: Context,
  s: AssignStatement,
  target: IndexNode,
  binding: Binding,
  name: string,
  given: Term,
): void {
  const shape = cx.dims.resolveShape(binding.type.shape);
  const picks = picksOf(cx, target, shape);
  if (!picks) return;
  for (const [k, p] of picks.entries()) {
    if (p.kind === 'at' && p.index.type.shape.length > 0) {
      const { span } = target.items[k] as IndexNode['items'][number];
      throw typeMismatch(span, 'elements are assigned one by one', 'for k in 0..length(i) { x[i[k]] = … }');
    }
  }
  const old = { ...valueTerm(contents(cx, binding), target.span), type: binding.type };
  const add = s.operator === '+' || s.operator === '-';
  const term =
    add || s.operator === undefined ? given : combined(cx, s, part(cx, old, picks, target.span), given);
  if (term.poison) return;
  const value = fitted(cx, s, binding, term, shapeOfPart(picks));
  const signed = s.operator === '-' ? cx.b.elementwise('neg', value) : value;
  const from = { ...old, type: binding.type };
  cx.b.span = s.span;
  const updated = replaced(cx, contents(cx, { ...binding, term: from }), signed, picks, add);
  binding.term = valueTerm(cx.b.named(updated, name), s.span);
  if (s.operator !== undefined) binding.used = true;
}

/** `x[i] *= v` is `x[i] = x[i] * v`. */
function combined(cx: Context, s: AssignStatement, old: Term, given: Term): Term {
  const node: BinaryNode = {
    kind: 'binary',
    operator: s.operator as BinaryNode['operator'],
    left: s.target,
    right: s.value,
    operatorSpan: s.operatorSpan,
    span: s.span,
  };
  return binary(cx, node, old, given);
}

/** The value in the type and shape of the part that it goes to. */
function fitted(cx: Context, s: AssignStatement, binding: Binding, term: Term, shape: Shape): Value {
  const { dtype } = binding.type;
  if ((dtype === 'bool') !== (term.type.dtype === 'bool')) {
    throw typeMismatch(s.value.span, 'a condition and a number cannot stand in one tensor');
  }
  if (s.operator !== undefined) numeric(term, `${s.operator}=`);
  if (dtype === 'int' && term.type.dtype === 'float' && binding.declaration) {
    cx.floats.add(binding.declaration);
    cx.stale = true;
  }
  cx.b.span = s.span;
  const value = dtype === 'float' ? asFloat(cx.b, term) : materialise(cx.b, term);
  const common = broadcastShape(cx, shape, shapeOf(cx, term));
  if (
    !common ||
    common.length !== shape.length ||
    !common.every((d, k) => sameDim(d, cx.dims.resolve(shape[k] as (typeof shape)[number])))
  ) {
    const [has, gets] = [printShape(cx.dims.resolveShape(shape)), printShape(shapeOf(cx, term))];
    throw shapeMismatch(s.operatorSpan, `the part that is assigned has shape ${has} and the value ${gets}`);
  }
  return stretch(cx, value, common);
}

/** The tensor with a part replaced, or increased. A window that only the run places is filled element by element. */
function replaced(cx: Context, x: Value, value: Value, picks: readonly Pick[], add: boolean): Value {
  const moving = picks.findIndex((p) => p.kind === 'window');
  const window = picks[moving];
  if (window?.kind === 'window') {
    const axis = picks.slice(0, moving).filter((p) => p.kind !== 'at' && p.length !== undefined).length;
    const others = value.type.shape.map((_, k) => k).filter((k) => k !== axis);
    const rows = cx.b.transpose(value, [axis, ...others]);
    const [result] = cx.b.for(window.length, [x], (step, [now]) => {
      const scaled = window.step === 1 ? step : cx.b.elementwise('mul', step, cx.b.int(window.step));
      const index = cx.b.elementwise('add', window.start, scaled);
      const at = picks.map((p, k): Pick => (k === moving ? { kind: 'at', index } : p));
      return [replaced(cx, now as Value, cx.b.gather(rows, step), at, add)];
    });
    return result as Value;
  }
  const indices: Value[] = [];
  const places = picks.map((p): Place => {
    if (p.kind === 'part' && p.length !== undefined) return { start: p.start, step: p.step };
    if (p.kind === 'at') indices.push(p.index);
    else if (p.kind === 'part')
      indices.push(typeof p.start === 'number' ? cx.b.int(p.start) : cx.b.dim(p.start));
    return null;
  });
  return cx.b.update(x, value, places, indices, add);
}
