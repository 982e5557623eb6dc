/**
 * `and` and `or`. Of single conditions the right one is looked at only if the left one leaves it open, where that can make a
 * difference: `i < n and x[i] > 0`.
 */
import type { BinaryNode } from '../../../grammar/ast.js';
import { materialise, poison, rankOf, type Term, valueTerm } from '../term.js';
import { boolScalar, type Op, type Region, type Value } from '../types.js';
import { assignedBy } from './assigned.js';
import type { Context } from './context.js';
import { binary, condition } from './operators.js';

/** Operations that may fail, or take long. */
const RISKY: ReadonlySet<Op['kind']> = new Set([
  'gather',
  'scatterAdd',
  'update',
  'extent',
  'if',
  'while',
  'for',
  'map',
  'call',
  'array',
]);

/** Whether an operation can neither fail nor go on for long. */
export const harmless = (op: Op): boolean => !RISKY.has(op.kind);

export function connective(cx: Context, node: BinaryNode, left: Term): Term {
  const open = node.operator === 'and';
  const single = left.type.dtype === 'bool' && rankOf(left) === 0 && !left.poison;
  if (!single || assignedBy(node.right).size > 0) return binary(cx, node, left, cx.expression(node.right));
  if (left.truth === !open) return { ...left, span: node.span };
  let right: Term = poison;
  const rest = cx.b.region([], () => {
    right = cx.expression(node.right);
    return [];
  });
  if (right.poison || rankOf(right) > 0 || rest.ops.every(harmless)) {
    for (const op of rest.ops) cx.b.push(op);
    return binary(cx, node, left, right);
  }
  const taken: Region = cx.b.region([], () => {
    for (const op of rest.ops) cx.b.push(op);
    return [condition(cx, right, node.operator)];
  });
  const decided = cx.b.region([], () => [cx.b.constant([open ? 0 : 1], boolScalar)]);
  cx.b.span = node.span;
  const test = materialise(cx.b, left);
  const [result] = open ? cx.b.if(test, taken, decided) : cx.b.if(test, decided, taken);
  return valueTerm(result as Value, node.span);
}
