/** Keeping messages short: none grows with the input that it speaks of. */

/** Code units that a message may have. */
export const LONGEST_TEXT = 300;
const HEAD = 200;
const TAIL = 60;
const LISTED = 12;

/** The text, its middle left out where it is long. */
export function clip(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  const head = text.slice(0, HEAD).replace(/[\ud800-\udbff]$/, '');
  return `${head}…${text.slice(-TAIL).replace(/^[\udc00-\udfff]/, '')}`;
}

/** `a, b, c`; of many names the first ones and how many there are. */
export function listed(names: readonly string[]): string {
  if (names.length <= LISTED) return names.join(', ');
  return `${names.slice(0, LISTED - 2).join(', ')}, … (${names.length.toLocaleString('en')} in all)`;
}
