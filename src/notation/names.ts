/** Names of variables as boxes: Greek letters, subscripts, words. */
import { type Box, digits, letters, row, subscript, tight, word } from './box.js';

const GREEK_NAMES =
  `alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi
  psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega`.split(/\s+/);
const GREEK_LETTERS = 'αβγδεζηθικλμνξπρστυφχψωΓΔΘΛΞΠΣΥΦΨΩ';

/** Greek letters by their English names. */
export const greek: ReadonlyMap<string, string> = new Map(
  GREEK_NAMES.map((name, i) => [name, GREEK_LETTERS.charAt(i)]),
);

/** Base and subscripts of a name: `x1`, `x_max`, `alpha_12`. */
function partsOf(name: string): { base: string; subs: string[] } {
  const inner = /^(\p{L}+?)(?:_?(\d+)|_([\p{L}\d]+))$/u.exec(name);
  if (!inner) return { base: name, subs: [] };
  return { base: inner[1] as string, subs: [(inner[2] ?? inner[3]) as string] };
}

const baseBox = (text: string): Box => letters(greek.get(text) ?? text);

function subBox(text: string): Box {
  if (/^\d+$/.test(text)) return digits(text);
  if (greek.has(text)) return letters(greek.get(text) as string);
  // Several indices (`w_ij`) and words (`x_max`) cannot be told apart, except by their length.
  if (/^[a-z]{1,2}$/.test(text)) return tight(...[...text].map(letters));
  return word(text);
}

/** A name, perhaps with further subscripts (an element of it). */
export function nameBox(name: string, indices: readonly Box[] = []): Box {
  if (name === 'inf') return letters('∞');
  const { base, subs } = partsOf(name);
  const all = [...subs.map(subBox), ...indices];
  return all.length === 0 ? baseBox(base) : subscript(baseBox(base), indexBox(all));
}

/** Indices beside each other where all are single letters, else with commas. */
export function indexBox(indices: readonly Box[]): Box {
  if (indices.every((b) => b.kind === 'letters' && b.text.length === 1)) return tight(...indices);
  return indices.length === 1
    ? (indices[0] as Box)
    : tight(...indices.flatMap((b, i) => (i === 0 ? [b] : [{ kind: 'sign', text: ',' } as const, b])));
}

/** A number as people write it: 1e-7 as 10^{-7}. */
export function numberBox(value: number): Box {
  const text = String(value);
  if (text === 'Infinity') return letters('∞');
  const [, mantissa, exponent] = /^([\d.]+)e([+-]\d+)$/.exec(text) ?? [];
  if (mantissa === undefined || exponent === undefined) return digits(text);
  const ten: Box = { kind: 'script', base: digits('10'), sup: digits(exponent.replace('+', '')) };
  return mantissa === '1' ? ten : row(digits(mantissa), { kind: 'sign', text: '·' }, ten);
}
