/** The bare lists that values on the command line may be: cells separated by `,`, rows by `;`. */
import type { IToken } from 'chevrotain';
import * as errors from '../src/core/errors/syntax.js';
import type { Piece } from './lines.js';
import type { Input } from './pipeline.js';
import * as t from './tokens.js';

/** The cells of each row, to be parsed one by one; an empty cell is reported. */
export function splitRows(input: Input): Piece[][] {
  const [whole] = input.pieces;
  if (whole === undefined) return [];
  const rows: Piece[][] = [[]];
  let cell: IToken[] = [];
  let depth = 0;
  const end = (separator: IToken | undefined, before: IToken | undefined): void => {
    if (cell.length > 0) rows[rows.length - 1]?.push(input.part(whole, cell));
    else if (before !== undefined) {
      input.problems.push(
        errors.missingOperand(t.spanOf(before), before.image, separator && errors.quote(separator.image)),
      );
    } else if (separator !== undefined) {
      input.problems.push(errors.missingLeftOperand(t.spanOf(separator), separator.image));
    }
    cell = [];
  };
  let before: IToken | undefined;
  for (const token of whole.tokens) {
    if (t.opens(token.tokenType)) depth++;
    else if (t.closes(token.tokenType)) depth--;
    const row = token.tokenType === t.Semicolon;
    if (depth <= 0 && (row || token.tokenType === t.Comma)) {
      end(token, before);
      if (row) rows.push([]);
      before = token;
    } else cell.push(token);
  }
  end(undefined, before);
  return rows;
}
