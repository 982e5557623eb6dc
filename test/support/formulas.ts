/**
 * Random well-typed formulas: programs over two scalars, two vectors and two matrices, with values for them.
 *
 * Every expression is a text of a known shape (`patterns.ts`), so that a failing one shrinks to a formula that a person
 * can read.
 */
import fc from 'fast-check';
import type { Nested } from '../../src/core/tensor.js';
import type { Values } from './lowered.js';
import { CONSTANTS, type Kind, TENSORS, type Tensors, WAYS, type Way } from './patterns.js';

export interface Formula {
  readonly source: string;
  readonly values: Values;
}

type Texts = Readonly<Record<Kind, fc.Arbitrary<string>>>;
type Leaves = Readonly<Partial<Record<Tensors, readonly string[]>>>;

const VARIABLES: Leaves = {
  scalar: ['s', 't'],
  three: ['x', 'y'],
  two: ['w'],
  wide: ['A'],
  tall: ["A'"],
  square: ['B'],
};

const fill = (pattern: string, [a, b, c]: readonly string[]) =>
  pattern.replace(/[#~$]/g, (mark) => (mark === '#' ? a : mark === '~' ? b : c) as string);

/** How much more often a variable stands than any one of the ways to combine. */
const LEAF_WEIGHT = 8;

/** Formulas of every kind; `depth` bounds how deep they nest. */
function grammar(leaves: Leaves, depth: number): Texts {
  const sized = { depthSize: 'small', maxDepth: depth, withCrossShrink: true } as const;
  return fc.letrec<Record<Kind, string>>((tie) => {
    const written = ([operands, patterns]: Way): fc.Arbitrary<string> =>
      fc
        .tuple(fc.constantFrom(...patterns), ...operands.map((kind) => tie(kind)))
        .map(([pattern, ...parts]) => fill(pattern, parts));
    const ground = (kind: Kind) => {
      const constants = (CONSTANTS as Partial<Record<Kind, readonly string[]>>)[kind];
      const variables = (leaves as Partial<Record<Kind, readonly string[]>>)[kind];
      return [
        ...(variables ? [{ weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...variables) }] : []),
        ...(constants ? [{ weight: variables ? 1 : 2, arbitrary: fc.constantFrom(...constants) }] : []),
      ];
    };
    const all = Object.entries(WAYS) as [Kind, readonly Way[]][];
    return Object.fromEntries(
      all.map(([kind, ways]) => [kind, fc.oneof(sized, ...ground(kind), ...ways.map(written))]),
    ) as Record<Kind, fc.Arbitrary<string>>;
  }) as Texts;
}

/** A number with three decimals, away from the short numbers that formulas compare with. */
const number = fc.integer({ min: -1900, max: 1900 }).map((n) => (n + 0.37) / 1000);
const vector = (n: number) => fc.array(number, { minLength: n, maxLength: n });
const matrix = (m: number, n: number) => fc.array(vector(n), { minLength: m, maxLength: m });

const values: fc.Arbitrary<Record<string, Nested>> = fc.record({
  s: number,
  t: number,
  x: vector(3),
  y: vector(3),
  w: vector(2),
  A: matrix(2, 3),
  B: matrix(3, 3),
});

const inner = grammar(VARIABLES, 1);
const LET_NAMES: Leaves = {
  scalar: ['s', 't', 'p'],
  three: ['x', 'y', 'q'],
  two: ['w'],
  wide: ['A', 'M'],
  tall: ["A'", "M'"],
  square: ['B'],
};

/** The values of the names that a formula mentions. */
function mentioned(source: string, all: Record<string, Nested>): Values {
  const words = new Set(source.match(/[A-Za-z_]\w*/g) ?? []);
  return Object.fromEntries(Object.entries(all).filter(([name]) => words.has(name)));
}

const withLets = (body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(inner.scalar, inner.three, inner.wide, body).map(([p, q, m, text]) =>
    [['p', p] as const, ['q', q] as const, ['M', m] as const]
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(text))
      .map(([name, value]) => `let ${name} = ${value}; `)
      .join('')
      .concat(text),
  );

function formulasOf(body: fc.Arbitrary<string>): fc.Arbitrary<Formula> {
  return fc
    .tuple(withLets(body), values)
    .map(([source, all]): Formula => ({ source, values: mentioned(source, all) }))
    .filter((f) => Object.keys(f.values).length > 0);
}

const outer = grammar(LET_NAMES, 3);

/** Programs whose output is a scalar. */
export const scalarFormulas = formulasOf(outer.scalar);
/** Programs with outputs of every shape. */
export const formulas = formulasOf(fc.oneof(...TENSORS.map((kind) => outer[kind])));
