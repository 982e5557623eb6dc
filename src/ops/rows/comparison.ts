/** Comparisons and logic: conditions, which carry no derivative. */
import type { ElementwiseDraft } from '../row.js';

function relation(
  name: string,
  operator: string,
  precedence: number,
  holds: (a: number, b: number) => boolean,
): ElementwiseDraft {
  return {
    name,
    params: ['a', 'b'],
    summary: `comparison, written a ${operator.slice(0, 2)} b`,
    derivative: 'none',
    result: 'bool',
    hidden: true,
    value: (a, b) => (holds(a, b) ? 1 : 0),
    code: { form: 'infix', operator, precedence },
    partials: ['zero', 'zero'],
    ranges: [
      [-10, 10],
      [-10, 10],
    ],
  };
}

export const comparison: readonly ElementwiseDraft[] = [
  relation('lt', '<', 9, (a, b) => a < b),
  relation('le', '<=', 9, (a, b) => a <= b),
  relation('gt', '>', 9, (a, b) => a > b),
  relation('ge', '>=', 9, (a, b) => a >= b),
  relation('eq', '===', 8, (a, b) => a === b),
  relation('ne', '!==', 8, (a, b) => a !== b),
  { ...relation('and', '&&', 4, (a, b) => a !== 0 && b !== 0), summary: 'both hold, written a and b' },
  { ...relation('or', '||', 3, (a, b) => a !== 0 || b !== 0), summary: 'at least one holds, written a or b' },
  {
    name: 'not',
    params: ['a'],
    summary: 'does not hold, written not a',
    derivative: 'none',
    result: 'bool',
    hidden: true,
    value: (a) => (a === 0 ? 1 : 0),
    code: { form: 'prefix', operator: '!', precedence: 14 },
    partials: ['zero'],
    ranges: [[-10, 10]],
  },
];
