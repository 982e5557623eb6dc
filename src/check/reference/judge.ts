/**
 * What the truth says about each mode.
 *
 * A component that is off by more than 10⁻¹⁰ of its scale has lost digits, and two things can be at fault: the rule or
 * rounding. They are told apart by running the mode's own program on big numbers. If it gives the truth there, the rule
 * is right and the formula, computed in doubles, loses the digits; if not, the rule is wrong. Literals in programs and
 * formula are rounded, so what moving them by a rounding changes is allowed for. Generated code that computes anything
 * but what the interpreter does is wrong as well.
 */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/reference.js';
import type { Tensor } from '../../core/tensor.js';
import type { ModeRun } from '../../run/modes.js';
import type { Point, Variable } from '../../run/problem.js';
import { placeOf } from '../findings.js';
import type { BigOptions, Budget } from './interpret.js';
import { type Big, type Bigs, shortly } from './numbers.js';
import { exactGradient, exactResults, interpretedGradient } from './programs.js';
import { type Element, Undefined } from './rows.js';
import type { BigTensor } from './tensors.js';
import type { Truth } from './truth.js';

/** Errors up to this, relative to the scale of a component, are rounding that needs no explanation. */
const FINE = 1e-10;
/** What a program on big numbers may be off by. */
const EXACT = 1e-30;
/** Roundings of literals that may add up. */
const NUDGES = 16;
const ROUNDING = 2 ** -53;
type Literals = NonNullable<BigOptions['literals']>;

/** Literals are moved up and down by turns, or in pairs. */
export type Turn = 0 | 1;
const TURNS: readonly Turn[] = [0, 1];

/** A mode (or the value) as components side by side with the truth. */
export interface Column {
  readonly place: string | undefined;
  readonly got: number;
  readonly truth: Big;
  /** What an error is relative to. */
  readonly scale: Big;
}

export interface Subject {
  readonly name: string;
  readonly columns: readonly Column[];
  /** The same components from the subject's program, on big numbers, with literals of its own or moved. */
  readonly exact: (literals?: Literals) => readonly Element[];
  /** The same from the interpreter. */
  readonly interpreted: () => readonly number[];
  /** The truth of the formula with its literals moved by a rounding. */
  readonly moved: (turn: Turn) => readonly Big[];
}

/** What is wrong with a mode, if anything: digits that rounding took, or an error. */
export type Judgement =
  | { readonly kind: 'fine' }
  | { readonly kind: 'lost'; readonly name: string; readonly off: errors.Off; readonly digits: number }
  | {
      readonly kind: 'wrong';
      readonly name: string;
      readonly off: errors.Off;
      readonly diagnostic: Diagnostic;
    }
  | { readonly kind: 'unknown'; readonly diagnostic: Diagnostic };

/** Below the smallest doubles nothing is relative. */
const TINY = 2 ** -1070;

const isOff = ({ got, truth, scale }: Column, k: Bigs): boolean => {
  if (got === truth.toNumber()) return false;
  if (!Number.isFinite(got)) return true;
  const error = k.num(got).sub(truth).abs();
  return error.gt(scale.mul(FINE)) && error.gt(TINY);
};

/** Judges a mode by its components; the worst of them, or the first that is wrong, is told. */
export function judge(k: Bigs, subject: Subject): Judgement {
  const off = subject.columns.flatMap((c, i) => (isOff(c, k) ? [i] : []));
  const [first] = off;
  if (first === undefined) return { kind: 'fine' };
  try {
    return explain(k, subject, off);
  } catch (error) {
    if (!(error instanceof errors.Unavailable)) throw error;
    return {
      kind: 'unknown',
      diagnostic: errors.causeUnknown(subject.name, offOf(subject, first), error.message),
    };
  }
}

function offOf({ columns }: Subject, i: number): errors.Off {
  const { place, got, truth } = columns[i] as Column;
  return { place, got, truth: shortly(truth) };
}

function explain(k: Bigs, subject: Subject, off: readonly number[]): Judgement {
  const { name, columns } = subject;
  const interpreted = subject.interpreted();
  const different = off.find((i) => !sameNumber(interpreted[i] as number, columns[i]?.got as number));
  if (different !== undefined) {
    const found = offOf(subject, different);
    const diagnostic = errors.codeWrong(name, found, interpreted[different] as number);
    return { kind: 'wrong', name, off: found, diagnostic };
  }
  const culprit = off.find((i) => !follows(k, subject, i));
  if (culprit !== undefined) {
    const found = offOf(subject, culprit);
    const diagnostic = errors.ruleWrong(name, found, shortly(subject.exact()[culprit] as Big));
    return { kind: 'wrong', name, off: found, diagnostic };
  }
  const worst = off.reduce((a, b) => (relative(subject, b) > relative(subject, a) ? b : a));
  const digits = Math.max(0, Math.floor(-Math.log10(relative(subject, worst))));
  return { kind: 'lost', name, off: offOf(subject, worst), digits };
}

const sameNumber = (a: number, b: number) => a === b || (Number.isNaN(a) && Number.isNaN(b));

function relative({ columns }: Subject, i: number): number {
  const { got, truth, scale } = columns[i] as Column;
  if (!Number.isFinite(got)) return Number.POSITIVE_INFINITY;
  return truth.sub(got).abs().div(scale).toNumber();
}

/**
 * Whether the program computes the truth when nothing is rounded but its literals. Where it is not defined, nothing is
 * held against it.
 */
function follows(k: Bigs, subject: Subject, i: number): boolean {
  const own = subject.exact()[i] as Element;
  if (own instanceof Undefined) return true;
  const { truth, scale } = subject.columns[i] as Column;
  const error = own.sub(truth).abs();
  let tolerance = scale.mul(EXACT);
  if (error.lte(tolerance)) return true;
  for (const turn of TURNS) {
    const moved = subject.exact(nudged(k, turn))[i] as Element;
    if (moved instanceof Undefined) return true;
    const truthMoved = subject.moved(turn)[i] as Big;
    const spread = moved.sub(own).abs().add(truthMoved.sub(truth).abs());
    tolerance = tolerance.add(spread.mul(NUDGES));
  }
  return error.lte(tolerance);
}

/** Literals moved by a rounding; whole numbers are exact. */
export function nudged(k: Bigs, turn: Turn): Literals {
  return () => {
    let n = 0;
    return (x) => {
      if (Number.isInteger(x)) return k.num(x);
      const up = ((n++ >> turn) & 1) === 0;
      return k.num(x).mul(k.one.add(k.num(up ? ROUNDING : -ROUNDING)));
    };
  };
}

/** Everything that judging the modes of a problem needs. */
export interface Bench {
  readonly k: Bigs;
  readonly truth: Truth;
  /** The truth with the literals of the formula moved. */
  readonly moved: (turn: Turn) => Truth;
  readonly variables: readonly Variable[];
  readonly budget: () => Budget;
}

/** max(|tᵢ|, 10⁻³·max|t|): what an error of a component is relative to; 1 where all are zero. */
export function scaleOf(k: Bigs, all: readonly Big[]): (t: Big) => Big {
  const largest = all.reduce((most, t) => (t.abs().gt(most) ? t.abs() : most), k.zero);
  if (largest.isZero()) return () => k.one;
  const least = largest.mul(1e-3);
  return (t) => (t.abs().gt(least) ? t.abs() : least);
}

const flat = (variables: readonly Variable[], point: ReadonlyMap<string, BigTensor>): Element[] =>
  variables.flatMap((v) => [...(point.get(v.name) as BigTensor).data]);

/** A mode's gradient as a subject to be judged. */
export function gradientSubject(
  bench: Bench,
  name: string,
  gradient: Point,
  runs: readonly ModeRun[],
): Subject {
  const { k, truth, variables } = bench;
  const scale = scaleOf(k, flat(variables, truth.gradient) as Big[]);
  const columns = variables.flatMap((v) =>
    Array.from((gradient.get(v.name) as Tensor).data, (got, i) => {
      const t = truth.gradient.get(v.name)?.data[i] as Big;
      return { place: placeOf(v, i), got, truth: t, scale: scale(t) };
    }),
  );
  const doubles = () => {
    const point = interpretedGradient(runs, variables);
    return variables.flatMap((v) => [...(point.get(v.name) as Tensor).data]);
  };
  return {
    name,
    columns,
    exact: remembered((literals) =>
      flat(
        variables,
        exactGradient(k, runs, variables, { budget: bench.budget(), ...(literals && { literals }) }),
      ),
    ),
    interpreted: doubles,
    moved: (turn) => flat(variables, bench.moved(turn).gradient) as Big[],
  };
}

/** The value as a subject to be judged. */
export function valueSubject(bench: Bench, value: Tensor, interpreted: Tensor, run: ModeRun): Subject {
  const { k, truth } = bench;
  const truths = truth.value.data as readonly Big[];
  const scale = scaleOf(k, truths);
  return {
    name: 'value',
    columns: truths.map((t, i) => ({
      place: undefined,
      got: value.data[i] as number,
      truth: t,
      scale: scale(t),
    })),
    exact: remembered((literals) => {
      const options = { budget: bench.budget(), ...(literals && { literals }) };
      return (exactResults(k, run, options)[0] as BigTensor).data;
    }),
    interpreted: () => [...interpreted.data],
    moved: (turn) => bench.moved(turn).value.data as readonly Big[],
  };
}

/** The components with literals as they are, computed once. */
function remembered(compute: Subject['exact']): Subject['exact'] {
  let known: readonly Element[] | undefined;
  return (literals) => {
    if (literals) return compute(literals);
    known ??= compute();
    return known;
  };
}
