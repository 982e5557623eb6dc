/** What holds for the statements of a block or program as a sequence: only the last may be an expression, and is one. */
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import type { BlockNode, Statement } from './ast.js';

/** An expression statement before the last has no effect; a following line with a leading minus explains it. */
function checkEffects(statements: readonly Statement[], source: string, problems: Diagnostic[]): void {
  statements.forEach((statement, i) => {
    const next = statements[i + 1];
    if (statement.kind !== 'expression' || next === undefined) return;
    const sign = next.kind === 'expression' ? source.charAt(next.span.start) : '';
    // A line with a leading plus has an error of its own.
    if (sign === '+') return;
    const continued = sign === '-' || sign === '−';
    problems.push(errors.notLast(statement.span, continued));
  });
}

export function checkBlock(block: BlockNode, source: string, problems: Diagnostic[]): void {
  const { statements } = block;
  const last = statements[statements.length - 1];
  if (last === undefined) problems.push(errors.emptyBlock(block.span));
  else if (last.kind !== 'expression') problems.push(errors.blockWithoutValue(last.span));
  for (const s of statements) {
    if (s.kind === 'param' || s.kind === 'data') problems.push(errors.declarationInBlock(s.span, s.kind));
  }
  checkEffects(statements, source, problems);
}

export function checkProgram(statements: readonly Statement[], source: string, problems: Diagnostic[]): void {
  const last = statements[statements.length - 1];
  if (last !== undefined && last.kind !== 'expression') {
    problems.push(errors.noOutput(last.span, last.kind === 'let' ? last.name : undefined));
  }
  checkEffects(statements, source, problems);
}
