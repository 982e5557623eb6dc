/** Warnings at hard points: where a derivative does not exist, where numbers overflow, where digits are lost. */
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';
import { isJump, listed, hardNumber as num, type Sides, sidesText } from './sides.js';

type Index = readonly number[];

const element = (index: Index) => `element [${index.join(', ')}]`;
const at = (index: Index) => (index.length > 0 ? ` at ${element(index)}` : '');

export const valuePlace = (index: Index) =>
  index.length > 0 ? `${element(index)} of the value` : 'the value';
export const derivativePlace = (place: string) => `the derivative with respect to ${place}`;

/** Numbers as JSON can hold them. */
const plain = (x: number) => (Number.isFinite(x) ? x + 0 : String(x));
/** The same with null for a side on which there is nothing. */
const ofSide = (x: number) => (Number.isNaN(x) ? null : plain(x));

const plainSides = (sides: Sides) => {
  const { along, left, right, here } = sides;
  return {
    ...(along !== '' && { along }),
    left: ofSide(left.derivative),
    right: ofSide(right.derivative),
    used: plain(here.derivative),
    ...(isJump(sides) && { jump: [left.value, here.value, right.value].map(ofSide) }),
  };
};

/** The elements of a result that a warning speaks of; `index` is empty for a scalar. */
export interface Elements {
  readonly indices: readonly Index[];
  readonly count: number;
}

function elementsText({ indices, count }: Elements): string {
  const [first] = indices;
  if (first === undefined || first.length === 0) return '';
  return ` (${element(first)}${count > 1 ? ` and ${count - 1} more` : ''})`;
}

export interface KinkFacts {
  readonly operation: string;
  readonly arguments: readonly number[];
  /** The call with its arguments as numbers: `max(2, 2)`. */
  readonly call: string;
  /** `is a tie`, where the row of the function says so. */
  readonly what: string | undefined;
  /** The convention in words. */
  readonly convention: string;
  /** With respect to the arguments for which there is no derivative. */
  readonly sides: readonly Sides[];
  /** How the result moves along variables of the program. */
  readonly along: readonly Sides[];
  readonly elements: Elements;
  readonly hint: string | undefined;
}

export const kink = (span: Span, facts: KinkFacts): Diagnostic => {
  const { call, what, convention, sides, along, elements } = facts;
  const used = [...new Set(sides.map((s) => num(s.here.derivative)))];
  // Where nothing is answered, the sides along single arguments tell nothing about it.
  const how = used.includes('NaN') && what !== undefined ? what : sidesText(sides, what, along);
  const told =
    sides.length > 0 ? `${call} ${how}; ${listed(used)} ${used.length > 1 ? 'are' : 'is'} used` : convention;
  return {
    severity: 'warning',
    code: 'kink',
    message: told + elementsText(elements),
    span,
    ...(facts.hint !== undefined && { hint: facts.hint }),
    data: {
      operation: facts.operation,
      arguments: facts.arguments.map(plain),
      convention,
      sides: sides.map(plainSides),
      ...(along.length > 0 && { along: along.map(plainSides) }),
      elements: elements.indices,
      count: elements.count,
    },
  };
};

/** As many variables as are told of. */
const TOLD = 3;

export const choice = (
  span: Span,
  condition: string,
  along: readonly Sides[],
  elements: Elements,
): Diagnostic => {
  const used = along[0] === undefined ? '' : `, ${num(along[0].here.derivative)},`;
  const moves = along
    .slice(0, TOLD)
    .map((s) => `along ${s.along} the choice ${sidesText([{ ...s, along: '' }], undefined, [])}`);
  const how = moves.length > 0 ? moves.join(', ') : 'the branches do not meet in value and derivative';
  return {
    severity: 'warning',
    code: 'kink',
    message: `${condition} is at its boundary: ${how}; the derivative of the branch taken${moves.length > 1 ? '' : used} is used${elementsText(elements)}`,
    span,
    data: {
      convention: 'the derivative of the branch taken is used',
      ...(along.length > 0 && { along: along.map(plainSides) }),
      elements: elements.indices,
      count: elements.count,
    },
  };
};

/** An operation that made something non-finite, with the numbers it made it of. */
export interface Broken {
  /** Name of the operation. */
  readonly operation: string;
  /** The operation in words: `exp of 1000`, `1e200 * 1e200`. */
  readonly call: string;
  readonly result: number;
  /** Whether something is divided by zero. */
  readonly division: boolean;
  /** Whether the result is too large a number, rather than infinite by nature as log(0) is. */
  readonly overflow: boolean;
  readonly index: Index;
}

function brokenText({ call, result, division, overflow }: Broken): string {
  if (division) return `${call} divides by zero`;
  if (Number.isNaN(result)) return `${call} is not a number`;
  return overflow ? `${call} overflows` : `${call} is ${num(result)}`;
}

const brokenData = ({ operation, result, index }: Broken) => ({ operation, index, result: String(result) });

export const notFinite = (span: Span, broken: Broken, hint: string | undefined): Diagnostic => ({
  severity: 'warning',
  code: 'not-finite',
  message: `${brokenText(broken)}${at(broken.index)}`,
  span,
  ...(hint !== undefined && { hint }),
  data: brokenData(broken),
});

/** A finite value that rests on a number which overflowed. */
export const overflowMatters = (
  span: Span,
  broken: Broken,
  on: string,
  hint: string | undefined,
): Diagnostic => ({
  severity: 'warning',
  code: 'not-finite',
  message: `${brokenText(broken)}${at(broken.index)}, and ${on} depends on it`,
  span,
  ...(hint !== undefined && { hint }),
  data: { ...brokenData(broken), reaches: on },
});

/**
 * A derivative that is not finite while the value is: the operation of the derivative that made it, and, where that is
 * another one, the operation that made NaN of it. `of` is the text of the formula whose derivative it belongs to,
 * undefined where the formula itself computes it.
 */
export const derivativeNotFinite = (
  span: Span,
  broken: Broken,
  of: string | undefined,
  then: Broken | undefined,
  hint: string | undefined,
): Diagnostic => {
  const where = of === undefined ? '' : `in the derivative of ${of}, `;
  const rest = then === undefined ? '' : `; then ${brokenText(then)}`;
  return {
    severity: 'warning',
    code: 'not-finite',
    message: `${where}${brokenText(broken)}${at(broken.index)}${rest}`,
    span,
    ...(hint !== undefined && { hint }),
    data: { ...brokenData(broken), of: 'derivative', ...(then && { then: brokenData(then) }) },
  };
};

/** How many digits are left of what a program answers. */
export interface DigitsLeft {
  /** `the value`, `the derivative with respect to x[2]`. */
  readonly of: string;
  /** The variable, where it is a derivative. */
  readonly variable?: string;
  readonly digits: number;
}

function digitsData(left: readonly DigitsLeft[]) {
  const value = left.find((l) => l.variable === undefined);
  const gradient = left.flatMap((l) => (l.variable === undefined ? [] : [[l.variable, l.digits] as const]));
  return {
    ...(value && { value: value.digits }),
    ...(gradient.length > 0 && { gradient: Object.fromEntries(gradient) }),
  };
}

export interface Cancelled {
  readonly operation: string;
  /** `1 - 0.9999999999995`. */
  readonly call: string;
  /** The text of the formula whose derivative the operation belongs to; undefined where the formula computes it. */
  readonly inDerivativeOf: string | undefined;
  readonly index: Index;
}

const digitsText = (digits: number) =>
  digits === 0 ? 'no digit' : `about ${digits} ${digits === 1 ? 'digit' : 'digits'}`;

export const cancellation = (
  span: Span | undefined,
  cancelled: Cancelled | undefined,
  left: readonly DigitsLeft[],
  hint: string | undefined,
): Diagnostic => {
  const outcome = left.map(
    ({ of, digits }) =>
      `${digitsText(digits)} of ${of} ${digits === 1 || digits === 0 ? 'is' : 'are'} certain`,
  );
  const where =
    cancelled?.inDerivativeOf === undefined ? '' : `in the derivative of ${cancelled.inDerivativeOf}, `;
  const cause =
    cancelled === undefined
      ? 'rounding adds up'
      : `${where}${cancelled.call} loses digits${at(cancelled.index)}`;
  return {
    severity: 'warning',
    code: 'cancellation',
    message: `${cause}: ${outcome.join(', ')}`,
    ...(span && { span }),
    hint:
      hint ?? 'rounding errors made before weigh heavily in its result: look for an equal formula without it',
    data: {
      ...(cancelled && { operation: cancelled.operation, index: cancelled.index }),
      digits: digitsData(left),
    },
  };
};

/** Whether a hard point leaves open what the derivative is, so that no comparison can settle it. */
export function leavesOpen({ code, data }: Diagnostic): boolean {
  const digits = data?.digits as { readonly gradient?: unknown } | undefined;
  return code === 'kink' || digits?.gradient !== undefined || data?.reaches !== undefined;
}

/** What to write instead. */
export const better = (instead: string, formula: string) => `write ${formula} instead of ${instead}`;
