/** What decides over the flow of derivatives: where and detach. */
import { asFloat, poison, type Term, valueTerm } from '../../term.js';
import type { Value } from '../../types.js';
import { align } from '../broadcast.js';
import { describe } from '../call.js';
import type { Context } from '../context.js';
import type { Call, LibraryRow } from './index.js';

function where(cx: Context, call: Call): Term {
  const terms = call.all();
  if (terms.some((t) => t.poison)) return poison;
  const c = call.condition(0);
  const logical = terms[1]?.type.dtype === 'bool' && terms[2]?.type.dtype === 'bool';
  const branch = (i: number) => (logical ? call.condition(i) : call.float(i));
  const values = [c, branch(1), branch(2)];
  cx.b.span = call.node.span;
  const [x, y, z] = align(cx, values, call.node.span, () => ({ message: describe(cx, call.node, terms) }));
  return valueTerm(cx.b.select(x as Value, y as Value, z as Value), call.node.span);
}

function detach(cx: Context, call: Call): Term {
  const t = call.term(0);
  if (t.poison) return poison;
  if (t.type.dtype !== 'float' || !t.value) return t;
  cx.b.span = call.node.span;
  return valueTerm(cx.b.detach(asFloat(cx.b, t)), call.node.span);
}

export const flow: readonly LibraryRow[] = [
  {
    kind: 'library',
    name: 'where',
    signature: 'where(c, a, b)',
    summary: 'a where c holds, else b, element by element',
    derivative: 'that of the branch chosen',
    arity: [3, 3],
    lower: where,
  },
  {
    kind: 'library',
    name: 'detach',
    signature: 'detach(x)',
    summary: 'the value of x with derivative zero',
    derivative: '0',
    arity: [1, 1],
    lower: detach,
  },
];
