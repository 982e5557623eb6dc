/**
 * The derivative of a function of one variable to 50 digits, from its values alone.
 *
 * Central differences with steps h and h/2 and one extrapolation: D(h) = f′ + c·h² + …, so R = (4·D(h/2) − D(h))/3
 * leaves c′·h⁴. With h 30 digits below the scale of the variable, in numbers of 120 digits, truncation is around 10⁻⁶⁰
 * and rounding around 10⁻⁹⁰. |D(h/2) − R| bounds the error of R; what it leaves short of 50 digits is tried again
 * with another scale, or with more digits.
 */
import * as why from '../../core/errors/reference.js';
import { type Big, type Bigs, DIGITS } from './numbers.js';
import { type Element, Undefined } from './rows.js';

/** The function at some precision. */
export interface Moved {
  readonly k: Bigs;
  /** The value at distance t from the point, with the path that was taken. */
  readonly at: (t: Big) => Sample;
  /** The value at the point. */
  readonly base: Sample;
}

export interface Sample {
  readonly sum: Element;
  /** Σ |terms| of the sum: what rounding is relative to. */
  readonly size: Big;
  readonly path: string;
}

/** A slope; or why there is none, and whether more digits may tell otherwise. */
type Attempt = { readonly slope: Big } | { readonly failed: string; readonly finer: boolean };

/** Digits to work with, and how many of them h is below the scale of the variable. */
interface Depth {
  readonly digits: number;
  readonly step: number;
  /** Slopes below 10 to this negative power are left to more digits, and are zero where there are none. */
  readonly least: number;
}

const ORDINARY: Depth = { digits: 120, step: 30, least: 30 };
/** For derivatives far below the rounding of the value, like that of a sigmoid far out, and for very steep functions. */
const DEEP: Depth = { digits: 520, step: 150, least: 330 };
/** Last digits of a value that rounding may have touched. */
const GUARD = 8;

interface Trial extends Depth {
  readonly scale: number;
  readonly precision: number;
}

/**
 * The slope at the point.
 * @param x where the point is along the variable
 * @throws Unavailable where there is none, or it cannot be had to 50 digits
 */
export function slopeAt(x: number, place: string, moved: (precision: number) => Moved): Big {
  const large = Math.max(1, Math.abs(x));
  const small = x === 0 ? 1 : Math.min(1, Math.abs(x));
  const gap = Math.ceil(Math.log10(large / small));
  const trials = [ORDINARY, DEEP].flatMap((depth): Trial[] => {
    const coarse = { ...depth, scale: large, precision: depth.digits };
    return gap > 0 ? [coarse, { ...depth, scale: small, precision: depth.digits + gap }] : [coarse];
  });
  let failure = '';
  let finer = false;
  for (const trial of trials) {
    if (trial.digits === DEEP.digits && !finer) break;
    const attempt = differentiate(moved(trial.precision), trial, place);
    if ('slope' in attempt) return attempt.slope;
    failure = attempt.failed;
    finer = attempt.finer;
  }
  throw new why.Unavailable(failure);
}

const same = (a: Sample, b: Sample) =>
  !(a.sum instanceof Undefined) && !(b.sum instanceof Undefined) && a.path === b.path && a.sum.eq(b.sum);

function differentiate(
  { k, at, base }: Moved,
  { scale, step, least, digits }: Trial,
  place: string,
): Attempt {
  const deep = digits === DEEP.digits;
  const h = k.num(scale).mul(k.num(`1e-${step}`));
  const half = h.div(2);
  const samples = [at(h), at(h.neg())];
  if (deep && samples.every((s) => same(s, base))) return { slope: k.zero };
  samples.push(at(half), at(half.neg()));
  const missing = [base, ...samples].find(({ sum }) => sum instanceof Undefined)?.sum;
  if (missing instanceof Undefined) return { failed: missing.why, finer: false };
  if (samples.some((s) => s.path !== base.path)) return { failed: why.branchHere(place), finer: false };
  const [f1, g1, f2, g2] = samples.map((s) => s.sum) as [Big, Big, Big, Big];
  const f0 = base.sum as Big;
  const size = samples.reduce((most, s) => (s.size.gt(most) ? s.size : most), base.size);
  const rounding = size.mul(k.num(`1e-${k.precision - GUARD}`)).div(h);
  const floor = k.num(`1e-${least}`);
  const resolved = (slope: Big) => slope.abs().gt(rounding) && slope.abs().gt(floor);
  if (isBent([f1, f0, g1], [f2, f0, g2], (bend) => resolved(bend.div(h))))
    return { failed: why.kinkHere(place), finer: true };
  const coarse = f1.sub(g1).div(h).div(2);
  const fine = f2.sub(g2).div(h);
  const slope = fine.mul(4).sub(coarse).div(3);
  if (!resolved(slope)) return deep ? { slope: k.zero } : { failed: why.notSettled(place), finer: true };
  const error = fine.sub(slope).abs();
  if (error.lte(slope.abs().mul(k.num(`1e-${DIGITS + 2}`)))) return { slope };
  return { failed: why.notSettled(place), finer: true };
}

type Three = readonly [ahead: Big, here: Big, behind: Big];

/**
 * Whether the slopes to the left and right stay apart as the step is halved. Those of a smooth function come closer by
 * a half; of a kink they stay, of a jump they move apart.
 */
function isBent(wide: Three, narrow: Three, resolved: (bend: Big) => boolean): boolean {
  const bendOf = ([ahead, here, behind]: Three) => ahead.sub(here).sub(here.sub(behind)).abs();
  const bend = bendOf(narrow).mul(2);
  const steep = narrow[0].sub(narrow[2]).abs();
  return bend.gt(bendOf(wide).mul(0.75)) && bend.gt(steep.mul(1e-10)) && resolved(bend);
}
