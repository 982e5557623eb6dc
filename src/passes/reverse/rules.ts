/**
 * Reverse rules: what each operation contributes to the adjoints of its operands, given the adjoint of its result.
 * They are the transposes of the operation's derivative, and use nothing but the operation's operands and result.
 */
import { addDims, type Dim } from '../../core/affine.js';
import { unreachable } from '../../core/diagnostic.js';
import type { Builder } from '../../ir/builder.js';
import type {
  ArrayOp,
  BroadcastOp,
  ConcatOp,
  ContractOp,
  ElementwiseOp,
  Op,
  RecurOp,
  ReduceOp,
  Value,
} from '../../ir/types.js';
import { arrayAlgebra, arrayPartial, guardOfAll } from '../arrays.js';
import { placedAlong } from '../contraction.js';
import { both, closed, type Guarded, guardAlong, guardedBy, guardScattered, mapGuarded } from '../guard.js';
import { partialOf, spread, weightsOf } from '../weights.js';

export interface Site<O extends Op = Op> {
  readonly b: Builder;
  readonly op: O;
  readonly operands: readonly Value[];
  readonly result: Value;
  /** Whether operand i is to get an adjoint. */
  readonly wants: (i: number) => boolean;
  /** Whether the adjoint of operand i goes on to a partial that may be infinite: its structural zeros need a guard. */
  readonly singular: (i: number) => boolean;
  /** Adds to the adjoint of operand i. */
  readonly give: (i: number, contribution: Guarded) => void;
}

type Simple = Exclude<Op, { kind: 'if' | 'while' | 'for' | 'map' | 'call' | 'update' }>;

export function pullBack(site: Site<Simple>, g: Guarded): void {
  const { b, op, operands, give } = site;
  const shape = operands[0]?.type.shape ?? [];
  switch (op.kind) {
    case 'const':
    case 'dim':
    case 'extent':
    case 'iota':
    case 'cast':
    case 'detach':
      return;
    case 'elementwise':
      elementwise({ ...site, op }, g);
      return;
    case 'select':
      select(site, g);
      return;
    case 'broadcast':
      broadcast({ ...site, op }, g);
      return;
    case 'reduce':
      reduce({ ...site, op }, g);
      return;
    case 'contract':
      contract({ ...site, op }, g);
      return;
    case 'transpose': {
      const inverse = op.permutation.map((_, k) => op.permutation.indexOf(k));
      give(
        0,
        mapGuarded(g, (v) => b.transpose(v, inverse)),
      );
      return;
    }
    case 'reshape':
      give(
        0,
        mapGuarded(g, (v) => b.reshape(v, shape)),
      );
      return;
    case 'slice':
      give(
        0,
        mapGuarded(site.singular(0) ? explicit(b, g) : g, (v) => b.pad(v, op.starts, op.steps, shape)),
      );
      return;
    case 'pad':
      give(
        0,
        mapGuarded(g, (v) => b.slice(v, op.starts, op.steps, shape)),
      );
      return;
    case 'concat':
      concat({ ...site, op }, g);
      return;
    case 'gather':
      gather(site, g);
      return;
    case 'scatterAdd':
      give(
        0,
        mapGuarded(g, (v) => b.gather(v, operands[1] as Value)),
      );
      return;
    case 'recur':
      recur({ ...site, op }, g);
      return;
    case 'array':
      array({ ...site, op }, g);
      return;
    default:
      unreachable(op);
  }
}

function elementwise({ b, op, operands, result, wants, give }: Site<ElementwiseOp>, g: Guarded): void {
  for (let i = 0; i < operands.length; i++) {
    const p = wants(i) ? partialOf(b, op, i, operands, result) : undefined;
    if (p) give(i, guardedBy(b.elementwise('mul', g.value, p), g.guard));
  }
}

/** The adjoint enters each branch under the mask that chose it. */
function select({ b, operands, wants, give }: Site, g: Guarded): void {
  const condition = operands[0] as Value;
  if (wants(1)) give(1, guardedBy(g.value, both(b, condition, g.guard)));
  if (wants(2)) give(2, guardedBy(g.value, both(b, b.elementwise('not', condition), g.guard)));
}

function broadcast({ b, op, give, result }: Site<BroadcastOp>, g: Guarded): void {
  const axes = result.type.shape.map((_, k) => k).filter((k) => !op.axes.includes(k));
  give(0, guardedBy(b.sum(closed(b, g), axes), g.guard && b.reduce('any', g.guard, axes)));
}

function reduce({ b, op, operands, result, singular, give }: Site<ReduceOp>, g: Guarded): void {
  const x = operands[0] as Value;
  const weights = weightsOf(b, op, x, result);
  if (weights === 'zero') return;
  const each = mapGuarded(g, (v) => spread(b, v, x.type.shape, op.axes));
  if (!weights) {
    give(0, each);
    return;
  }
  // What is not picked has no part in the result.
  const picks = (op.name === 'max' || op.name === 'min') && singular(0);
  const picked = picks ? b.algebra.lt(b.num(0), weights) : undefined;
  give(0, guardedBy(b.elementwise('mul', each.value, weights), both(b, picked, each.guard)));
}

/** The adjoint of a contraction with respect to one side is the contraction of the adjoint with the other side. */
function contract({ b, op, operands, wants, give }: Site<ContractOp>, g: Guarded): void {
  const [left, right] = operands as [Value, Value];
  if (wants(0)) give(0, product(b, g, op.out, right, op.right, op.left));
  if (wants(1)) give(1, product(b, g, op.out, left, op.left, op.right));
}

function product(
  b: Builder,
  g: Guarded,
  labels: readonly number[],
  other: Value,
  otherLabels: readonly number[],
  out: readonly number[],
): Guarded {
  if (!g.guard) return { value: b.contract(g.value, labels, other, otherLabels, out) };
  return guardedProduct(b, g, g.guard, labels, other, otherLabels, out);
}

/** The same with each term under the guard of the adjoint's element: terms are formed, chosen, and then summed. */
function guardedProduct(
  b: Builder,
  g: Guarded,
  guard: Value,
  labels: readonly number[],
  other: Value,
  otherLabels: readonly number[],
  out: readonly number[],
): Guarded {
  const summed = [...new Set([...labels, ...otherLabels])].filter((l) => !out.includes(l));
  const all = [...out, ...summed];
  const sizes = new Map<number, Dim>();
  for (const [k, l] of labels.entries()) sizes.set(l, g.value.type.shape[k] as Dim);
  for (const [k, l] of otherLabels.entries()) sizes.set(l, other.type.shape[k] as Dim);
  const shape = all.map((l) => sizes.get(l) as Dim);
  const placed = (v: Value, own: readonly number[]) => placedAlong(b, v, own, all, shape);
  const condition = placed(guard, labels);
  const terms = b.elementwise('mul', placed(g.value, labels), placed(other, otherLabels));
  const axes = summed.map((_, k) => out.length + k);
  const value = b.sum(closed(b, { value: terms, guard: condition }), axes);
  return { value, guard: axes.length > 0 ? b.reduce('any', condition, axes) : condition };
}

/** The derivative with a guard that holds everywhere, for zeros to be put around it. */
function explicit(b: Builder, g: Guarded): Guarded {
  return g.guard ? g : { value: g.value, guard: b.full(1, g.value.type.shape, 'bool') };
}

function gather({ b, operands, singular, give }: Site, given: Guarded): void {
  const [data, index] = operands as [Value, Value];
  const g = singular(0) ? explicit(b, given) : given;
  const length = data.type.shape[0] as Dim;
  const guard = g.guard && guardScattered(b, g.guard, index, length);
  give(0, guardedBy(b.scatterAdd(closed(b, g), index, length), guard));
}

function concat({ b, op, operands, wants, give }: Site<ConcatOp>, g: Guarded): void {
  let start: Dim = 0;
  for (const [i, operand] of operands.entries()) {
    const { shape } = operand.type;
    const starts = shape.map((_, k) => (k === op.axis ? start : 0));
    const steps = shape.map(() => 1);
    if (wants(i))
      give(
        i,
        mapGuarded(g, (v) => b.slice(v, starts, steps, shape)),
      );
    start = addDims(start, shape[op.axis] as Dim);
  }
}

/**
 * The adjoint λ of the state runs against the recurrence: λᵢ = gᵢ + aᵢ·λᵢ₊₁. What bᵢ gets is λᵢ₊₁, which is the
 * exclusive recurrence in the other direction; what aᵢ gets is λᵢ₊₁·sᵢ.
 */
function recur({ b, op, operands, result, wants, give }: Site<RecurOp>, g: Guarded): void {
  const later = b.recur(operands[0] as Value, closed(b, g), op.axis, 0, !op.reverse);
  const guard = g.guard && guardAlong(b, g.guard, op.axis, !op.reverse);
  if (wants(0)) give(0, guardedBy(b.elementwise('mul', later, result), guard));
  if (wants(1)) give(1, guardedBy(later, guard));
}

/** Every element of a matrix has a part in all that is computed from it, so the guard is that of the whole. */
function array({ b, op, operands, result, wants, give }: Site<ArrayOp>, g: Guarded): void {
  const k = arrayAlgebra(b);
  for (const [i, operand] of operands.entries()) {
    const partial = arrayPartial(op, i);
    if (!wants(i) || partial === 'zero') continue;
    const value = partial.adjoint(k, operands, result, closed(b, g));
    give(i, guardedBy(value, g.guard && guardOfAll(b, g.guard, operand.type.shape)));
  }
}
