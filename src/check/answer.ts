/** What `grad` answers: value, gradient by every mode, and the verdict of the comparison. */
import { printShape } from '../core/affine.js';
import { withIterations } from '../core/deadline.js';
import { AdcError, type Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import { wayChosen } from '../core/errors/family.js';
import { scalar, sizeOf, type Tensor } from '../core/tensor.js';
import type { ModeAnswer, Point, Problem, Variable } from '../run/problem.js';
import { adjointsOf } from '../run/retain.js';
import { Sweeps } from '../run/sweeps.js';
import { compare } from './compare.js';
import { type Differences, takeDifferences } from './differences.js';
import type { Check, ModeName } from './findings.js';
import { wanted } from './function.js';
import type { ReferenceAnswer } from './reference/index.js';

export type ModeChoice = ModeName | 'auto' | 'all';

export interface GradOptions {
  readonly mode?: ModeChoice;
  /** Whether to take differences; true unless told. */
  readonly check?: boolean;
  /** Weights of the output's elements; all ones when left out. */
  readonly cotangent?: Tensor;
  readonly seed?: number;
  /** Names of intermediates whose adjoints are wanted as well. */
  readonly retain?: readonly string[];
}

export interface GradAnswer {
  readonly formula: string;
  readonly value: Tensor;
  /** The variables that were differentiated. */
  readonly variables: readonly Variable[];
  readonly gradient: Point;
  /** The mode whose gradient `gradient` is. */
  readonly mode: ModeName;
  readonly modes: ReadonlyMap<ModeName, ModeAnswer>;
  readonly expressions?: ReadonlyMap<string, string>;
  readonly differences?: Differences;
  readonly check?: Check;
  /** Value and gradient to 50 digits, where they were asked for. */
  readonly reference?: ReferenceAnswer;
  /** Shapes of all variables, data included. */
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** There when the output was not scalar. */
  readonly cotangent?: Tensor;
  /** The adjoints of intermediates that were asked for, by name. */
  readonly retained?: Point;
  readonly diagnostics: readonly Diagnostic[];
}

const every: readonly ModeName[] = ['forward', 'reverse', 'symbolic'];

/**
 * Value, gradient and check of a problem.
 * @throws AdcError when the cotangent's shape is not the output's, or the one mode asked for is unavailable.
 */
export function answerGrad(problem: Problem, options: GradOptions = {}): GradAnswer {
  const variables = wanted(problem);
  const remarks: Diagnostic[] = [];
  const cotangent = cotangentFor(problem, options.cotangent, remarks);
  const chosen = options.mode === 'auto' ? chooseMode(problem, variables, remarks) : (options.mode ?? 'all');
  const value = problem.value();
  const modes = new Map<ModeName, ModeAnswer>();
  for (const mode of chosen === 'all' ? every : [chosen]) modes.set(mode, runMode(problem, mode, cotangent));
  const { mode, gradient } = pick(modes, chosen);
  const hardPoints = problem.hardPoints(cotangent);
  const finite = value.data.every(Number.isFinite);
  const bounded = options.check === false ? undefined : boundedBy(problem);
  const differences =
    finite && variables.length > 0
      ? bounded?.(() =>
          takeDifferences(problem, cotangent, {
            expected: gradient,
            ...(options.seed !== undefined && { seed: options.seed }),
          }),
        )
      : undefined;
  const check = bounded?.(() =>
    compare({
      variables,
      point: problem.point,
      value,
      interpreted: problem.interpretedValue(),
      modes,
      hardPoints,
      ...(problem.insight && { insight: problem.insight(cotangent) }),
      ...(differences && { differences }),
    }),
  );
  const expressions = modes.has('symbolic') ? problem.symbolicExpressions(cotangent) : undefined;
  return {
    formula: problem.source,
    value,
    variables,
    gradient,
    mode,
    modes,
    ...(expressions instanceof Map && { expressions }),
    ...(differences && { differences }),
    ...(check && { check }),
    shapes: new Map(problem.variables.map((v) => [v.name, v.shape])),
    ...(problem.outputShape.length > 0 && { cotangent }),
    ...(options.retain && { retained: retainedOf(problem, options.retain, cotangent) }),
    diagnostics: [...problem.diagnostics, ...remarks, ...hardPoints, ...(check?.diagnostics ?? [])],
  };
}

/** Runs work in which loops are given up that run much longer than at the point: beside it, they may never end. */
export function boundedBy(problem: Problem): <T>(work: () => T) => T {
  const iterations = problem.iterations?.();
  return (work) => (iterations === undefined ? work() : withIterations(1000 + 2 * iterations, work));
}

function retainedOf(problem: Problem, names: readonly string[], cotangent: Tensor): Point {
  const func = problem.lowered ?? problem.main;
  const args = func.params.map((p) => problem.point.get(p.name) as Tensor);
  return adjointsOf(func, args, names, cotangent);
}

export function cotangentFor(problem: Problem, given: Tensor | undefined, remarks: Diagnostic[]): Tensor {
  const shape = problem.outputShape;
  if (given !== undefined) {
    const fits = given.shape.length === shape.length && given.shape.every((d, i) => d === shape[i]);
    if (!fits) throw new AdcError(errors.cotangentShape(printShape(given.shape), printShape(shape)));
    return given;
  }
  if (shape.length === 0) return scalar(1);
  remarks.push(errors.differentiatedSum(printShape(shape)));
  return { shape, data: new Float64Array(sizeOf(shape)).fill(1) };
}

/** Forward where one sweep gives the gradient, reverse otherwise: a gradient has one output. */
function chooseMode(problem: Problem, variables: readonly Variable[], remarks: Diagnostic[]): ModeName {
  const inputs = variables.reduce((n, v) => n + sizeOf(v.shape), 0);
  const mode = inputs <= 1 && sizeOf(problem.outputShape) >= inputs ? 'forward' : 'reverse';
  const why = inputs <= 1 ? 'one input takes one forward sweep' : `${inputs} inputs take one reverse sweep`;
  const sweeps = new Sweeps(problem);
  remarks.push(
    wayChosen(mode, why, [
      ['forward', inputs * sweeps.cost('tangent')],
      ['reverse', sweeps.cost('cotangent')],
    ]),
  );
  return mode;
}

function runMode(problem: Problem, mode: ModeName, cotangent: Tensor): ModeAnswer {
  if (mode === 'forward') return problem.forwardGradient(cotangent);
  return mode === 'reverse' ? problem.reverseGradient(cotangent) : problem.symbolicGradient(cotangent);
}

/** Reverse stands for all modes; whatever answered stands in for a mode that could not. */
function pick(modes: ReadonlyMap<ModeName, ModeAnswer>, chosen: ModeName | 'all') {
  const order: ModeName[] = chosen === 'all' ? ['reverse', 'forward', 'symbolic'] : [chosen];
  for (const mode of order) {
    const answer = modes.get(mode);
    if (answer !== undefined && 'gradient' in answer) return { mode, gradient: answer.gradient };
  }
  const refusals = [...modes].map(([mode, answer]) =>
    errors.modeUnavailable(mode, 'unavailable' in answer ? answer.unavailable : ''),
  );
  throw new AdcError(refusals[0] as Diagnostic, ...refusals.slice(1));
}
