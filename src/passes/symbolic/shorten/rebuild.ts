/** Nodes with other nodes in the place of some of their parts, in normal form again. */
import { combine, multiply, select } from '../arithmetic.js';
import { type Factor, type Node, partsOf } from '../node.js';
import * as r from '../rational.js';
import { buildCall } from '../rules.js';
import type { Space } from '../space.js';
import { sumOver } from '../sums.js';

type Step = (n: Node) => Node;

/** The node with what `change` says in the place of parts; it may call the step for parts of its own. */
export function rewritten(s: Space, root: Node, change: (n: Node, go: Step) => Node | undefined): Node {
  const done = new Map<Node, Node>();
  const go = (n: Node): Node => {
    let known = done.get(n);
    if (known) return known;
    known = change(n, go) ?? rebuilt(s, n, go);
    done.set(n, known);
    return known;
  };
  return go(root);
}

/** The node with `to` in the place of `from`. What is older than `from` cannot contain it. */
export function replaced(s: Space, root: Node, from: Node, to: Node): Node {
  return rewritten(s, root, (n) => (n === from ? to : n.id < from.id ? n : undefined));
}

function rebuilt(s: Space, n: Node, go: Step): Node {
  const parts = partsOf(n);
  const next = parts.map(go);
  if (next.every((p, k) => p === parts[k])) return n;
  const [a, b, c] = next as [Node, Node, Node];
  switch (n.kind) {
    case 'add': {
      const terms = n.terms.map(([d], k) => [d, next[k] as Node] as const);
      return combine(s, [[n.constant, s.rational(r.one)], ...terms]);
    }
    case 'mul':
      return multiply(
        s,
        n.factors.map(([, e], k): Factor => [next[k] as Node, e]),
        n.coefficient,
      );
    case 'call':
      return buildCall(s, n.name, next);
    case 'select':
      return select(s, a, b, c);
    case 'sum':
      return sumOver(s, n.indices, a);
    case 'reduce':
      return s.node({ kind: 'reduce', name: n.name, indices: n.indices, body: a });
    case 'others':
      return s.node({ kind: 'others', indices: n.indices, places: n.places, body: a });
    default:
      return n;
  }
}
