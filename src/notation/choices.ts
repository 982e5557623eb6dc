/** Choices as cases. */
import type { Expr, TernaryNode } from '../../grammar/ast.js';
import { type Box, prose, table, tight } from './box.js';
import { type Indices, type Layout, type Piece, strength } from './piece.js';

/** Choices within choices are further cases. */
export function choicePiece(layout: Layout, e: TernaryNode, at: Indices | undefined): Piece {
  const rows: Box[][] = [];
  const parts: Piece[] = [];
  let rest: Expr = e;
  for (let c = asChoice(rest); c !== undefined; c = asChoice(rest)) {
    const value = layout.of(c.then, at);
    parts.push(value);
    rows.push([value.box, tight(prose('if '), layout.of(c.condition, at).box)]);
    rest = c.otherwise;
  }
  const last = layout.of(rest, at);
  rows.push([last.box, prose('otherwise')]);
  const rank = Math.max(last.rank, ...parts.map((p) => p.rank));
  return { box: table('cases', rows), strength: strength.product, rank, open: 'sum' };
}

/** `c ? a : b` and `where(c, a, b)`. */
function asChoice(e: Expr): { condition: Expr; then: Expr; otherwise: Expr } | undefined {
  if (e.kind === 'ternary') return e;
  if (e.kind !== 'call' || e.callee !== 'where' || e.args.length !== 3) return undefined;
  const [condition, then, otherwise] = e.args.map((a) => a.value) as [Expr, Expr, Expr];
  return { condition, then, otherwise };
}
