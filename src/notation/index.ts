/** Formulas in the notation of mathematics: LaTeX and MathML from the syntax tree. */
import type { ProgramNode } from '../../grammar/ast.js';
import { latexOf } from './latex.js';
import { programBox } from './layout.js';
import { mathElement } from './mathml.js';

/**
 * A formula as LaTeX for mathematical mode. `ranks` tells the number of axes of its variables; those that are missing
 * are scalars.
 */
export function toLatex(program: ProgramNode, ranks: ReadonlyMap<string, number>): string {
  return latexOf(programBox(program, ranks));
}

/** A formula as a MathML element. */
export function toMathml(program: ProgramNode, ranks: ReadonlyMap<string, number>): string {
  return mathElement(programBox(program, ranks));
}
