/** What holds for the statements of a block or program as a sequence: only the last may be an expression, and is one. */
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/statements.js';
import type { AssignStatement, BlockNode, Statement } from './ast.js';

/** An expression whose value goes nowhere; an `if` acts by what its blocks assign. */
const idle = (s: Statement) => s.kind === 'expression' && s.value.kind !== 'if';

/** An expression statement before the last has no effect; a following line with a leading minus explains it. */
function checkEffects(statements: readonly Statement[], source: string, problems: Diagnostic[]): void {
  statements.forEach((statement, i) => {
    const next = statements[i + 1];
    if (!idle(statement) || next === undefined) return;
    const sign = next.kind === 'expression' ? source.charAt(next.span.start) : '';
    // A line with a leading plus has an error of its own.
    if (sign === '+') return;
    const continued = sign === '-' || sign === '−';
    problems.push(errors.notLast(statement.span, continued));
  });
}

function checkDeclarations({ statements }: BlockNode, problems: Diagnostic[]): void {
  for (const s of statements) {
    if (s.kind === 'param' || s.kind === 'data') problems.push(errors.declarationInBlock(s.span, s.kind));
  }
}

/** A block that stands for a value. */
export function checkBlock(block: BlockNode, source: string, problems: Diagnostic[]): void {
  const { statements } = block;
  const last = statements[statements.length - 1];
  if (last === undefined) problems.push(errors.emptyBlock(block.span));
  else if (last.kind !== 'expression') problems.push(errors.blockWithoutValue(last.span));
  checkDeclarations(block, problems);
  checkEffects(statements, source, problems);
}

/** The block of a branch, which may stand for a value. */
export function checkBranch(block: BlockNode, source: string, problems: Diagnostic[]): void {
  checkDeclarations(block, problems);
  checkEffects(block.statements, source, problems);
}

/** The block of a loop, which has no value. */
export function checkLoop(block: BlockNode, source: string, problems: Diagnostic[]): void {
  checkBranch(block, source, problems);
  const last = block.statements[block.statements.length - 1];
  if (last !== undefined && idle(last)) problems.push(errors.valueOfLoop(last.span));
}

export function checkProgram(statements: readonly Statement[], source: string, problems: Diagnostic[]): void {
  const last = statements[statements.length - 1];
  for (const s of statements) {
    if (s.kind === 'break' || s.kind === 'continue') problems.push(errors.jumpOutside(s.span, s.kind));
  }
  if (last?.kind === 'break' || last?.kind === 'continue') return;
  if (last?.kind === 'assign') problems.push(withoutOutput(last, statements));
  else if (last !== undefined && last.kind !== 'expression') {
    problems.push(
      errors.noOutput(last.span, last.kind === 'let' || last.kind === 'var' ? last.name : undefined),
    );
  }
  checkEffects(statements, source, problems);
}

/** A program that ends with an assignment; where nothing declares the name, no assignment was meant. */
function withoutOutput(last: AssignStatement, statements: readonly Statement[]): Diagnostic {
  const { name } = last.target.kind === 'name' ? last.target : last.target.base;
  const declared = statements.some((s) => (s.kind === 'var' || s.kind === 'let') && s.name === name);
  const plain = last.operator === undefined && last.target.kind === 'name';
  return declared || !plain
    ? errors.noOutput(last.span, name)
    : errors.assignmentWithoutLet(last.operatorSpan, name);
}
