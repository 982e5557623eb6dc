/** Errors of names, shapes and types: what is said, where the caret stands, what the hint offers. */
import { AdcError } from '../../src/core/diagnostic.js';
import { lowerGeneric, parse } from '../../src/run/program.js';
import { complaintsOr, mentionedIn, shown, typeOf } from './show.js';

const values = {
  x: [1, 2, 3, 4],
  u: [1, 2, 3],
  A: [
    [1, 2, 3],
    [4, 5, 6],
  ],
  C: [
    [1, 2],
    [3, 4],
  ],
  s: 2,
  T: [[[1]]],
};

const programs: Readonly<Record<string, readonly string[]>> = {
  'unknown names': [
    'param alpha; alhpa + 1',
    'param x; data scale; X * scael',
    'param x; q9',
    'param Ωmega; Ωmgea^2',
    'let a = b; let b = 2; a',
    '{ let q = 1; q } + q',
    'param x; sin + x',
    'param x; x * sum',
  ],
  functions: ['sine(x)', 'foo(x)', 'let f = x; f(2)', 'softmaxx(x)', 'Sin(x)', 'param x: [3]; arctan(x)'],
  arity: [
    'sin()',
    'sin(1, 2)',
    'dot(u)',
    'where(true, 1)',
    'clip(x)',
    'reshape(x)',
    'norm(x, 1, 2)',
    'atan2(1)',
  ],
  'named arguments': [
    'sum(A, dim=0)',
    'sin(x, axis=0)',
    'dot(u, u, axis=0)',
    'sum(A, axis=2)',
    'sum(s, axis=0)',
    'sum(A, axis=1.5)',
    'max(u, 1, axis=0)',
  ],
  shapes: [
    'x + u',
    'x * A',
    'A * C',
    'C * A',
    'A @ C',
    'u @ A',
    'C @ T',
    's @ u',
    "u @ u'",
    'dot(u, x)',
    'dot(A, A)',
    'cross(x, u)',
    'outer(A, u)',
    'trace(A)',
    'diag(s)',
    'kron(u, u)',
    'reshape(A, 4)',
    'concat(A, u)',
    'concat(s, s)',
    '[u, x]',
    '[[1, 2], [3]]',
    's > 0 ? x : A',
    'where(x > 0, x, u)',
    'max(u, x)',
    'x < u < 3',
    'zeros(-1)',
    'arange(5, 2)',
    'length(s)',
    'max(zeros(0))',
    'norm(zeros(0), inf)',
  ],
  indices: [
    'x[4]',
    'x[-5]',
    'x[1:5]',
    'x[-5:]',
    'x[3:1]',
    'x[::0]',
    'x[1.5]',
    'x[u[0]]',
    's[0]',
    'A[0, 0, 0]',
    'A[:, 3]',
    '[1, 2][2]',
    'zeros(0)[0]',
    'x[1 > 0]',
  ],
  types: [
    's ? 1 : 2',
    'x > 2 ? 1 : 0',
    's > 0 ? (s > 1) : 2',
    'where(s, 1, 2)',
    'any(x)',
    'not x',
    '-(x > 1)',
    'sin(x > 1)',
    'sum(x > 2)',
    '(x > 1) + 1',
    '(x > 1) == (x > 2)',
    'x and u',
    '[u > 1, u]',
    'concat(u > 1, u)',
    "(A > 1)'",
    'zeros(1.5)',
    'norm(u, 3)',
  ],
  scopes: [
    'let a = 1; let a = 2; a*s',
    'param q; let q = 3; q',
    'param q; param q; q',
    'let a = s; { let b = a; let b = 2; b }',
  ],
  'several at once': [
    'let a = x + u; let b = s[0]; a * b + foo(x)',
    'param x; yy + zz * sin(x, 1)',
    'sin(x + u, A @ C)',
    '[x[9], u[7], s @ s]',
    'where(x + u, s[0], foo(1))',
  ],
};

for (const [what, sources] of Object.entries(programs)) {
  test.each(sources)(`${what}: %s`, (source) => {
    const result = /^param/.test(source) ? typeOf(source) : shown(source, mentionedIn(source, values));
    expect(`${source}\n\n${String(result)}`).toMatchSnapshot();
    expect(result).toMatch(/^[a-z-]+: /);
  });
}

test('an error in one place is told once', () => {
  const source = 'param x; let a = nope; a + a * a';
  expect(complaintsOr(source, () => lowerGeneric(parse(source), new Map(), new Map()))).toBe(
    'unknown-name: unknown name nope\n  param x; let a = nope; a + a * a\n                   ^^^^\n  hint: declare it with param, data or let',
  );
});

function remarks(source: string): string[] {
  const { diagnostics } = lowerGeneric(parse(source), new Map(), new Map());
  return diagnostics.map((d) => `${d.severity} ${d.code}: ${d.message}`);
}

test('a let that nothing uses is a warning, and a shadowed constant a remark', () => {
  expect(remarks('let y = x; 3*x')).toEqual(['warning unused: y is never used']);
  expect(remarks('{ let y = x; let z = y; x }')).toEqual(['warning unused: z is never used']);
  expect(remarks('let y = x; y')).toEqual([]);
  expect(remarks('let e = x; e')).toEqual(['info shadowed: e is a variable here, not the constant']);
  expect(remarks('let q = x; { let pi = q; pi }')).toEqual([
    'info shadowed: pi is a variable here, not the constant',
  ]);
});

test('a value that an output may be asked of has a suggestion', () => {
  const ask = () => lowerGeneric(parse('let margin = x; margin^2'), new Map(), new Map(), 'magrin');
  expect(ask).toThrow(AdcError);
  expect(complaintsOr('', ask)).toBe(
    'unknown-variable: --of magrin: the program names no such value\n  hint: did you mean margin?',
  );
});
