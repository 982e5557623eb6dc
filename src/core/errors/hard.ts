/** Warnings at hard points. */
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';

const place = (index: readonly number[]) => (index.length > 0 ? ` at element [${index.join(', ')}]` : '');

export const notFinite = (
  span: Span,
  name: string,
  inputs: readonly number[],
  result: number,
  index: readonly number[],
): Diagnostic => {
  const call = inputs.length > 0 ? `${name}(${inputs.join(', ')})` : name;
  const what = Number.isNaN(result) ? 'is not a number' : 'overflows or is infinite';
  return {
    severity: 'warning',
    code: 'not-finite',
    message: `${call} ${what}${place(index)}`,
    span,
    data: { operation: name, index, result: String(result) },
  };
};

export const kink = (
  span: Span,
  convention: string,
  elements: readonly (readonly number[])[],
  count: number,
): Diagnostic => {
  const where = elements[0] && elements[0].length > 0 ? place(elements[0]) : '';
  const more = count > 1 ? ` and ${count - 1} more` : '';
  return {
    severity: 'warning',
    code: 'kink',
    message: `${convention}${where === '' ? '' : ` (${where.trim()}${more})`}`,
    span,
    data: { elements, count },
  };
};
