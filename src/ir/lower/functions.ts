/** Functions. */
import type { FnStatement } from '../../../grammar/ast.js';
import { AdcError } from '../../core/diagnostic.js';
import { unsupported } from '../../core/errors/statements.js';
import type { Context } from './context.js';

export function define(_cx: Context, s: FnStatement): void {
  throw new AdcError(unsupported(s.span, 'The definition of a function (fn)'));
}
