/** What comparing derivatives and running suites has to say: one constructor for each message. */

import type { Code } from '../codes.js';
import { brief, type Diagnostic, type Severity } from '../diagnostic.js';
import type { Span } from '../span.js';
import { listed } from './text.js';

function say(
  severity: Severity,
  code: Code,
  message: string,
  hint?: string,
  data?: Record<string, unknown>,
): Diagnostic {
  return brief({ severity, code, message, ...(hint !== undefined && { hint }), ...(data && { data }) });
}

/** A place in the formula; a symbolic derivative has none of its own. */
const at = (span: Span) => (span.end > span.start ? { span } : {});

const digits = (x: number) => (Number.isFinite(x) ? String(Number(x.toPrecision(6))) : String(x));
/** One digit, rounded up: what is claimed of an error must hold. */
function roughly(x: number): string {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return String(x);
  const text = x.toExponential(0);
  const up = Number(text) >= x ? text : (Number(text) + Number(`1e${text.split('e')[1]}`)).toExponential(0);
  return up.replace('e+', 'e');
}

/** `x[1, 2]`, or `x` for a scalar. */
export function placeName(variable: string, index: readonly number[]): string {
  return index.length === 0 ? variable : `${variable}[${index.join(', ')}]`;
}

export const disagreesWithDifference = (
  mode: string,
  place: string,
  got: number,
  difference: number,
  error: number,
) =>
  say(
    'error',
    'modes-disagree',
    `${mode} gives ${digits(got)} for the derivative with respect to ${place}, central differences give ${digits(difference)} ± ${roughly(error)}`,
    'one of them is wrong: please report this formula',
    { mode, place, got, difference, error },
  );

export const disagreesAlongDirection = (
  mode: string,
  k: number,
  got: number,
  difference: number,
  error: number,
) =>
  say(
    'error',
    'modes-disagree',
    `along random direction ${k + 1}, ${mode} gives ${digits(got)} and central differences give ${digits(difference)} ± ${roughly(error)}`,
    'one of them is wrong: please report this formula',
    { mode, direction: k, got, difference, error },
  );

export const modesContradict = (mode: string, other: string, place: string, got: number, reference: number) =>
  say(
    'error',
    'modes-disagree',
    `${mode} gives ${digits(got)} and ${other} gives ${digits(reference)} for the derivative with respect to ${place}`,
    'one of them is wrong: please report this formula',
    { mode, other, place, got, reference },
  );

export const valuesContradict = (generated: number, interpreted: number) =>
  say(
    'error',
    'modes-disagree',
    `the generated code computes ${generated} where the interpreter computes ${interpreted}`,
    'one of them is wrong: please report this formula',
  );

export const differenceUseless = (place: string, estimate: number) =>
  say(
    'warning',
    'difference-useless',
    Number.isFinite(estimate)
      ? `central differences with respect to ${place} are uncertain by ${roughly(estimate)}, too much to tell`
      : `there is no usable central difference with respect to ${place}`,
    Number.isFinite(estimate)
      ? 'the function is too noisy, or jumps, near this point'
      : 'the function is not finite on both sides of this point',
  );

export const kinkNearby = (place: string) =>
  say(
    'warning',
    'difference-useless',
    `the slopes to the left and right of ${place} differ at every step that was tried`,
    'the point is at, or very close to, a kink or a jump',
  );

export const valueNotFinite = (value: number) =>
  say('warning', 'not-finite', `the value is ${value}, so no difference can be taken`);

export const gradientNotFinite = (place: string, value: number) =>
  say('warning', 'not-finite', `the derivative with respect to ${place} is ${value}`);

export const nothingToCompare = () =>
  say('info', 'difference-useless', 'there is nothing to differentiate with respect to');

export const alongDirections = (coordinates: number, directions: number, limit: number) =>
  say(
    'info',
    'check-limit',
    `${coordinates.toLocaleString('en')} coordinates were compared along ${directions} random directions; a relative error of ${roughly(limit)} in one component would be found`,
    undefined,
    { coordinates, directions, limit },
  );

export const differentiatedSum = (shape: string) =>
  say(
    'info',
    'sum-differentiated',
    `the output has shape ${shape}: its sum was differentiated`,
    '--cotangent weighs the elements',
  );

export const modeUnavailable = (mode: string, why: string) =>
  say('error', 'unsupported', `${mode} mode is unavailable: ${why}`);

export const cotangentShape = (got: string, expected: string) =>
  say('error', 'shape-mismatch', `the cotangent has shape ${got} and the output has shape ${expected}`);

/** `mode`: the mode that found another number, where the answer given is not the one to blame. */
export const claimFalse = (
  what: string,
  place: string,
  claimed: number,
  found: number,
  cause?: string,
  mode?: string,
) => {
  const got = found === claimed ? found : precise(found, claimed);
  return say(
    'error',
    'claim-false',
    `${what}${place} is claimed to be ${digits(claimed)} and ${mode === undefined ? 'is' : `${mode} gives`} ${got}`,
    cause,
    { claimed, found, ...(mode !== undefined && { mode }) },
  );
};

/** As many digits as it takes to see that two numbers differ. */
function precise(x: number, other: number): string {
  for (let n = 6; n < 17; n++)
    if (x.toPrecision(n) !== other.toPrecision(n)) return String(Number(x.toPrecision(n)));
  return String(x);
}

export const claimShape = (what: string, claimed: string, found: string) =>
  say('error', 'claim-false', `${what} is claimed with shape ${claimed} and has shape ${found}`);

export const claimUnsupported = (what: string) =>
  say('error', 'unsupported', `claims about ${what} are not checked by this version`);

export const claimUnknownVariable = (name: string, suggestion: string | undefined) =>
  say(
    'error',
    'unknown-variable',
    `the claim is about ${name}, which the formula is not differentiated by`,
    suggestion === undefined ? undefined : `did you mean ${suggestion}?`,
  );

export const noAcceptablePoint = (draws: number, names: readonly string[]) =>
  say(
    'warning',
    'difference-useless',
    `none of ${draws} random points for ${listed(names)} has a finite value and gradient`,
    'give a range: where x in 1..2',
  );

export const badRange = (name: string) =>
  say('error', 'bad-value', `the range of ${name} must be two numbers, the first smaller than the second`);

export const badJsonCase = (message: string) => say('error', 'bad-value', `not a case: ${message}`);

/** An operation that loses digits, and where it stands. */
interface Losing {
  readonly operation: string;
  readonly span: Span;
  readonly digits: number;
}

const lost = ({ operation, digits }: Losing) =>
  digits >= 15
    ? `"${operation}" loses all digits`
    : `"${operation}" loses ${Math.round(digits)} of 16 digits`;

/** The same for a derivative, whose terms are nowhere written. */
const lostByTerms = (loss: Losing) =>
  loss.operation === '+' || loss.operation === '-'
    ? `its terms cancel, and of 16 digits ${loss.digits >= 15 ? 'all' : Math.round(loss.digits)} are lost`
    : lost(loss);

export const valueCancels = (place: string, loss: Losing, estimate: number): Diagnostic => ({
  ...say(
    'warning',
    'cancellation',
    `${lost(loss)} here, so ${Number.isFinite(estimate) ? `central differences with respect to ${place} are uncertain by ${roughly(estimate)}` : `there is no usable central difference with respect to ${place}`}`,
    STABLER,
    { place, operation: loss.operation, digits: loss.digits, error: estimate },
  ),
  ...at(loss.span),
});

const STABLER =
  'the formula cancels or varies too fast here; write it in a stabler form, such as expm1, log1p or logsumexp';

export const modeWords = (mode: string, value: number) => `${mode} gives ${digits(value)}`;
export const differenceWords = (value: number, error: number) =>
  `central differences give ${digits(value)} ± ${roughly(error)}`;

/** What a mode says of a derivative that rounding decides. */
interface Cancelled {
  readonly mode: string;
  readonly place: string;
  readonly got: number;
  readonly scatter: number;
  /** What another mode or the differences say, in words. */
  readonly words: string;
}

export const gradientCancels = (
  { mode, place, got, scatter, words }: Cancelled,
  loss: Losing | undefined,
): Diagnostic => ({
  ...say(
    'warning',
    'cancellation',
    `rounding moves the derivative with respect to ${place} by ${roughly(scatter)}${loss ? `: ${lostByTerms(loss)}` : ''}; ${modeWords(mode, got)}, ${words}`,
    STABLER,
    { mode, place, got, scatter },
  ),
  ...(loss && at(loss.span)),
});

export const pathTurns = (
  place: string,
  turn: { readonly operation: string; readonly span: Span },
  distance: number,
): Diagnostic => ({
  ...say(
    'warning',
    'path-change',
    `"${turn.operation}" decides otherwise when ${place} moves by ${roughly(distance)}, so differences cannot tell the derivative here`,
    'the point is at, or very close to, a kink, a jump or the border of a branch',
    { place, operation: turn.operation, distance },
  ),
  ...at(turn.span),
});

export const crease = (turn: { readonly operation: string; readonly span: Span }): Diagnostic => ({
  ...say(
    'warning',
    'path-change',
    `"${turn.operation}" decides otherwise on the other side of this point, and the slopes on both sides differ`,
    'the point is at a kink, a jump or the border of a branch',
    { operation: turn.operation },
  ),
  ...at(turn.span),
});

export const orderOfVector = (order: number) =>
  say(
    'error',
    'unsupported',
    `code for the derivative of order ${order} with respect to a vector or matrix is not supported yet`,
    'choose a scalar variable: --wrt t',
  );

export const oneVariable = (order: number) =>
  say(
    'error',
    'unsupported',
    `code for the derivative of order ${order} is generated for one variable`,
    'choose it: --wrt x',
  );

export const caseLost = (why: string) =>
  say(
    'error',
    'case-lost',
    `the worker that ran this case ended before it had an answer (${why.trim().split('\n')[0]})`,
    'the case takes more memory or time than a worker has: run it alone with adc grad',
  );

export const defect = (message: string) =>
  say('error', 'internal', `adc is at fault: ${message}`, 'please report this formula');
