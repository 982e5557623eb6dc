/**
 * The shortest of several forms: rules offer other forms of a node's parts, and a form is taken where the whole then
 * takes fewer operations, what is shared counted once. Only for formulas of the size that a person reads.
 */

import { factorsOf } from '../arithmetic.js';
import { type Node, partsOf } from '../node.js';
import { isOne } from '../rational.js';
import type { Space } from '../space.js';
import { costOf } from './cost.js';
import { distributed } from './polynomial.js';
import { replaced, rewritten } from './rebuild.js';
import { isPolynomial, shorteningRules } from './rules.js';

/** Formulas with more different parts are left as they are. */
const MOST_PARTS = 120;
/** The work that one derivative is worth, in nodes. */
const MOST_WORK = 6000;

/** The parts of a node that rules may change, innermost first. */
function partsBelow(root: Node): Node[] {
  const seen = new Set<Node>([root]);
  const order = [root];
  for (let k = 0; k < order.length; k++) {
    for (const p of partsOf(order[k] as Node)) {
      if (seen.has(p)) continue;
      seen.add(p);
      order.push(p);
    }
  }
  return order.filter((n) => n.kind === 'add' || n.kind === 'mul').reverse();
}

/** Remembers the forms of nodes between the derivatives of one formula. */
export class Shortener {
  private readonly forms = new Map<Node, readonly Node[]>();

  constructor(private readonly s: Space) {}

  private formsOf(n: Node): readonly Node[] {
    let known = this.forms.get(n);
    if (!known) {
      const all = shorteningRules.flatMap((rule) => rule.apply(this.s, n));
      known = [...new Set(all)].filter((f): f is Node => f !== undefined && f !== n);
      this.forms.set(n, known);
    }
    return known;
  }

  /** A node of the same value that is never longer. */
  shortest(root: Node): Node {
    const cost = costOf(root, MOST_PARTS);
    if (cost === undefined || isPolynomial(root)) return root;
    const [first, initial] = this.search(root, cost);
    const open = opened(this.s, root);
    if (open === root) return first;
    const [second, other] = this.search(open, costOf(open) as number);
    return other < initial ? second : first;
  }

  private search(root: Node, initial: number): [Node, number] {
    let best = root;
    let cost = initial;
    const end = this.s.asked + MOST_WORK;
    for (let improved = true; improved; ) {
      improved = false;
      for (const part of partsBelow(best)) {
        if (this.s.asked > end) return [best, cost];
        for (const form of this.formsOf(part)) {
          if (this.s.asked > end) return [best, cost];
          const whole = replaced(this.s, best, part, form);
          const next = costOf(whole, 2 * MOST_PARTS);
          if (next === undefined || next >= cost) continue;
          [best, cost, improved] = [whole, next, true];
          break;
        }
        if (improved) break;
      }
    }
    return [best, cost];
  }
}

/** Products that were kept as one factor, as the products that they are. */
function opened(s: Space, root: Node): Node {
  return rewritten(s, root, (n, go) =>
    n.kind === 'call' && n.name === 'value' ? go(n.args[0] as Node) : undefined,
  );
}

/** s·(δ - t) as s·δ - s·t, where s and δ share an index: a diagonal matrix less another one. */
export function withDeltasApart(s: Space, root: Node): Node {
  return rewritten(s, root, (n, go) => {
    if (n.kind !== 'mul') return undefined;
    const tied = n.factors.some(([b, e]) => isOne(e) && b.kind === 'add' && mixes(b, n));
    const apart = tied ? distributed(s, n.factors, n.coefficient) : undefined;
    return apart && apart !== n ? go(apart) : undefined;
  });
}

/** Whether some terms of a sum in a product have deltas on whose indices other factors of the product depend. */
function mixes(sum: Node & { kind: 'add' }, product: Node & { kind: 'mul' }): boolean {
  const others = product.factors.filter(([b]) => b !== sum);
  const deltas = sum.terms.flatMap(([, t]) => factorsOf(t).filter(([b]) => b.kind === 'delta'));
  return deltas.some(([d]) => others.some(([b]) => b.free.some((i) => d.free.includes(i))));
}
