/**
 * What `jvp`, `hvp`, `jacobian` and `hessian` answer. All are products with the Jacobian of a function, or that matrix
 * itself: of the program, or of its gradient.
 */
import { printShape } from '../../core/affine.js';
import { AdcError, type Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/family.js';
import { unknownVariable } from '../../core/errors/values.js';
import { nearest } from '../../core/suggest.js';
import { sizeOf, type Tensor, zerosLike } from '../../core/tensor.js';
import { gradientProblem, openProblem } from '../../run/open.js';
import type { OpenOptions, Point, Problem, Variable } from '../../run/problem.js';
import { SecondOrder } from '../../run/second.js';
import { Sweeps } from '../../run/sweeps.js';
import { boundedBy, cotangentFor } from '../answer.js';
import type { Check, ModeName } from '../findings.js';
import { wanted } from '../function.js';
import { checkElements, type Elements } from './elements.js';
import { type Entry, Layout } from './layout.js';
import { type Way, type Ways, waysOf } from './ways.js';

export type FamilyKind = 'jvp' | 'hvp' | 'jacobian' | 'hessian' | 'diagonal';
export type FamilyMode = 'all' | 'auto' | 'forward' | 'reverse';

export interface FamilyOptions {
  readonly mode?: FamilyMode;
  /** Whether to take differences; true unless told. */
  readonly check?: boolean;
  /** The direction of a product; what has none does not move. */
  readonly tangent?: Point;
  /** Weights of the output's elements, of whose sum second derivatives are taken; all ones when left out. */
  readonly cotangent?: Tensor;
  readonly seed?: number;
}

export interface FamilyAnswer {
  readonly kind: FamilyKind;
  readonly formula: string;
  readonly value: Tensor;
  /** The variables that were differentiated. */
  readonly variables: readonly Variable[];
  /** The derivative, a tensor for each variable or pair of variables. */
  readonly result: readonly Entry[];
  readonly mode: ModeName;
  readonly modes: ReadonlyMap<ModeName, readonly Entry[] | { readonly unavailable: string }>;
  /** Where every element was compared by itself. */
  readonly differences?: { readonly result: readonly Entry[]; readonly error: readonly Entry[] };
  readonly check?: Check;
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  readonly tangent?: Point;
  readonly cotangent?: Tensor;
  readonly diagnostics: readonly Diagnostic[];
}

/** Everything about one question that does not depend on the mode. */
export interface Question {
  readonly kind: FamilyKind;
  readonly problem: Problem;
  /** The function whose Jacobian is asked about: the problem, or its gradient. */
  readonly of: Problem;
  readonly sweeps: Sweeps;
  readonly layout: Layout;
  readonly direction?: Point;
  readonly second?: SecondOrder;
}

/**
 * A member of the family at a point.
 * @throws AdcError for anything wrong with the text, its names, shapes and values, and where the one mode asked for is
 * unavailable
 */
export function answerFamily(
  kind: FamilyKind,
  source: string,
  open: OpenOptions,
  options: FamilyOptions = {},
): FamilyAnswer {
  const problem = openProblem(source, open);
  const remarks: Diagnostic[] = [];
  const second = kind === 'hvp' || kind === 'hessian' || kind === 'diagonal';
  const direction = kind === 'jvp' || kind === 'hvp' ? directionOf(kind, problem, options) : undefined;
  const weights = second ? cotangentFor(problem, options.cotangent, remarks) : undefined;
  const weighed =
    weights && problem.outputShape.length + (options.cotangent ? 1 : 0) > 0 ? weights : undefined;
  const of = second ? gradientProblem(source, open, weighed) : problem;
  const question: Question = {
    kind,
    problem,
    of,
    sweeps: new Sweeps(of),
    layout: new Layout(kind, wanted(problem), of.outputShape),
    ...(direction && { direction }),
    ...(kind === 'hvp' && { second: new SecondOrder(problem, weighed) }),
  };
  const ways = waysOf(question);
  const { modes, mode, result } = taken(ways, options.mode ?? 'all', remarks);
  const hardPoints = hardPointsOf(question, weights);
  const checked =
    options.check === false
      ? undefined
      : boundedBy(problem)(() => checkElements(question, modes, mode, hardPoints, options.seed));
  return {
    kind,
    formula: source,
    value: problem.value(),
    variables: wanted(problem),
    result: question.layout.entries(result),
    mode,
    modes: new Map(
      [...modes].map(([name, m]) => [name, 'unavailable' in m ? m : question.layout.entries(m)]),
    ),
    ...(checked?.differences && { differences: checked.differences }),
    ...(checked && { check: checked.check }),
    shapes: new Map(problem.variables.map((v) => [v.name, v.shape])),
    ...(direction && { tangent: direction }),
    ...(weights && problem.outputShape.length > 0 && { cotangent: weights }),
    diagnostics: [...problem.diagnostics, ...remarks, ...hardPoints, ...(checked?.check.diagnostics ?? [])],
  };
}

/** The direction asked for, zeros where none is given. */
function directionOf(kind: string, problem: Problem, { tangent = new Map() }: FamilyOptions): Point {
  const variables = wanted(problem);
  const names = variables.map((v) => v.name);
  for (const name of tangent.keys()) {
    if (names.includes(name)) continue;
    const known = problem.variables.map((v) => v.name);
    if (known.includes(name)) throw errors.tangentOfConstant(name, names);
    throw unknownVariable(name, known, nearest(name, known));
  }
  if (tangent.size === 0) throw errors.missingTangent(kind, names);
  return new Map(
    variables.map(({ name, shape }) => {
      const given = tangent.get(name);
      if (given === undefined) return [name, zerosLike(problem.point.get(name) as Tensor)];
      const fits = given.shape.length === shape.length && given.shape.every((d, i) => d === shape[i]);
      if (!fits) throw errors.tangentShape(name, printShape(given.shape), printShape(shape));
      return [name, given];
    }),
  );
}

type Modes = ReadonlyMap<ModeName, Elements | { readonly unavailable: string }>;

/** Runs the ways that are wanted; the chosen one stands for all. */
function taken(ways: Ways, mode: FamilyMode, remarks: Diagnostic[]) {
  if (mode === 'auto') remarks.push(errors.wayChosen(ways.chosen, ways.why, ways.operations()));
  const names: readonly ModeName[] =
    mode === 'all' ? ['forward', 'reverse'] : [mode === 'auto' ? ways.chosen : mode];
  const modes = new Map<ModeName, Elements | { readonly unavailable: string }>();
  for (const name of names) modes.set(name, run(ways[name as 'forward' | 'reverse']));
  const preferred = names.includes(ways.chosen) ? [ways.chosen, ...names] : names;
  const answered = preferred.flatMap((name) => {
    const answer = modes.get(name);
    return answer === undefined || 'unavailable' in answer
      ? []
      : [{ modes: modes as Modes, mode: name, result: answer }];
  });
  // A zero of a cotangent times an infinite partial is not a number, where forward mode knows a structural zero.
  const [best, ...others] = answered;
  if (best) return others.reduce((a, b) => (b.result.unknown < a.result.unknown ? b : a), best);
  const refusals = [...modes].map(([name, m]) =>
    errors.wayUnavailable(name, 'unavailable' in m ? m.unavailable : ''),
  );
  throw new AdcError(refusals[0] as Diagnostic, ...refusals.slice(1));
}

function run(way: Way): Elements | { readonly unavailable: string } {
  return way.unavailable === undefined ? way.run() : { unavailable: way.unavailable };
}

/** Those of the program, and of its gradient where that is differentiated, weighed so that nothing cancels. */
function hardPointsOf({ problem, of }: Question, weights: Tensor | undefined): Diagnostic[] {
  const all = [...(weights ? problem.hardPoints(weights) : []), ...of.hardPoints(generic(of.outputShape))];
  const seen = new Set<string>();
  return all.filter((d) => {
    const key = `${d.code} ${d.span?.start} ${d.span?.end}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Weights without any relation to each other. */
function generic(shape: readonly number[]): Tensor {
  const golden = (Math.sqrt(5) - 1) / 2;
  const data = Float64Array.from({ length: sizeOf(shape) }, (_, k) => 1 + ((k * golden) % 1));
  return { shape, data };
}
