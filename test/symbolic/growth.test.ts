/** No swell: the size of the shared derivative grows like the formula's, whatever its shape. */
import { countOperations, symbolicGradient } from '../../src/passes/symbolic/index.js';
import { lowered, type Shapes, textOf } from './harness.js';

const join = (n: number, part: (i: number) => string, separator: string) =>
  Array.from({ length: n }, (_, i) => part(i)).join(separator);

function size(source: string, shapes: Shapes, name: string): number {
  const result = symbolicGradient(lowered(source, shapes), [name]);
  if ('unavailable' in result) throw new Error(result.unavailable);
  const formula = result.gradients.get(name);
  if (!formula) throw new Error(`no gradient for ${name}`);
  lowered(textOf(formula), shapes);
  return countOperations(formula.expression, formula.statements);
}

const logistic = (n: number) =>
  `let x0 = x; ${join(n, (i) => `let x${i + 1} = r*x${i}*(1-x${i})`, '; ')}; x${n}`;

test.each([
  ['the logistic map', logistic, { x: [], r: [] }, 'x', 20, 8],
  ['the logistic map with respect to r', logistic, { x: [], r: [] }, 'r', 20, 16],
  ['a product of sums', (n: number) => join(n, (i) => `(x+${i})`, '*'), { x: [] }, 'x', 300, 14],
  ['a product of functions', (n: number) => join(n, (i) => `sin(x+${i})`, '*'), { x: [] }, 'x', 300, 14],
  ['a sum', (n: number) => join(n, (i) => `sin(${i + 1}*x)`, ' + '), { x: [] }, 'x', 4000, 5],
  [
    'a function of a sum',
    (n: number) => `exp(${join(n, (i) => `sin(${i}+x)`, ' + ')})`,
    { x: [] },
    'x',
    2000,
    7,
  ],
  [
    'functions inside each other',
    (n: number) => `${'sin('.repeat(n)}x${')'.repeat(n)}`,
    { x: [] },
    'x',
    200,
    4,
  ],
  [
    'squares of squares',
    (n: number) => `let a0 = A; ${join(n, (i) => `let a${i + 1} = a${i}@a${i}`, '; ')}; sum(a${n})`,
    { A: ['n', 'n'] },
    'A',
    20,
    12,
  ],
  [
    'layers',
    (n: number) => `let h0 = x; ${join(n, (i) => `let h${i + 1} = tanh(W@h${i}+b)`, '; ')}; sum(h${n})`,
    { x: ['n'], W: ['n', 'n'], b: ['n'] },
    'W',
    50,
    20,
  ],
] as const)('%s', (_, formula, shapes, name, n, perPart) => {
  const whole = size(formula(n), shapes as Shapes, name);
  expect(whole).toBeLessThan(perPart * n);
});

test('a thousand factors that are variables', () => {
  const shapes = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`x${i}`, []]));
  expect(
    size(
      join(1000, (i) => `x${i}`, '*'),
      shapes,
      'x5',
    ),
  ).toBe(998);
});

test('a sum of one variable twenty thousand times', () => {
  expect(
    size(
      join(20000, () => 'x', ' + '),
      { x: [] },
      'x',
    ),
  ).toBe(0);
});
