/** Dimensions: affine forms, their unification, and their values at run time. */
import {
  addDims,
  type Dim,
  evaluateDim,
  knownSize,
  mulDims,
  namedDim,
  printDim,
  printShape,
  sameDim,
  sameShape,
  scaleDim,
  substituteDim,
} from '../../src/core/affine.js';
import { bindDims } from '../../src/ir/dims.js';
import { Unifier } from '../../src/ir/unify.js';

const n = namedDim('n');
const m = namedDim('m');
const plus = (a: Dim, b: Dim) => addDims(a, b);
const minus = (a: Dim, b: Dim) => addDims(a, b, -1);

test('forms are equal by normal form', () => {
  expect(sameDim(minus(plus(n, 1), 1), n)).toBe(true);
  expect(sameDim(plus(n, m), plus(m, n))).toBe(true);
  expect(minus(n, n)).toBe(0);
  expect(sameDim(plus(n, 1), n)).toBe(false);
  expect(sameDim(n, 3)).toBe(false);
  expect(sameShape([n, 3], [n, 3])).toBe(true);
  expect(sameShape([n], [n, 1])).toBe(false);
});

test('forms print the way people write them', () => {
  expect(
    [n, minus(n, 1), scaleDim(n, 2), minus(0, n), plus(scaleDim(n, -3), plus(m, 4))].map(printDim),
  ).toEqual(['n', 'n-1', '2*n', '-n', 'm-3*n+4']);
  expect(printShape([n, 2])).toBe('[n, 2]');
});

test('products stay affine or are refused', () => {
  expect(mulDims(2, 3)).toBe(6);
  expect(printDim(mulDims(n, 2) as Dim)).toBe('2*n');
  expect(mulDims(n, 0)).toBe(0);
  expect(mulDims(n, m)).toBeUndefined();
});

test('values and substitution', () => {
  expect(
    evaluateDim(
      plus(scaleDim(n, 2), minus(m, 1)),
      new Map([
        ['n', 3],
        ['m', 4],
      ]),
    ),
  ).toBe(9);
  expect(() => evaluateDim(n, new Map())).toThrow('dimension n has no value');
  expect(printDim(substituteDim(plus(n, m), new Map([['n', minus(m, 1)]])))).toBe('2*m-1');
  expect(knownSize([2, 3])).toBe(6);
  expect(knownSize([2, n])).toBeUndefined();
});

test('rigid names unify with themselves only', () => {
  const u = new Unifier();
  expect(u.unify(n, n)).toBe(true);
  expect(u.unify(n, m)).toBe(false);
  expect(u.unify(n, 3)).toBe(false);
  expect(u.unify(3, 3)).toBe(true);
});

test('flexible names are bound, and bindings are followed', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(namedDim) as [Dim, Dim, Dim];
  const u = new Unifier(new Set(['a', 'b', 'c']));
  expect(u.unify(a, plus(b, 1))).toBe(true);
  expect(u.unify(b, c)).toBe(true);
  expect(u.unify(c, 4)).toBe(true);
  expect([a, b, c].map((d) => u.resolve(d))).toEqual([5, 4, 4]);
  expect(u.unify(a, 6)).toBe(false);
});

test('a form never unifies with itself plus something, nor where no integer solves it', () => {
  const u = new Unifier(new Set(['a']));
  const a = namedDim('a');
  expect(u.unify(a, plus(a, 1))).toBe(false);
  expect(u.unify(scaleDim(a, 2), 3)).toBe(false);
  expect(u.unify(a, n)).toBe(true);
  expect(u.resolveShape([a, 2])).toEqual([n, 2]);
  expect(u.unifyShapes([a], [n, 1])).toBe(false);
});

test('sizes at run time solve the declared forms in any order', () => {
  const bound = bindDims([[plus(n, m)], [minus(m, 1), 2]], [[7], [3, 2]]);
  expect([...bound].sort()).toEqual([
    ['m', 4],
    ['n', 3],
  ]);
  expect(Object.is(bindDims([[minus(3, n)]], [[3]]).get('n'), 0)).toBe(true);
});

const misfits: readonly (readonly [Dim[][], number[][]])[] = [
  [
    [[n], [n]],
    [[2], [3]],
  ],
  [[[3]], [[4]]],
  [[[scaleDim(n, 2)]], [[3]]],
  [[[plus(n, 1)]], [[0]]],
  [[[plus(n, m)]], [[3]]],
];

test.each(misfits)('%j does not take sizes %j', (declared, actual) => {
  expect(() => bindDims(declared, actual)).toThrow();
});
