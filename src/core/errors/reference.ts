/** What the reference of 50 digits has to say: why there is none, which digits rounding took, and which rule is wrong. */
import type { Diagnostic } from '../diagnostic.js';

/** Raised inside the reference where there is no answer in big numbers; never leaves it. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

const short = (x: number) => String(Number(x.toPrecision(6)));

/* Why there is no reference. */
export const kinkHere = (place: string) => `the function has a kink or jump in ${place} here`;
export const branchHere = (place: string) => `the formula changes to another branch in ${place} here`;
export const notSettled = (place: string) => `differences in ${place} do not settle to 50 digits`;
export const valueNotSettled = 'the value does not settle to 50 digits';
export const noBigRow = (name: string) => `${name} is not computed in big numbers`;
export const noBigOperation = (kind: string) => `a ${kind} is not computed in big numbers`;
export const tooMuch = (components: number) =>
  `too much work in big numbers: ${components} component${components === 1 ? '' : 's'} of a formula of this size`;
export const outsideDomain = (name: string, at: readonly string[]) =>
  `${name}(${at.join(', ')}) is not defined`;
export const overflows = (name: string) => `${name} exceeds even big numbers`;
export const infiniteInput = 'a value is not finite';
export const emptyReduction = (name: string) => `${name} of nothing is not finite`;

const what = (place: string | undefined) =>
  place === undefined ? 'the value' : `the derivative with respect to ${place}`;

/** A component that is off: of the value where it has no place. */
export interface Off {
  readonly place: string | undefined;
  readonly got: number;
  readonly truth: string;
}

const data = (mode: string | readonly string[], { place, got, truth }: Off) => ({
  mode,
  ...(place !== undefined && { place }),
  got: Number.isFinite(got) ? got : String(got),
  reference: truth,
});

/** A mode whose own program, computed with 50 digits, does not give the derivative. */
export const ruleWrong = (mode: string, off: Off, exact: string): Diagnostic => ({
  severity: 'error',
  code: 'modes-disagree',
  message: `${mode} gives ${exact} for ${what(off.place)} even when computed with 50 digits; the reference is ${off.truth}`,
  hint: 'a rule of adc is wrong: please report this formula',
  data: { ...data(mode, off), exact },
});

/** Generated code that does not compute what its program says. */
export const codeWrong = (mode: string, off: Off, expected: number): Diagnostic => ({
  severity: 'error',
  code: 'modes-disagree',
  message: `the generated code of ${mode} gives ${short(off.got)} for ${what(off.place)} where the interpreter gives ${short(expected)}`,
  hint: 'the code generator of adc is wrong: please report this formula',
  data: { ...data(mode, off), expected: String(expected) },
});

function list(names: readonly string[]): string {
  const [last, ...rest] = [...names].reverse() as [string, ...string[]];
  return rest.length === 0 ? last : `${rest.reverse().join(', ')} and ${last}`;
}

const amount = (digits: number) =>
  digits < 1 ? 'no correct digit' : `about ${digits} correct ${digits === 1 ? 'digit' : 'digits'}`;

/** Modes that are off although their programs are right: the formula, computed in doubles, loses the digits. */
export const digitsLost = (modes: readonly string[], off: Off, digits: number): Diagnostic => {
  const { place, got, truth } = off;
  const finite = Number.isFinite(got);
  const one = place === undefined || modes.length === 1;
  const who = place === undefined ? 'the value' : list(modes);
  const of = place === undefined ? '' : ` of ${what(place)}`;
  const given =
    place === undefined
      ? `the value is ${got}`
      : `${who} ${one ? 'gives' : 'give'} ${got} for ${what(place)}`;
  return {
    severity: 'warning',
    code: 'digits-lost',
    message: finite
      ? `${who} ${one ? 'has' : 'have'} ${amount(digits)}${of}: ${short(got)} instead of ${truth}`
      : `${given} instead of ${truth}`,
    hint: finite
      ? 'no rule is wrong: the formula cancels here in doubles; write it in a stabler form'
      : 'no rule is wrong: an intermediate value overflows in doubles; write the formula in a stabler form',
    data: { ...data(modes, off), digits: finite ? digits : 0 },
  };
};

/** Modes that are off where adc uses a convention: nobody is called wrong. */
export const differsByConvention = (modes: readonly string[], off: Off): Diagnostic => ({
  severity: 'warning',
  code: 'modes-disagree',
  message: `${list(modes)} ${modes.length === 1 ? 'gives' : 'give'} ${short(off.got)} for ${what(off.place)} by convention; the function has the derivative ${off.truth} there`,
  data: data(modes, off),
});

/** A mode that is off for a reason that cannot be found in big numbers. */
export const causeUnknown = (mode: string, off: Off, why: string): Diagnostic => ({
  severity: 'warning',
  code: 'digits-lost',
  message: `${mode} gives ${short(off.got)} for ${what(off.place)}, which is ${off.truth}; whether rounding or a rule is at fault is not known`,
  hint: why,
  data: data(mode, off),
});

export const settled = (): Diagnostic => ({
  severity: 'info',
  code: 'reference-settled',
  message:
    'central differences cannot tell here; the reference of 50 digits can, and every mode agrees with it',
});
