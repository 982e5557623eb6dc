/** Patterns are found as a reader finds them: in either order, through names, however squares and roots are written. */
import type { LetStatement, Statement } from '../../grammar/ast.js';
import { parseExpression, parseProgram, printExpr } from '../../grammar/index.js';
import { matchExpr } from '../../src/run/hard/match.js';

/** What the letters stand for, or undefined. */
function letters(pattern: string, source: string): Record<string, string> | undefined {
  const { statements } = parseProgram(source).program;
  const scope = new Map(
    statements.filter((s: Statement): s is LetStatement => s.kind === 'let').map((s) => [s.name, s.value]),
  );
  const last = statements.at(-1);
  if (last?.kind !== 'expression') throw new Error(source);
  const match = matchExpr(parseExpression(pattern), last.value, scope);
  return match && Object.fromEntries([...match.letters].map(([name, e]) => [name, printExpr(e)]));
}

const found: readonly (readonly [pattern: string, source: string, letters: Record<string, string>])[] = [
  ['log(exp(a) + 1)', 'log(1 + exp(u*v))', { a: 'u * v' }],
  ['log(exp(a) + 1)', 'ln(exp(x) + 1)', { a: 'x' }],
  ['log(exp(a) + 1)', 'log(1 + e^x)', { a: 'x' }],
  ['log(exp(a) + 1)', 'let t = exp(x); log(1 + t)', { a: 'x' }],
  ['log(exp(a) + 1)', 'let t = exp(x); let s = t + 1; log(s)', { a: 'x' }],
  ['sqrt(a^2 + b^2)', 'sqrt(x*x + y^2)', { a: 'x', b: 'y' }],
  ['sqrt(a^2 + b^2)', '√(u^2 + v**2)', { a: 'u', b: 'v' }],
  ['sqrt(a^2 + b^2 + c^2)', 'sqrt(x^2 + y^2 + z^2)', { a: 'x', b: 'y', c: 'z' }],
  ['sqrt(a @ a)', "sqrt(x' @ x)", { a: 'x' }],
  ['sqrt(a @ a)', 'sqrt(x @ x)', { a: 'x' }],
  ['a^2 - b^2', '(x + 1)^2 - y*y', { a: 'x + 1', b: 'y' }],
  ['mean(a^2) - mean(a)^2', 'let m = mean(x); mean(x^2) - m*m', { a: 'x' }],
  ['exp(a) / sum(exp(a))', 'let t = exp(x[1:]); t / sum(t)', { a: 'x[1:]' }],
  ['1 / (exp(-a) + 1)', '1 / (1 + exp(-x))', { a: 'x' }],
  ['(1 - cos(a)) / a^2', '(1 - cos(2x)) / (2x)^2', { a: '2x' }],
];

test.each(found)('%s in %s', (pattern, source, expected) => {
  expect(letters(pattern, source)).toEqual(expected);
});

const missed: readonly (readonly [pattern: string, source: string])[] = [
  ['log(exp(a) + 1)', 'log(exp(x) + 2)'],
  ['log(exp(a) + 1)', 'log10(exp(x) + 1)'],
  ['a^2 - b^2', 'x^3 - y^2'],
  ['a^2 - 2 * a * b + b^2', 'x^2 - 2*x*y + z^2'],
  ['mean(a^2) - mean(a)^2', 'mean(x^2) - mean(y)^2'],
  ['exp(a) / sum(exp(a))', 'exp(x) / sum(exp(y))'],
  ['(1 - cos(a)) / a^2', '(1 - cos(x)) / y^2'],
  ['log(exp(a) + 1)', 'let e = 2; log(1 + e^x)'],
  ['sqrt(dot(a, a))', 'sqrt(dot(x, y))'],
];

test.each(missed)('%s not in %s', (pattern, source) => {
  expect(letters(pattern, source)).toBeUndefined();
});
