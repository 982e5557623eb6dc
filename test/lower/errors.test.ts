/** What is wrong with a program beyond its syntax: the message, its place, and the hint. */
import { typeOf } from '../ir/show.js';

const declared = 'param x: [n]; param A: [m, n]; param s; ';
const programs: Readonly<Record<string, readonly string[]>> = {
  assignments: [
    'let a = s; a = 2; a',
    'let a = x; a[0] = 2; a',
    's = 2; s',
    'x[0] = 1; x',
    'x += 1; x',
    'b = 2; s',
    'b += 2; s',
    'for i in 0..n { i = 2 }; s',
    'fn f(a) { a = 2; a }; f(s)',
    'var t = s; fn f(a) { t = a; a }; f(s)',
    'var t = s; fn f(a) = a * t; f(s)',
    'var t = s; [{ t = 2; t } for i in 0..3]',
    't = s; var t = 1; t',
    'var t = 1; var t = 2; t',
    'var t = s; t = x; t',
    'var t = s; t += x; t',
    'var t = s > 0; t = 1; t',
    'var t = 1; t = s > 0; t',
    'var t = x; t[0] = s > 0; t',
    'var t = x; t[0:2] = [1, 2, 3]; t',
    'var t = x; t[0] = x; t',
    'var t = x; t[5] = 1; t[2] = 0; zeros(3) + t',
    'var B = A; B[0, 0, 0] = 1; B',
    'var t = x; t[s] = 1; t',
    'var t = s; t[0] = 1; t',
    'var t = s; 2',
    'while x[0] < { s = 1; 2 } { }; s',
  ],
  choices: [
    'if s > 0 { s }',
    'let y = if s > 0 { s } else if s < -1 { 2 }; y',
    'if s > 0 { s } else { x }',
    'if s > 0 { s } else { s > 1 }',
    'if s { 1 } else { 2 }',
    'if x > 0 { 1 } else { 2 }',
    'if s > 0 { let y = s } else { 2 }',
    'if s > 0 { s }; s',
    'var t = s; if s > 0 { t = x } else { t = 2 }; t',
    'var t = s; if s > 0 { t = 1; t + 1 }; t',
    'let y = if s > 0 { } else { 2 }; y',
  ],
  loops: [
    'while s { }; s',
    'while x > 0 { }; s',
    'while true { }; s',
    'var t = s; while t < 3 { t = x }; t',
    'var t = s; while t < 3 { t = t * x }; t',
    'for i in 0..s { }; s',
    'for i in 0..x { }; s',
    'for i in 0.5..2 { }; s',
    'var t = 0; for i in 0..n { t += x[i] }; t + i',
    'for i in 0..n { let u = x[i] }; u',
    'let y = { break; 2 }; y',
    'for i in 0..n { let y = { break; 2 } }; s',
    'for i in 0..n { fn f(a) { break; a }; s = f(s) }; s',
    'if s > 0 { break }; s',
    'var t = x; for i in 0..3 { t = t[1:] }; t',
    'var t = 0; for i in 0..n { t += sum(x[0:i]) }; t',
    'var t = 0; for i in 0..n { t += sum(zeros(i)) }; t',
    'var k = 0; while s > k { k += 1 }; zeros(k)',
    'var t = 0; for i in 0..n { t += x[i / 2] }; t',
  ],
  functions: [
    'fn f(a) = a; f(s, s)',
    'fn f(a) = a; f()',
    'fn f(a) = a; f(a=s)',
    'fn f(a) = a; g(s)',
    'fn foo(a) = a; fo(s)',
    'fn f(a) = a; fn f(b) = b; f(s)',
    'fn f(a, a) = a; f(s, s)',
    'fn f(a) = a; f + 1',
    'fn f(a) = b + a; f(s)',
    'fn f(a: [k]) = a; f(s)',
    'fn f(a: [k], b: [k]) = a + b; f(x, A[:, 0])',
    'fn f(a: [3]) = a; f([1, 2])',
    'fn f(a: [2*k]) = a; f([1, 2, 3])',
    'fn f(a: [k^2]) = a; f(x)',
    'fn f(k: int) = x[k]; f(s)',
    'fn f(a) = a + A; f(x[0:3])',
    'fn f(a) = a > 1 ? f(a / 2) : a; f(s)',
    'fn f(a) = g(a); fn g(a) = f(a); f(s)',
    'fn f(k) = f(k + 1); f(0)',
    'fn fib(k) = k < 2 ? k : fib(k - 1) + fib(k - 2); fib(30)',
    'fn f(a) { let b = 2; a }; f(s) + f(s)',
  ],
  comprehensions: [
    '[i for i in 0..s]',
    '[x[i] for i in 0..n for j in 0..i]',
    '[x[j] for i in 0..n for i in 0..n]',
    'sum(x[i] for i in 0..n) + i',
    'sum(x[i] for i in 0..n if x[i])',
    'sum(x[i] > 0 for i in 0..n)',
    'max(s for i in 0..0)',
    'std(x[i] for i in 0..n if i > 0)',
    'mean(s for i in 0..3 for j in 0..i)',
    'dot(x[i] for i in 0..n, x)',
    'sin(x[i] for i in 0..n)',
    'var k = 0; while s > k { k += 1 }; [s for i in 0..k]',
    '[[x[i], s > 0] for i in 0..n]',
    '[i == 0 ? s : x for i in 0..n]',
  ],
};

describe.each(Object.entries(programs))('%s', (_, texts) => {
  test.each(texts)('%s', (text) => {
    const mentioned = declared
      .split('; ')
      .filter((d) => new RegExp(`\\b${d.split(/[ :]/)[1]}\\b`).test(text));
    const sized = /\bn\b/.test(text) && !mentioned.includes('param x: [n]') ? ['param x: [n]'] : [];
    const source = [...new Set([...sized, ...mentioned, text])].join('\n');
    expect(typeOf(source)).toMatchSnapshot();
  });
});

test.each([
  'sum(x[i] for i in 0..n)',
  'var t = 0; for i in 0..n { t += x[i] }; t',
  'fn f(a) = a * k; f(x)',
  'fn f(a) = a * x; f(2)',
])('free names of %s', (text) => {
  expect(typeOf(text)).toMatchSnapshot();
});
