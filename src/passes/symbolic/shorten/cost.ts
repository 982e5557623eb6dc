/** What a node costs: the operations that its printed form applies, what it shares counted once. */
import { type Node, partsOf, type Tensor } from '../node.js';
import * as r from '../rational.js';

/** How many operations a coefficient takes: a number before the product, below it, or both. */
function coefficientCost(c: r.Rational, empty: boolean): number {
  if (r.isOne(c)) return 0;
  if (r.isUnit(c)) return empty ? 0 : 1;
  const unit = c.n === 1n || c.n === -1n;
  if (c.d === 1n || unit || r.isDecimal(c)) return empty ? 0 : 1;
  return empty ? 1 : 2;
}

function productCost(n: Node & { kind: 'mul' }, powers: Set<string>): number {
  let [above, below, cost] = [0, 0, 0];
  for (const [b, e] of n.factors) {
    if (e.n < 0n) below++;
    else above++;
    const size = r.size(e);
    const key = `${b.id}^${r.keyOf(size)}`;
    if (r.isOne(size) || powers.has(key)) continue;
    powers.add(key);
    cost++;
  }
  cost += Math.max(0, above - 1) + below;
  return cost + coefficientCost(n.coefficient, above === 0);
}

/** A fraction that is no decimal number is written as a quotient. */
const numberCost = (c: r.Rational) => (c.d === 1n || r.isDecimal(c) ? 0 : 1);

function sumCost(n: Node & { kind: 'add' }): number {
  let cost = n.terms.length - (r.isZero(n.constant) ? 1 : 0) + numberCost(n.constant);
  let negative = n.constant.n <= 0n;
  for (const [c, t] of n.terms) {
    if (c.n > 0n) negative = false;
    const product = t.kind === 'mul' && t.factors.every(([, e]) => e.n < 0n);
    cost += coefficientCost(r.size(c), product);
  }
  const lead = n.terms[0]?.[0];
  return cost + (negative && lead !== undefined && r.isUnit(lead) ? 1 : 0);
}

function ownCost(n: Node, powers: Set<string>): number {
  switch (n.kind) {
    case 'num':
      return numberCost(n.value);
    case 'add':
      return sumCost(n);
    case 'mul':
      return productCost(n, powers);
    case 'call':
      return n.name === 'value' ? 0 : 1;
    case 'select':
    case 'sum':
    case 'reduce':
    case 'others':
    case 'delta':
      return 1;
    default:
      return 0;
  }
}

function bodiesOf(t: Tensor, seen: Set<Tensor>, found: Node[]): number {
  if (seen.has(t)) return 0;
  seen.add(t);
  if (t.kind === 'lambda') found.push(t.body);
  let cost = t.kind === 'param' || t.kind === 'const' || t.kind === 'lambda' ? 0 : 1;
  if ('part' in t) cost += bodiesOf(t.part, seen, found);
  if ('parts' in t) for (const p of t.parts) cost += bodiesOf(p, seen, found);
  return cost;
}

/** The operations of a node; undefined where it has more than `most` different parts. */
export function costOf(root: Node, most = Number.POSITIVE_INFINITY): number | undefined {
  const seen = new Set<Node>([root]);
  const tensors = new Set<Tensor>();
  const powers = new Set<string>();
  const stack = [root];
  let cost = 0;
  for (let n = stack.pop(); n !== undefined; n = stack.pop()) {
    if (seen.size > most) return undefined;
    cost += ownCost(n, powers);
    const inside: Node[] = [];
    if (n.kind === 'at') cost += bodiesOf(n.tensor, tensors, inside);
    for (const p of [...partsOf(n), ...inside]) {
      if (seen.has(p)) continue;
      seen.add(p);
      stack.push(p);
    }
  }
  return cost;
}
