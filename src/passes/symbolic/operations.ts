/** The size of a printed derivative, as a count of operations. */
import type { Expr, Statement } from '../../../grammar/ast.js';
import { partsOf } from '../../../grammar/parts.js';

/** What costs operations: no positions, and no named arguments. */
function childrenOf(e: Expr): readonly Expr[] {
  switch (e.kind) {
    case 'call':
      return e.args.filter((a) => a.name === undefined).map((a) => a.value);
    case 'index':
      return [e.base];
    case 'block':
      return e.statements.flatMap((s) => ('value' in s && s.value ? [s.value] : []));
    case 'comprehension':
      return [];
    default:
      return partsOf(e);
  }
}

function own(e: Expr): number {
  if (e.kind === 'compare') return e.rest.length;
  if (e.kind === 'unary') return e.operator === '+' || e.operand.kind === 'number' ? 0 : 1;
  if (e.kind === 'call') return e.callee === 'length' || e.callee === 'shape' ? 0 : 1;
  return e.kind === 'binary' || e.kind === 'ternary' || e.kind === 'transpose' ? 1 : 0;
}

/**
 * How many operators and functions an expression applies, and the `let` statements before it; what a `let` shares
 * counts once. The sign of a number, positions and lengths cost nothing.
 */
export function countOperations(expression: Expr, statements: readonly Statement[] = []): number {
  const stack: Expr[] = [
    expression,
    ...statements.flatMap((s) => ('value' in s && s.value ? [s.value] : [])),
  ];
  let count = 0;
  for (let e = stack.pop(); e !== undefined; e = stack.pop()) {
    count += own(e);
    for (const child of childrenOf(e)) stack.push(child);
  }
  return count;
}
