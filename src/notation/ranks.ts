/** How many axes expressions have, as far as their form tells. Shapes are checked elsewhere. */
import type { CallNode, Expr, Statement } from '../../grammar/ast.js';

const REDUCTIONS = new Set(
  'sum mean prod norm variance var std logsumexp any all count argmax argmin max min'.split(' '),
);
const FIXED: Readonly<Record<string, number>> = {
  dot: 0,
  det: 0,
  logdet: 0,
  trace: 0,
  length: 0,
  outer: 2,
  kron: 2,
  eye: 2,
  cross: 1,
  shape: 1,
  linspace: 1,
  arange: 1,
};

export class Ranks {
  private readonly known = new WeakMap<Expr, number>();

  /** `names`: the ranks of variables; those of `let`s are added when they are met. */
  constructor(private readonly names: Map<string, number>) {}

  declare(statement: Statement): void {
    if (statement.kind === 'let') this.names.set(statement.name, this.of(statement.value));
  }

  of(e: Expr): number {
    const chain: Expr[] = [];
    let head = e;
    while (head.kind === 'binary' && !this.known.has(head)) {
      chain.push(head);
      head = head.left;
    }
    let rank = this.known.get(head) ?? this.compute(head);
    this.known.set(head, rank);
    for (const node of chain.reverse()) {
      if (node.kind !== 'binary') continue;
      const right = this.of(node.right);
      rank = node.operator === '@' ? productRank(rank, right) : Math.max(rank, right);
      this.known.set(node, rank);
    }
    return rank;
  }

  private most(nodes: readonly Expr[]): number {
    return nodes.reduce((most, node) => Math.max(most, this.of(node)), 0);
  }

  private compute(e: Expr): number {
    switch (e.kind) {
      case 'name':
        return this.names.get(e.name) ?? 0;
      case 'unary':
      case 'transpose':
        return this.of(e.operand);
      case 'compare':
        return this.most([e.first, ...e.rest.map((r) => r.operand)]);
      case 'ternary':
        return this.most([e.then, e.otherwise]);
      case 'list':
        return 1 + (e.items[0] ? this.of(e.items[0]) : 0);
      case 'index':
        return this.of(e.base) - e.items.filter((item) => item.kind === 'at').length;
      case 'block': {
        for (const s of e.statements) this.declare(s);
        const last = e.statements[e.statements.length - 1];
        return last?.kind === 'expression' ? this.of(last.value) : 0;
      }
      case 'comprehension':
        return (e.list ? e.clauses.length : 0) + this.of(e.value);
      case 'call':
        return this.ofCall(e);
      default:
        return 0;
    }
  }

  private ofCall({ callee, args }: CallNode): number {
    const plain = args.filter((a) => a.name === undefined).map((a) => a.value);
    const [first] = plain;
    if (REDUCTIONS.has(callee) && (plain.length === 1 || callee === 'norm')) {
      const along = args.some((a) => a.name === 'axis');
      return along && first ? Math.max(0, this.of(first) - 1) : 0;
    }
    const fixed = FIXED[callee];
    if (fixed !== undefined) return fixed;
    if (callee === 'solve') return plain[1] ? this.of(plain[1]) : 0;
    if (callee === 'diag') return first && this.of(first) === 1 ? 2 : 1;
    if (callee === 'stack') return 1 + this.most(plain);
    if (callee === 'zeros' || callee === 'ones') return sizesIn(plain);
    if (callee === 'reshape') return sizesIn(plain.slice(1));
    return this.most(plain.map((e) => (e.kind === 'list' && callee === 'concat' ? (e.items[0] ?? e) : e)));
  }
}

function sizesIn(sizes: readonly Expr[]): number {
  const [first] = sizes;
  return first?.kind === 'list' ? first.items.length : sizes.length;
}

/** Vectors lose their axis in a matrix product. */
const productRank = (left: number, right: number) => Math.max(0, left + right - 2);
