/** Softmax, recognised where its parts meet: exp(u) over the sum of exp(u) along an axis. */
import { sameDim } from '../../core/affine.js';
import { combine, factorsOf, multiply, splitCoefficient } from './arithmetic.js';
import { type Factor, type Index, type Node, type Place, placeOf, type Tensor } from './node.js';
import * as r from './rational.js';
import type { Space } from './space.js';
import { lambda, read, substitute } from './substitute.js';
import { sumOver } from './sums.js';

const exponentOf = (n: Node) => (n.kind === 'call' && n.name === 'exp' ? n.args[0] : undefined);

/** What of u depends on an index; softmax does not see the rest. */
function varying(s: Space, u: Node, index: Index): Node {
  if (u.kind !== 'add') return u;
  return combine(
    s,
    u.terms.filter(([, t]) => t.free.includes(index)),
  );
}

interface Denominator {
  readonly factor: Factor;
  readonly index: Index;
  readonly exponent: Node;
}

function denominators(factors: readonly Factor[]): Denominator[] {
  return factors.flatMap((factor) => {
    const [base, e] = factor;
    if (base.kind !== 'sum' || e.n >= 0n || !r.isInteger(e) || base.indices.length !== 1) return [];
    const exponent = exponentOf(base.body);
    return exponent ? [{ factor, index: base.indices[0] as Index, exponent }] : [];
  });
}

/** softmax(u) read along `index` at a place. */
function softmaxAt(s: Space, u: Node, index: Index, place: Place): Node {
  const inner = varying(s, u, index);
  const others = inner.free.filter((i) => i !== index);
  const part: Tensor = lambda(s, inner, [...others, index]);
  const tensor = s.tensor({ kind: 'softmax', part, dims: part.dims });
  return read(s, tensor, [...others.map(placeOf), place]);
}

/** softmax(u) in place of `node` = exp(u at some index), or undefined. */
function matching(s: Space, d: Denominator, node: Node): Node | undefined {
  const v = exponentOf(node);
  if (!v) return undefined;
  const used = d.factor[0].free;
  for (const i of v.free) {
    if (used.includes(i) || !sameDim(i.dim, d.index.dim)) continue;
    if (substitute(s, d.exponent, new Map([[d.index, placeOf(i)]])) === v) {
      return softmaxAt(s, d.exponent, d.index, placeOf(i));
    }
  }
  return undefined;
}

function inFactors(s: Space, d: Denominator, factors: readonly Factor[]): readonly Factor[] | undefined {
  for (const [k, [base, e]] of factors.entries()) {
    if (!r.isOne(e)) continue;
    const found = matching(s, d, base) ?? inSum(s, d, base);
    if (found) return [...factors.slice(0, k), [found, r.one], ...factors.slice(k + 1)];
  }
  return undefined;
}

function inSum(s: Space, d: Denominator, base: Node): Node | undefined {
  if (base.kind !== 'sum' || base === d.factor[0]) return undefined;
  const found = inFactors(s, d, factorsOf(base.body));
  return found && sumOver(s, base.indices, multiply(s, found, splitCoefficient(s, base.body)[0]));
}

/** exp(u) / Σ exp(u) as softmax(u), wherever it stands in a product. */
export function softmaxRule(s: Space, n: Node): Node {
  let result = n;
  for (let again = true; again && result.kind === 'mul'; ) {
    again = false;
    const { factors, coefficient }: Node & { kind: 'mul' } = result;
    for (const d of denominators(factors)) {
      const rest = inFactors(
        s,
        d,
        factors.filter((f) => f !== d.factor),
      );
      if (!rest) continue;
      result = multiply(s, [...rest, [d.factor[0], r.plus(d.factor[1], r.one)]], coefficient);
      again = true;
      break;
    }
  }
  return result;
}
