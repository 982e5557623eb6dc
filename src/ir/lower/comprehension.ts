/** Comprehensions. */
import type { ComprehensionNode } from '../../../grammar/ast.js';
import { AdcError } from '../../core/diagnostic.js';
import { unsupported } from '../../core/errors/statements.js';
import type { Term } from '../term.js';
import type { Context } from './context.js';

export function comprehension(_cx: Context, e: ComprehensionNode): Term {
  throw new AdcError(unsupported(e.span, 'A comprehension (… for … in …)'));
}
