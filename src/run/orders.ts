/**
 * Symbolic derivatives without a point, of any order: gradients, Jacobians, Hessians and what follows. Every order
 * differentiates the formulas of the order before; the axes of what is differentiated come first.
 */
import type { ProgramNode } from '../../grammar/ast.js';
import { printProgram } from '../../grammar/index.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { jacobianGiven } from '../core/errors/values.js';
import { lower } from '../ir/lower/index.js';
import type { Func } from '../ir/types.js';
import { type SymbolicFormula, symbolicGradient } from '../passes/symbolic/index.js';
import { type GenericOptions, lowered } from './derive.js';
import { wrtOf } from './program.js';
import { programOf } from './symbolic.js';

export interface DerivativeFormula {
  /** The variables in the order in which the formula was differentiated with respect to them. */
  readonly wrt: readonly string[];
  readonly text: string;
  readonly program: ProgramNode;
}

export interface SymbolicDerivatives {
  /** How many axes each variable has. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly formulas: readonly DerivativeFormula[] | { readonly unavailable: string };
  readonly diagnostics: readonly Diagnostic[];
}

type Step = readonly [wrt: readonly string[], formula: SymbolicFormula];

/**
 * The derivatives of one order with respect to the variables asked for, by all their combinations.
 * @throws AdcError for anything wrong with the text
 */
export function symbolicDerivatives(
  source: string,
  options: GenericOptions = {},
  order = 1,
): SymbolicDerivatives {
  const { parsed, main, typed, diagnostics } = lowered(source, options);
  const wrt = wrtOf(parsed, options.wrt);
  const { shape } = main.body.results[0]?.type ?? { shape: [] };
  const remarks = shape.length === 0 ? diagnostics : [...diagnostics, jacobianGiven(shape)];
  const ranks = new Map(main.params.map((p) => [p.name, p.value.type.shape.length]));
  const rest = { ranks, diagnostics: remarks };
  const differentiate = (func: Func, by: readonly string[]): Step[] | { readonly unavailable: string } => {
    const answer = symbolicGradient(func, wrt, { jacobian: true });
    if ('unavailable' in answer) return answer;
    return [...answer.gradients].map(([name, g]): Step => [[...by, name], g]);
  };
  let steps = differentiate(main, []);
  for (let k = 1; k < order; k++) {
    const next: Step[] = [];
    if ('unavailable' in steps || steps.every(([, g]) => isZero(g))) break;
    for (const [by, { statements, expression }] of steps) {
      const program = programOf(statements, expression);
      const again = differentiate(lower(program, typed).module.main, by);
      if ('unavailable' in again) return { formulas: again, ...rest };
      next.push(...again);
    }
    steps = next;
  }
  if ('unavailable' in steps) return { formulas: steps, ...rest };
  const formulas = steps.map(([by, { statements, expression }]): DerivativeFormula => {
    const program = programOf(statements, expression);
    return { wrt: by, text: printProgram(program), program };
  });
  return { formulas, ...rest };
}

/** Zero as a number: all that follows is zero too. */
const isZero = ({ expression }: SymbolicFormula) => expression.kind === 'number' && expression.value === 0;

export interface SymbolicDerivative {
  readonly ranks: ReadonlyMap<string, number>;
  /** The formulas as syntax trees; none where they are unavailable. */
  readonly programs: ReadonlyMap<string, ProgramNode>;
  readonly expressions: ReadonlyMap<string, string> | { readonly unavailable: string };
  readonly diagnostics: readonly Diagnostic[];
}

/** The first derivatives by variable. */
export function symbolicDerivative(source: string, options: GenericOptions = {}): SymbolicDerivative {
  const { formulas, ...rest } = symbolicDerivatives(source, options);
  if ('unavailable' in formulas) return { expressions: formulas, programs: new Map(), ...rest };
  const by = <T>(of: (f: DerivativeFormula) => T) =>
    new Map(formulas.map((f): [string, T] => [f.wrt[0] as string, of(f)]));
  return { expressions: by((f) => f.text), programs: by((f) => f.program), ...rest };
}
