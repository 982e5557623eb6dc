/** Running the cases of a suite: each at its own point, or at several random ones. */
import { AdcError, type Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import type { Tensor } from '../core/tensor.js';
import type { Problem } from '../run/problem.js';
import { answerGrad, type GradAnswer } from './answer.js';
import { type Case, shiftSpans } from './cases.js';
import { type ClaimResult, judgeClaim } from './claims.js';
import type { Compiler, FreeVariable } from './compiler.js';
import { DRAWS, drawPoint } from './draw.js';
import type { Verdict } from './findings.js';
import { mixSeed, randomFrom } from './random.js';

export interface SuiteOptions {
  /** Random points for a case with variables that have no value. */
  readonly points: number;
  readonly seed: number;
  /** Relative tolerance of claims. */
  readonly tolerance: number;
}

export const suiteDefaults: SuiteOptions = { points: 3, seed: 1, tolerance: 1e-9 };

/** What reports tell of a case itself. */
export type CaseHead = Pick<Case, 'name' | 'file' | 'line' | 'formula' | 'text' | 'start' | 'quoted'>;

export interface CaseResult {
  readonly case: CaseHead;
  readonly verdict: Verdict | 'error';
  /** The answer at the point that decided the verdict, the first one if all agree. */
  readonly answer?: Pick<GradAnswer, 'value' | 'gradient' | 'check'>;
  /** How many points were tried. */
  readonly points: number;
  readonly claims: readonly ClaimResult[];
  /** Spans point into the case's text. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs one case; `index` is its place in the whole run, from which its random numbers follow. */
export function runCase(c: Case, index: number, options: SuiteOptions, compiler: Compiler): CaseResult {
  if (c.errors.length > 0) return { case: c, verdict: 'error', points: 0, claims: [], diagnostics: c.errors };
  try {
    return runPoints(c, mixSeed(options.seed, index), options, compiler);
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    const diagnostics =
      error.source === undefined
        ? shiftSpans(error.diagnostics, c.formulaStart)
        : withoutSpans(error.diagnostics);
    return { case: c, verdict: 'error', points: 0, claims: [], diagnostics };
  }
}

/** Spans into a text that is not the case's say nothing to its reader. */
function withoutSpans(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return diagnostics.map(({ span: _, ...d }) => d);
}

function open(c: Case, values: ReadonlyMap<string, Tensor>, compiler: Compiler): Problem {
  return compiler.open(c.formula, {
    values,
    ...(c.wrt && { wrt: c.wrt }),
    ...(c.of !== undefined && { of: c.of }),
  });
}

function runPoints(c: Case, seed: number, options: SuiteOptions, compiler: Compiler): CaseResult {
  const fixed = attemptOpen(c, compiler);
  if (fixed !== undefined) return runAt(c, [fixed], seed, options, compiler);
  const free = compiler.free(c.formula, c.values);
  const blocked = free.some((v) => v.known && !c.values.has(v.name));
  if (blocked) open(c, c.values, compiler);
  const problems = acceptablePoints(c, free, seed, options.points, compiler);
  if (problems.length > 0) return runAt(c, problems, seed, options, compiler);
  const missing = free.filter((v) => !c.values.has(v.name)).map((v) => v.name);
  const reason = errors.noAcceptablePoint(DRAWS, missing);
  return { case: c, verdict: 'inconclusive', points: 0, claims: [], diagnostics: [reason] };
}

/** The problem at the values that are given, or undefined where some are missing and no other error stands. */
function attemptOpen(c: Case, compiler: Compiler): Problem | undefined {
  if (c.ranges.size > 0) return undefined;
  try {
    return open(c, c.values, compiler);
  } catch (error) {
    if (error instanceof AdcError && error.diagnostics.every((d) => d.code === 'missing-value'))
      return undefined;
    throw error;
  }
}

/** Up to `count` random points at which value and gradient are finite. */
function acceptablePoints(
  c: Case,
  free: readonly FreeVariable[],
  seed: number,
  count: number,
  compiler: Compiler,
): Problem[] {
  const random = randomFrom(seed);
  const found: Problem[] = [];
  for (let attempt = 0; attempt < DRAWS && found.length < count; attempt++) {
    const problem = open(c, drawPoint(free, c.values, c.ranges, random, attempt), compiler);
    if (acceptable(problem)) found.push(problem);
  }
  return found;
}

function acceptable(problem: Problem): boolean {
  const value = problem.value();
  if (!value.data.every(Number.isFinite)) return false;
  const cotangent = { shape: value.shape, data: new Float64Array(value.data.length).fill(1) };
  const answer = problem.reverseGradient(cotangent);
  return !('gradient' in answer) || [...answer.gradient.values()].every((t) => t.data.every(Number.isFinite));
}

const order: readonly Verdict[] = ['agree', 'inconclusive', 'disagree'];

function runAt(
  c: Case,
  problems: readonly Problem[],
  seed: number,
  options: SuiteOptions,
  compiler: Compiler,
): CaseResult {
  let result: CaseResult | undefined;
  for (const problem of problems) {
    const next = runPoint(c, problem, seed, options, compiler);
    if (result === undefined || rank(next) > rank(result)) result = next;
  }
  return { ...(result as CaseResult), points: problems.length };
}

function rank(result: CaseResult): number {
  return result.verdict === 'error' ? 3 : order.indexOf(result.verdict);
}

function runPoint(
  c: Case,
  problem: Problem,
  seed: number,
  options: SuiteOptions,
  compiler: Compiler,
): CaseResult {
  const answer = answerGrad(problem, { seed, ...(c.cotangent && { cotangent: c.cotangent }) });
  const tolerance = c.tolerance ?? options.tolerance;
  const claims = c.claims.map((claim) => judgeClaim(claim, answer, problem.point, tolerance, compiler));
  const false_ = claims.flatMap(({ diagnostic }) => (diagnostic ? [diagnostic] : []));
  const unjudged = false_.some((d) => d.code !== 'claim-false');
  const checked = answer.check?.verdict ?? 'inconclusive';
  const verdict = unjudged ? 'error' : false_.length > 0 ? 'disagree' : checked;
  const diagnostics = [...false_, ...shiftSpans(answer.diagnostics, c.formulaStart)];
  return { case: c, verdict, answer, points: 1, claims, diagnostics };
}
