/** Walking the syntax tree. */
import type { Expr } from './ast.js';

/** The expressions that one consists of, in the order of the text; what statements of blocks hold is not among them. */
export function partsOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'unary':
    case 'transpose':
      return [e.operand];
    case 'binary':
      return [e.left, e.right];
    case 'compare':
      return [e.first, ...e.rest.map((r) => r.operand)];
    case 'ternary':
      return [e.condition, e.then, e.otherwise];
    case 'call':
      return e.args.map((a) => a.value);
    case 'index':
      return [
        e.base,
        ...e.items
          .flatMap((i) => (i.kind === 'at' ? [i.index] : [i.from, i.to, i.step]))
          .filter((x) => x !== undefined),
      ];
    case 'list':
      return e.items;
    case 'comprehension':
      return [e.value, ...e.clauses.flatMap((c) => [c.from, c.to]), ...e.filters];
    case 'if':
      return e.branches.map((b) => b.condition);
    default:
      return [];
  }
}
