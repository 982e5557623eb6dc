/**
 * Mathematics as it is set on paper: boxes beside, above and around each other, of which LaTeX and MathML are two
 * spellings. Symbols are Unicode characters; a spelling has its own words for them.
 */

export interface Row {
  readonly kind: 'row';
  readonly items: readonly Box[];
  /** Nothing stands between the items, as between a function and its argument. */
  readonly tight: boolean;
}
/** A number, as its digits are written. */
export interface Digits {
  readonly kind: 'digits';
  readonly text: string;
}
/** A variable: one letter, or a word. */
export interface Letters {
  readonly kind: 'letters';
  readonly text: string;
}
/** The name of a function or constant, set upright. */
export interface Word {
  readonly kind: 'word';
  readonly text: string;
}
/** Words of a language between formulas. */
export interface Prose {
  readonly kind: 'prose';
  readonly text: string;
}
/** `+`, `=`, `⊙`, `,`. */
export interface Sign {
  readonly kind: 'sign';
  readonly text: string;
}
export interface Fraction {
  readonly kind: 'fraction';
  readonly above: Box;
  readonly below: Box;
}
export interface Script {
  readonly kind: 'script';
  readonly base: Box;
  readonly sub?: Box;
  readonly sup?: Box;
}
export interface Root {
  readonly kind: 'root';
  readonly of: Box;
  readonly degree?: string;
}
export interface Fence {
  readonly kind: 'fence';
  readonly open: string;
  readonly close: string;
  readonly inside: Box;
}
export interface Overline {
  readonly kind: 'overline';
  readonly over: Box;
}
/** `∑`, `∏`, `max` with what runs below it, and to where. */
export interface Big {
  readonly kind: 'big';
  readonly text: string;
  readonly below: Box;
  readonly above?: Box;
}
export interface Table {
  readonly kind: 'table';
  readonly style: 'matrix' | 'cases' | 'lines';
  readonly rows: readonly (readonly Box[])[];
}
export type Box =
  | Row | Digits | Letters | Word | Prose | Sign | Fraction | Script | Root | Fence | Overline | Big | Table; // biome-ignore format: a list of words

export const row = (...items: readonly Box[]): Box =>
  items.length === 1 ? (items[0] as Box) : { kind: 'row', items, tight: false };
export const tight = (...items: readonly Box[]): Box => ({ kind: 'row', items, tight: true });
export const digits = (text: string): Box => ({ kind: 'digits', text });
export const letters = (text: string): Box => ({ kind: 'letters', text });
export const word = (text: string): Box => ({ kind: 'word', text });
export const prose = (text: string): Box => ({ kind: 'prose', text });
export const sign = (text: string): Box => ({ kind: 'sign', text });
export const fraction = (above: Box, below: Box): Box => ({ kind: 'fraction', above, below });
/** x to the power of `sup`; to xᵢ it goes above the index. */
export const power = (base: Box, sup: Box): Box =>
  base.kind === 'script' && base.sup === undefined ? { ...base, sup } : { kind: 'script', base, sup };
export const subscript = (base: Box, sub: Box): Box => ({ kind: 'script', base, sub });
export const root = (of: Box, degree?: string): Box => ({ kind: 'root', of, ...(degree && { degree }) });
export const overline = (over: Box): Box => ({ kind: 'overline', over });
export const big = (text: string, below: Box, above?: Box): Box => ({
  kind: 'big',
  text,
  below,
  ...(above && { above }),
});
export const table = (style: Table['style'], rows: Table['rows']): Box => ({ kind: 'table', style, rows });

export const fence = (inside: Box, open = '(', close = ')'): Box => ({ kind: 'fence', open, close, inside });

/** Boxes with commas between them. */
export function listed(items: readonly Box[]): Box {
  return tight(...items.flatMap((item, i) => (i === 0 ? [item] : [sign(', '), item])));
}

const heights = new WeakMap<Box, boolean>();

/** Whether a box is higher than a line of letters with simple scripts, so that what encloses it has to grow. */
export function isTall(box: Box): boolean {
  const known = heights.get(box);
  if (known !== undefined) return known;
  const tall = computeTall(box);
  heights.set(box, tall);
  return tall;
}

function computeTall(box: Box): boolean {
  switch (box.kind) {
    case 'row':
      return box.items.some(isTall);
    case 'fraction':
    case 'big':
    case 'table':
      return true;
    case 'script':
      return isTall(box.base) || (box.sup !== undefined && isTall(box.sup));
    case 'root':
      return isTall(box.of);
    case 'fence':
      return isTall(box.inside);
    case 'overline':
      return isTall(box.over);
    default:
      return false;
  }
}
