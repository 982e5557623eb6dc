/** Claims of a suite: what a case says its value and gradient are, against what they are. */
import { parseExpression } from '../../grammar/index.js';
import { printShape } from '../core/affine.js';
import { AdcError, type Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/check.js';
import { nearest } from '../core/suggest.js';
import { indexOf, type Tensor } from '../core/tensor.js';
import type { Point } from '../run/problem.js';
import type { GradAnswer } from './answer.js';
import type { Claim } from './cases.js';
import type { Compiler } from './compiler.js';
import type { ModeName } from './findings.js';

export interface ClaimResult {
  /** `value`, `grad x`. */
  readonly claim: string;
  readonly holds: boolean;
  /** The largest error, relative to the scale of its element. */
  readonly error?: number;
  readonly tolerance: number;
  /** A false claim, or why it could not be judged. */
  readonly diagnostic?: Diagnostic;
}

/** Judges a claim. @throws AdcError where its formula is wrong. */
export function judgeClaim(
  claim: Claim,
  answer: GradAnswer,
  point: Point,
  tolerance: number,
  compiler: Compiler,
): ClaimResult {
  const what = [claim.kind, ...claim.names].join(' ');
  const allowed = claim.tolerance ?? tolerance;
  const failed = (diagnostic: Diagnostic): ClaimResult => ({
    claim: what,
    holds: false,
    tolerance: allowed,
    diagnostic: claim.span ? { ...diagnostic, span: claim.span } : diagnostic,
  });
  if (claim.kind === 'jac' || claim.kind === 'hess') return failed(errors.claimUnsupported(what));
  const name = claim.names[0] ?? '';
  const [first, ...others] = claim.kind === 'value' ? [{ found: answer.value }] : gradientsOf(answer, name);
  const found = first?.found;
  if (found === undefined) {
    const known = answer.variables.map((v) => v.name);
    return failed(errors.claimUnknownVariable(name, nearest(name, known)));
  }
  const claimed = spread(evaluate(claim, point, compiler), found);
  if (claimed === undefined) {
    const given = evaluate(claim, point, compiler);
    return failed(errors.claimShape(what, printShape(given.shape), printShape(found.shape)));
  }
  let worst = 0;
  for (const one of [first as Found, ...others]) {
    const { offset, error } = worstElement(claimed, one.found);
    worst = Math.max(worst, error);
    if (error <= allowed) continue;
    const place = one.found.shape.length === 0 ? '' : errors.placeName('', indexOf(one.found.shape, offset));
    const [a, b] = [claimed.data[offset] as number, one.found.data[offset] as number];
    const wrong = errors.claimFalse(what, place, a, b, likelyCause(claimed, one.found), one.mode);
    return { ...failed(wrong), error };
  }
  return { claim: what, holds: true, error: worst, tolerance: allowed };
}

/** A gradient, and the mode that gave it where that is not the one which stands for all. */
interface Found {
  readonly found: Tensor;
  readonly mode?: ModeName;
}

/** What a claim about a gradient has to hold of: the answer of every mode that has one, the answer given first. */
function gradientsOf(answer: GradAnswer, name: string): Found[] {
  const given = answer.gradient.get(name);
  if (given === undefined) return [];
  const others = [...answer.modes].flatMap(([mode, of]): Found[] => {
    const found = mode !== answer.mode && 'gradient' in of ? of.gradient.get(name) : undefined;
    return found ? [{ found, mode }] : [];
  });
  return [{ found: given }, ...others];
}

function evaluate(claim: Claim, point: Point, compiler: Compiler): Tensor {
  if ('tensor' in claim.claimed) return claim.claimed.tensor;
  const { formula } = claim.claimed;
  try {
    const names = compiler.free(formula, new Map()).map((v) => v.name);
    if (names.length === 0) return compiler.constant(parseExpression(formula), formula);
    const values = new Map([...point].filter(([name]) => names.includes(name)));
    return compiler.open(formula, { values }).value();
  } catch (error) {
    if (error instanceof AdcError) error.source = formula;
    throw error;
  }
}

/** A scalar claim speaks of every element; other shapes must be the same. */
function spread(claimed: Tensor, found: Tensor): Tensor | undefined {
  if (claimed.shape.length === 0 && found.shape.length > 0)
    return { shape: found.shape, data: new Float64Array(found.data.length).fill(claimed.data[0] as number) };
  const same =
    claimed.shape.length === found.shape.length && claimed.shape.every((d, k) => d === found.shape[k]);
  return same ? claimed : undefined;
}

/** The element with the largest error relative to max(|claimed|, |found|, 10⁻³ of the largest); absolute if all is 0. */
function worstElement(claimed: Tensor, found: Tensor): { offset: number; error: number } {
  let largest = 0;
  for (const v of claimed.data) if (Number.isFinite(v)) largest = Math.max(largest, Math.abs(v));
  let worst = { offset: 0, error: 0 };
  claimed.data.forEach((c, offset) => {
    const f = found.data[offset] as number;
    if (Object.is(c, f) || c === f) return;
    const scale =
      largest === 0 ? 1 : Math.max(Math.abs(c), Math.min(Math.abs(f), 1e3 * largest), 1e-3 * largest);
    const distance = Math.abs(c - f);
    const error = Number.isFinite(distance) ? distance / scale : Number.POSITIVE_INFINITY;
    if (error > worst.error) worst = { offset, error };
  });
  return worst;
}

/** A sign or a constant factor, where every element is off by the same one. */
function likelyCause(claimed: Tensor, found: Tensor): string | undefined {
  let ratio: number | undefined;
  for (let i = 0; i < claimed.data.length; i++) {
    const c = claimed.data[i] as number;
    const f = found.data[i] as number;
    if (c === 0 && f === 0) continue;
    const r = c / f;
    if (
      !Number.isFinite(r) ||
      r === 0 ||
      (ratio !== undefined && Math.abs(r - ratio) > 1e-9 * Math.abs(ratio))
    )
      return undefined;
    ratio = r;
  }
  if (ratio === undefined) return undefined;
  if (Math.abs(ratio + 1) < 1e-9) return 'the sign is wrong';
  const simple = [2, 3, 4, 5, 6, 8, 10].find(
    (k) => Math.abs(ratio * k - 1) < 1e-9 || Math.abs(ratio / k - 1) < 1e-9,
  );
  if (simple !== undefined)
    return `the claim is ${ratio > 1 ? `${simple} times` : `1/${simple} of`} what was found`;
  return claimed.data.length > 1
    ? `the claim is ${Number(ratio.toPrecision(6))} times what was found`
    : undefined;
}
