/**
 * Random texts: soups of tokens, sentences that parse but mean nothing much, right texts with something changed, and
 * strings of any characters.
 */
import fc from 'fast-check';
import { functionNames } from '../../src/ir/lower/call.js';

const words =
  'x y A B n i pi e inf let param data where expect in and or not true false detach grad value var fn if else for while ' +
  'return int axis constructor __proto__ toString hasOwnProperty λ é x\u0301';
const signs =
  "+ - * / % @ ^ ** .* ./ .^ ( ) [ ] { } , ; : ? = == != < <= > >= && || ! ' ² ³ √ × · − ≤ .. . ~ += // /* */ # \\n \\r\\n";
const numbers = '0 1 2 3 10 -1 0.5 1e-3 .5 2. 1e999 1e300 0x1 1_0 9007199254740993 100000 1000000000 １ 1e';

const vocabulary: readonly string[] = [
  ...words.split(' '),
  ...signs.split(' ').map((sign) => sign.replace('\\r', '\r').replace('\\n', '\n')),
  ...numbers.split(' '),
];

/** Tokens of the language in any order. */
export const soups: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(
      fc.oneof(
        { arbitrary: fc.constantFrom(...vocabulary), weight: 5 },
        { arbitrary: fc.constantFrom('x', 'y', '1', '+', '*', '(', ')', ', '), weight: 4 },
        { arbitrary: fc.constantFrom(...functionNames()).map((name) => `${name}(`), weight: 1 },
      ),
      { maxLength: 25 },
    ),
    fc.constantFrom('', ' ', ' ', '\n'),
  )
  .map(([tokens, glue]) => tokens.join(glue));

const atoms = fc.constantFrom(
  'x',
  'y',
  'A',
  'v',
  'n',
  '0',
  '1',
  '2',
  '3',
  '-1',
  '0.5',
  'pi',
  'inf',
  'true',
  '[]',
  '1e308',
  '100000',
);
const binary = fc.constantFrom('+', '-', '*', '/', '%', '@', '^', ' and ', ' or ', '<', '<=', '==', '!=');

const { sentence } = fc.letrec<{ sentence: string; item: string }>((tie) => ({
  item: fc.oneof(
    tie('sentence'),
    fc.constant(':'),
    fc.tuple(tie('sentence'), tie('sentence')).map(([a, b]) => `${a}:${b}`),
    fc.tuple(tie('sentence'), tie('sentence'), tie('sentence')).map((parts) => parts.join(':')),
  ),
  sentence: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    atoms,
    fc.tuple(tie('sentence'), binary, tie('sentence')).map(([a, op, b]) => `${a}${op}${b}`),
    fc
      .tuple(fc.constantFrom(...functionNames()), fc.array(tie('sentence'), { maxLength: 4 }))
      .map(([name, args]) => `${name}(${args.join(', ')})`),
    fc
      .tuple(
        fc.constantFrom('sum', 'max', 'norm', 'softmax', 'mean', 'sort'),
        tie('sentence'),
        tie('sentence'),
      )
      .map(([name, a, axis]) => `${name}(${a}, axis=${axis})`),
    tie('sentence').map((a) => `(${a})`),
    tie('sentence').map((a) => `(${a})'`),
    tie('sentence').map((a) => `-${a}`),
    fc.array(tie('sentence'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc
      .tuple(tie('sentence'), fc.array(tie('item'), { minLength: 1, maxLength: 3 }))
      .map(([a, items]) => `(${a})[${items.join(', ')}]`),
    fc.tuple(tie('sentence'), tie('sentence'), tie('sentence')).map(([c, a, b]) => `(${c} ? ${a} : ${b})`),
    fc.tuple(tie('sentence'), tie('sentence')).map(([a, b]) => `{ let v = ${a}; ${b} }`),
  ),
}));

/** Texts that parse, with any function of the language, of any arity, on operands of any shape and type. */
export const sentences: fc.Arbitrary<string> = fc
  .tuple(
    fc.constantFrom(
      '',
      '',
      '',
      'let v = [x, 2*x, y]; ',
      'let A = [[x, 1], [y, 2]]; ',
      'param x: [n]; param y; data A: [n, m]; data v: [3]; ',
    ),
    sentence,
  )
  .map((parts) => parts.join(''));

const oddities =
  '\0 \u00a0 \u00ad \u200b \u200d \u202e \u2028 \u2060 \ufeff \ufffd \ud800 \udfff \u0301 😀 é １ ＋ ≠ ∗ ⁠ ª Ⅷ ﬁ ß ſ K'.split(
    ' ',
  );

/** One change of a text at a place between 0 and 1. */
const changes: readonly ((text: string, at: number, other: string) => string)[] = [
  (text, at) => text.slice(0, at) + text.slice(at + 1),
  (text, at, other) => text.slice(0, at) + text.slice(at + 1 + (other.length % 17)),
  (text, at, other) => text.slice(0, at) + text.slice(at, at + 1 + (other.length % 17)) + text.slice(at),
  (text, at) => text.slice(0, at) + text.charAt(at + 1) + text.charAt(at) + text.slice(at + 2),
  (text, at, other) => text.slice(0, at) + other.slice(0, 12) + text.slice(at),
  (text, at, other) => text.slice(0, at) + other.slice(Math.floor((at / (text.length + 1)) * other.length)),
  (text, at, other) => text.slice(0, at) + oddities[other.length % oddities.length] + text.slice(at),
  (text, at, other) => text.slice(0, at) + vocabulary[other.length % vocabulary.length] + text.slice(at + 1),
  (text, at) => text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1),
  (text) => text.replace(/\d+/, (digits) => `${digits}${digits}`),
  (text, at) => text.slice(0, at),
];

/** Right texts with one to four changes. */
export function mutations(corpus: readonly string[]): fc.Arbitrary<string> {
  const change = fc.tuple(
    fc.nat({ max: changes.length - 1 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.constantFrom(...corpus),
  );
  return fc
    .tuple(fc.constantFrom(...corpus), fc.array(change, { minLength: 1, maxLength: 4 }))
    .map(([text, all]) =>
      all.reduce((now, [which, at, other]) => {
        const apply = changes[which] as (typeof changes)[number];
        return apply(now, Math.floor(at * (now.length + 1)), other);
      }, text),
    );
}

/** Strings of any code units, lone surrogates and control characters among them. */
export const strings: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc
    .array(fc.oneof(fc.constantFrom(...oddities), fc.constantFrom(...vocabulary)), { maxLength: 20 })
    .map((parts) => parts.join('')),
  fc
    .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 })
    .map((units) => String.fromCharCode(...units)),
);
