/** Operations in words: with their arguments as numbers, or as the text of the formula that they come from. */
import { printExpr } from '../../../grammar/index.js';
import type { Span } from '../../core/span.js';
import type { Tensor } from '../../core/tensor.js';
import type { Op } from '../../ir/types.js';
import type { ElementwiseRow } from '../../ops/row.js';
import { elementwiseRow } from '../../ops/table.js';
import { callText, numberText, rowText } from '../trace/terms.js';
import { reducedElements } from './reduced.js';

/** As many numbers as are written out. */
const WRITTEN = 4;

const number = (x: number) => numberText(x + 0);

/** What an operation that is no row is called. */
const NAMES: Partial<Record<Op['kind'], string>> = {
  contract: 'a sum of products',
  recur: 'a running sum or product',
  scatterAdd: 'a sum',
};

/** The operation's name in the language, or what it does. */
export function operationName(op: Op): string {
  return 'name' in op ? op.name : op.kind;
}

/** `exp(1000)`, `1 - 0.5`, `norm(3, 4)`: an operation at one element of its result. */
export function callAt(op: Op, operands: readonly Tensor[], offset: number): string {
  if (op.kind === 'elementwise') {
    const inputs = operands.map((t) => number(t.data[offset] as number));
    return printExpr(rowText(elementwiseRow(op.name) as ElementwiseRow, inputs));
  }
  if (op.kind === 'reduce') {
    const elements = reducedElements(operands[0] as Tensor, op.axes, offset);
    if (elements.length > WRITTEN) return `${op.name} of ${elements.length} numbers`;
    return printExpr(callText(op.name, ...[...elements].map(number)));
  }
  if (op.kind === 'array') return `${op.name} of ${operands[0]?.data.length} numbers`;
  return NAMES[op.kind] ?? op.kind;
}

const LONGEST = 60;

/** What stands at a place of the formula, shortened in the middle where it is long. */
export function textAt(source: string, span: Span): string {
  const text = source.slice(span.start, span.end).replace(/\s+/g, ' ').trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST / 2)}…${text.slice(-LONGEST / 2 + 1)}` : text;
}
