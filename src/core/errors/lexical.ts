/** What can be wrong with the characters and numbers of a text, before they make words of the language. */
import type { Diagnostic } from '../diagnostic.js';
import type { Span } from '../span.js';
import { cut, error, quote, syntax } from './syntax.js';

const characterNames = new Map<number, string>([
  [0x00, 'a NUL byte'],
  [0x200b, 'a zero-width space'],
  [0x200c, 'a zero-width non-joiner'],
  [0x200d, 'a zero-width joiner'],
  [0x2060, 'a word joiner'],
  [0xfeff, 'a byte-order mark'],
  [0xad, 'a soft hyphen'],
]);

const characterHints: readonly (readonly [string, string])[] = [
  ['"“”„«»`', 'there are no strings in the language; a name or formula is written without quotation marks'],
  ['‘’′´ʹ', "the transpose is written with the plain apostrophe: A'"],
  ['–—‐‑‒―﹣', 'the minus sign is written -'],
  ['∗⁎', 'the product is written *'],
  ['⁄∕', 'the quotient is written /'],
  ['⊗', 'the outer product is written outer(x, y)'],
  ['∞', 'infinity is written inf'],
  ['∑', 'a sum is written sum(x)'],
  ['∏', 'a product is written prod(x)'],
  ['∂∇', 'write the function alone: the command says what to differentiate'],
  ['∫', 'integrals are not part of the language'],
  ['∧', 'write and'],
  ['∨', 'write or'],
  ['¬', 'write not'],
  ['≡≈', 'equality is written =='],
  ['≪', 'write <'],
  ['≫', 'write >'],
  ['∈', 'write in'],
  ['…', 'a range is written with two dots, as in 0..n; nothing can be left out of a formula'],
  ['½', 'write 1/2'],
  ['¼', 'write 1/4'],
  ['¾', 'write 3/4'],
  ['$', 'names consist of letters, digits and _'],
  ['\\', 'formulas are not written in TeX: sin(x), a/b, sqrt(x), x[0]'],
  ['|', 'or is written ||, and the absolute value abs(x)'],
  ['&', 'and is written && (or and)'],
  ['.', 'a number needs a digit after its dot, a range is written 0..n, and names have no parts'],
];
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';
const subscripts = '₀₁₂₃₄₅₆₇₈₉';

function characterHint(codePoint: number): string | undefined {
  const character = String.fromCodePoint(codePoint);
  const power = superscripts.indexOf(character);
  if (power >= 0) return `a power is written ^${power}`;
  const index = subscripts.indexOf(character);
  if (index >= 0) return `write the digit ${index} in a name, or [${index}] for an element`;
  if (codePoint >= 0xff01 && codePoint <= 0xff5e) {
    return `this is a full-width character; write ${String.fromCharCode(codePoint - 0xfee0)}`;
  }
  if (/\p{Nd}/u.test(character)) return 'numbers are written with the digits 0 to 9';
  return characterHints.find(([characters]) => characters.includes(character))?.[1];
}

/** A character that starts no token. */
export function badCharacter(span: Span, codePoint: number): Diagnostic {
  const code = `U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}`;
  const character = String.fromCodePoint(codePoint);
  const name =
    characterNames.get(codePoint) ??
    (codePoint >= 0xd800 && codePoint <= 0xdfff
      ? 'half of a surrogate pair'
      : /[\p{C}\p{Z}]/u.test(character)
        ? 'a control character'
        : undefined);
  const found =
    name !== undefined
      ? `${name} (${code})`
      : codePoint < 128
        ? `"${character}"`
        : `"${character}" (${code})`;
  const hint = characterHint(codePoint) ?? (name !== undefined ? 'delete it' : undefined);
  return error('bad-character', span, `Unexpected character: ${found}`, hint);
}

/** `x.T`, `np.sin`. */
export function dottedName(span: Span, after: string): Diagnostic {
  const hint =
    after === 'T'
      ? "the transpose is written A'"
      : `names have no parts: write ${after === '' ? 'it' : cut(after)} alone`;
  return error('bad-character', span, 'Unexpected character: "." after a name', hint);
}

/** `a//b` without white space before the slashes. */
export function doubleSlash(span: Span): Diagnostic {
  return syntax(
    span,
    '"//" directly after something is neither a division nor a comment',
    'the floored quotient is floor(a/b); a comment needs white space before //',
  );
}

export function unclosedComment(span: Span): Diagnostic {
  return syntax(span, 'This comment is never closed', 'close it with */');
}

/** An operator of another language, with what is written here. */
export function foreignOperator(span: Span, found: string, here: string): Diagnostic {
  return syntax(span, `"${found}" is not an operator of the language`, `write ${here}`);
}

export function danglingDot(span: Span, digits: string): Diagnostic {
  const n = cut(digits);
  const hint = digits.includes('.') ? `write ${n}` : `write ${n} or ${n}.0`;
  return error('bad-number', span, `The number "${n}." has no digit after its dot`, hint);
}

export function manyDots(span: Span, text: string): Diagnostic {
  return error('bad-number', span, `${quote(text)} is not a number: it has more than one decimal point`);
}

export function otherBase(span: Span, text: string): Diagnostic {
  const value = Number(text);
  const decimal = Number.isFinite(value) ? `write ${value}, or` : 'write decimal digits, or';
  const message = `${quote(text)} is not a number: there are no hexadecimal, octal or binary numbers`;
  return error('bad-number', span, message, `${decimal} 0*${cut(text.slice(1))} for a product`);
}

export function underscoreInNumber(span: Span, text: string): Diagnostic {
  const [digits = '', rest = ''] = text.split(/(?=_)/, 2);
  const hint = /^[\d_]*$/.test(text)
    ? `write ${cut(text.replaceAll('_', ''))}`
    : `for a product write ${cut(digits)}*${cut(rest)}`;
  return error('bad-number', span, `${quote(text)} is not a number: digits and _ cannot be mixed`, hint);
}

export function hugeNumber(span: Span, text: string): Diagnostic {
  return error(
    'bad-number',
    span,
    `${quote(text)} is too large for a 64-bit number`,
    'the largest is about 1.8e308; inf is infinity',
  );
}
