/**
 * The reference: value and gradient to 50 digits, the error of each mode in units in the last place, and what that
 * says about the verdict. Big numbers are loaded when it is first asked for.
 */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/reference.js';
import { scalar, sizeOf, type Tensor } from '../../core/tensor.js';
import type { ModeAnswer, Point, Problem } from '../../run/problem.js';
import type { GradAnswer } from '../answer.js';
import type { Check, ModeName } from '../findings.js';
import { wanted } from '../function.js';
import { Budget } from './interpret.js';
import {
  type Bench,
  gradientSubject,
  type Judgement,
  judge,
  nudged,
  type Turn,
  valueSubject,
} from './judge.js';
import { type Bigs, DIGITS, digitsOf, loadBigs } from './numbers.js';
import type { BigTensor } from './tensors.js';
import { type Truth, truthOf } from './truth.js';
import { gradientUlps, valueUlps } from './ulps.js';

/** Numbers as decimal texts. */
export interface Decimals {
  readonly shape: readonly number[];
  readonly data: readonly string[];
}

export type ReferenceAnswer =
  | { readonly unavailable: string }
  | {
      readonly digits: number;
      readonly value: Decimals;
      readonly gradient: ReadonlyMap<string, Decimals>;
      /** Errors in units in the last place of the truth. */
      readonly ulps: { readonly value: Tensor; readonly modes: ReadonlyMap<ModeName, Point> };
    };

/** An answer of `grad` that has a reference. */
export type Referenced = GradAnswer & { readonly reference: ReferenceAnswer };

/** Work for a truth, and for each mode that has to be judged, in microseconds of an ordinary machine. */
const WORK = 5e6;
/** Digits in which the modes' programs are run. */
const WORKING = 120;

/** An answer of `grad` with its reference; what the reference settles changes the verdict and its reasons. */
export async function withReference(problem: Problem, answer: GradAnswer): Promise<Referenced> {
  const cotangent = answer.cotangent ?? scalar(1);
  const bigs = await loadBigs();
  const components = wanted(problem).reduce((n, v) => n + sizeOf(v.shape), 0);
  const budget = () => new Budget(WORK, errors.tooMuch(components));
  try {
    return settle(problem, answer, cotangent, bigs, budget);
  } catch (error) {
    if (!(error instanceof errors.Unavailable)) throw error;
    return { ...answer, reference: { unavailable: error.message } };
  }
}

function settle(
  problem: Problem,
  answer: GradAnswer,
  cotangent: Tensor,
  bigs: (precision: number) => Bigs,
  budget: () => Budget,
): Referenced {
  const truth = truthOf(problem, cotangent, bigs, budget());
  const moved = new Map<Turn, Truth>();
  const k = bigs(WORKING);
  const bench: Bench = {
    k,
    truth,
    moved: (turn) => {
      const literals = (own: Bigs) => nudged(own, turn);
      const found = moved.get(turn) ?? truthOf(problem, cotangent, bigs, budget(), literals);
      moved.set(turn, found);
      return found;
    },
    variables: answer.variables,
    budget,
  };
  const answered = gradients(answer.modes);
  const judgements = new Map<ModeName | 'value', Judgement>();
  const valueRun = problem.valueRun?.();
  if (valueRun)
    judgements.set(
      'value',
      judge(k, valueSubject(bench, answer.value, problem.interpretedValue(), valueRun)),
    );
  for (const [mode, gradient] of answered)
    judgements.set(
      mode,
      judge(k, gradientSubject(bench, mode, gradient, problem.modeRuns?.(mode, cotangent) ?? [])),
    );
  const reference: ReferenceAnswer = {
    digits: DIGITS,
    value: decimals(truth.value),
    gradient: new Map([...truth.gradient].map(([name, t]) => [name, decimals(t)])),
    ulps: {
      value: valueUlps(k, truth, answer.value),
      modes: new Map([...answered].map(([mode, g]) => [mode, gradientUlps(k, truth, g)])),
    },
  };
  return conclude({ ...answer, reference }, [...judgements.values()]);
}

function gradients(modes: ReadonlyMap<ModeName, ModeAnswer>): Map<ModeName, Point> {
  return new Map([...modes].flatMap(([mode, a]) => ('gradient' in a ? [[mode, a.gradient] as const] : [])));
}

function decimals({ shape, data }: BigTensor): Decimals {
  return { shape, data: data.map((x) => digitsOf(x as never)) };
}

/** What the differences had to say, which a reference knows better. */
const overruled = (d: Diagnostic) => d.code === 'difference-useless' || d.code === 'modes-disagree';

/**
 * The verdict that follows: `disagree` where a rule or the generated code is wrong, `inconclusive` where digits are
 * lost, and otherwise `agree`, unless a convention was used or something is not finite.
 */
function conclude(answer: Referenced, judgements: readonly Judgement[]): Referenced {
  const { check } = answer;
  const kinked = answer.diagnostics.some((d) => d.code === 'kink');
  const wrong = judgements.some((j) => j.kind === 'wrong') && !kinked;
  const fine = judgements.every((j) => j.kind === 'fine');
  const found = told(judgements, kinked);
  const rest = check?.diagnostics.filter((d) => !overruled(d)) ?? [];
  const open = kinked || rest.some((d) => d.code === 'not-finite');
  const verdict = wrong ? 'disagree' : !fine || open ? 'inconclusive' : 'agree';
  const news = fine && check && check.verdict !== verdict ? [errors.settled()] : [];
  const revised: Check | undefined = check && {
    ...check,
    verdict,
    diagnostics: [...found, ...rest, ...news],
  };
  const others = answer.diagnostics.filter((d) => !check?.diagnostics.includes(d));
  return {
    ...answer,
    ...(revised && { check: revised }),
    diagnostics: [...others, ...(revised?.diagnostics ?? found)],
  };
}

/** What was found, with the modes that are off at the same component told together. */
function told(judgements: readonly Judgement[], kinked: boolean): Diagnostic[] {
  const found: Diagnostic[] = [];
  const lost = new Map<string | undefined, (Judgement & { kind: 'lost' })[]>();
  const conventional: (Judgement & { kind: 'wrong' })[] = [];
  for (const j of judgements) {
    if (j.kind === 'lost') lost.set(j.off.place, [...(lost.get(j.off.place) ?? []), j]);
    else if (j.kind === 'wrong' && kinked) conventional.push(j);
    else if (j.kind !== 'fine') found.push(j.diagnostic);
  }
  const names = (some: readonly { readonly name: string }[]) => some.map((j) => j.name);
  for (const same of lost.values()) {
    const worst = same.reduce((a, b) => (b.digits < a.digits ? b : a));
    found.push(errors.digitsLost(names(same), worst.off, worst.digits));
  }
  const [first] = conventional;
  if (first) found.push(errors.differsByConvention(names(conventional), first.off));
  return found;
}
