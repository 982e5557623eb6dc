/** One-sided derivatives in words. */

/** What a function does on one side of a point; NaN where it is not defined there. */
export interface Side {
  readonly value: number;
  readonly derivative: number;
}

export interface Sides {
  /** What moves: an argument (`its first argument`), an element of one, a variable (`x[2]`); empty for the only argument. */
  readonly along: string;
  readonly left: Side;
  readonly right: Side;
  /** The value at the point, and the derivative that is answered there. */
  readonly here: Side;
}

/** A number as messages show it. */
export function hardNumber(x: number): string {
  if (Number.isNaN(x)) return 'NaN';
  if (!Number.isFinite(x)) return x > 0 ? 'inf' : '-inf';
  const short = Number(x.toPrecision(6)) + 0;
  return String(short);
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(parts: readonly string[]): string {
  const last = parts.at(-1) ?? '';
  return parts.length > 1 ? `${parts.slice(0, -1).join(', ')} and ${last}` : last;
}

/** Whether the value beside the point is another one than at it. */
export const isJump = ({ left, right, here }: Sides) =>
  [left, right].some((side) => !Number.isNaN(side.value) && side.value !== here.value);

function jumpText({ left, right, here }: Sides): string {
  const [l, h, r] = [left.value, here.value, right.value];
  if (Number.isNaN(l) || Number.isNaN(r))
    return `jumps from ${hardNumber(h)} to ${hardNumber(Number.isNaN(l) ? r : l)}`;
  if (l === r) return `is ${hardNumber(h)} here and ${hardNumber(l)} on both sides`;
  if (l === h || r === h) return `jumps from ${hardNumber(l)} to ${hardNumber(r)}`;
  return `jumps from ${hardNumber(l)} over ${hardNumber(h)} to ${hardNumber(r)}`;
}

function derivativesText({ left, right }: Sides): string {
  const [l, r] = [left.derivative, right.derivative];
  if (Number.isNaN(l) && Number.isNaN(r)) return 'no derivative on either side';
  if (Number.isNaN(l)) return `derivative ${hardNumber(r)} from the right and none from the left`;
  if (Number.isNaN(r)) return `derivative ${hardNumber(l)} from the left and none from the right`;
  if (hardNumber(l) === hardNumber(r)) return `derivative ${hardNumber(l)} on both sides`;
  return `one-sided derivatives ${hardNumber(l)} and ${hardNumber(r)}`;
}

/** The sides in groups that read the same. */
function grouped(all: readonly Sides[]): { readonly first: Sides; readonly along: readonly string[] }[] {
  const groups = new Map<string, { readonly first: Sides; readonly along: string[] }>();
  for (const sides of all) {
    const text = derivativesText(sides);
    const group = groups.get(text);
    if (group) group.along.push(sides.along);
    else groups.set(text, { first: sides, along: [sides.along] });
  }
  return [...groups.values()];
}

const differ = (sides: Sides) => derivativesText(sides).startsWith('one-sided');

/** `, along x -3 and 3`: how the result moves along variables, unless that is nothing new. */
function movesText(all: readonly Sides[], variables: readonly Sides[]): string {
  const groups = grouped(variables);
  const known = new Set(all.map(derivativesText));
  if (groups.every(({ first }) => known.has(derivativesText(first)))) return '';
  const texts = groups.map(({ first, along }) => {
    const numbers = `${hardNumber(first.left.derivative)} and ${hardNumber(first.right.derivative)}`;
    return `along ${listed(along)} ${differ(first) ? numbers : derivativesText(first)}`;
  });
  return texts.map((text) => `, ${text}`).join('');
}

/**
 * What follows the name of a function at a hard point: `is a tie, with one-sided derivatives 0 and 1 with respect to its
 * first argument`, and how its result moves along variables.
 */
export function sidesText(
  all: readonly Sides[],
  what: string | undefined,
  variables: readonly Sides[],
): string {
  const jump = all.find(isJump);
  const head = jump === undefined ? what : jumpText(jump);
  const respects = grouped(all).map(({ first, along }) => {
    const names = along.filter((name) => name !== '');
    const text = derivativesText(first);
    return names.length > 0 ? `${text} with respect to ${listed(names)}` : text;
  });
  return `${head === undefined ? 'has ' : `${head}, with `}${respects.join(', ')}${movesText(all, variables)}`;
}
