/**
 * Products with adjoints that are zero under a condition: where the factor may be infinite, a sum of guarded terms
 * brings its guard along, so that what no branch reached stays zero.
 */
import { factorsOf, isGuard, mul, multiply, select } from './arithmetic.js';
import type { Node } from './node.js';
import * as r from './rational.js';
import { buildCall } from './rules.js';
import { isNumber, type Space } from './space.js';

/** The condition under which a guarded sum has any terms: any(c). */
function reached(s: Space, n: Node): Node | undefined {
  if (n.kind !== 'sum') return undefined;
  const guard = factorsOf(n.body).find(([b, e]) => r.isOne(e) && isGuard(b))?.[0];
  if (guard?.kind !== 'select') return undefined;
  const indices = n.indices.filter((i) => guard.condition.free.includes(i));
  if (indices.length === 0) return undefined;
  const body = isNumber(guard.otherwise, 0) ? guard.condition : buildCall(s, 'not', [guard.condition]);
  return s.node({ kind: 'reduce', name: 'any', indices, body });
}

/** p·g. */
export function guardedProduct(s: Space, g: Node, p: Node): Node {
  if (p.singular) {
    for (const [base] of factorsOf(g)) {
      const condition = reached(s, base);
      if (condition) return select(s, condition, mul(s, p, g), s.num(0));
    }
  }
  return multiply(s, [
    [p, r.one],
    [g, r.one],
  ]);
}

/** g where the condition holds (or does not), else 0; a guard that g has already stays outermost. */
export function under(s: Space, condition: Node, g: Node, holds: boolean): Node {
  const nothing = s.num(0);
  if (isGuard(g) && g.condition !== condition) {
    const inner = (n: Node) => (isNumber(n, 0) ? n : under(s, condition, n, holds));
    return select(s, g.condition, inner(g.then), inner(g.otherwise));
  }
  return holds ? select(s, condition, g, nothing) : select(s, condition, nothing, g);
}
