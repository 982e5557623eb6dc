/** Vars, choices and loops: what programs compute, against the same in plain code. */
import { scalar } from '../../src/core/tensor.js';
import { lowerAt, parse } from '../../src/run/program.js';
import { run } from './run.js';

/** The program with x = 3 and v = [1, 2, 4]; its value is to be `value`. */
const programs: readonly (readonly [source: string, value: unknown])[] = [
  // Vars
  ['var s = x; s = s * 2; s += 1; s', 7],
  ['var s = x; s -= 1; s *= 4; s /= 2; s ^= 2; s %= 7; s', 2],
  ['var s = x; s **= 2; s', 9],
  ['var s = v; s = s + 1; s', [2, 3, 5]],
  ['var s = v; let t = s; s = 2 * s; t + s', [3, 6, 12]],
  ['var M = eye(2); M @= [[1, 2], [3, 4]]; M * x', [[3, 6], [9, 12]]], // biome-ignore format: one line
  ['var s = x; let y = { s = 5; s * x }; y + s', 20],
  ['var k = 0; k = k + 1; v[k]', 2],
  ['var k = 0; k += 2; v[k] + k / 4', 4.5],
  ['var s = 1; s = s / 2 + x; s', 3.5],
  ['var c = x > 2; c = not c; c ? 1 : x', 3],
  ['var s = 1; let y = { var s = x; s += 1; s }; 10 * y + s', 41],
  ['var s = 1; if x > 2 { s = 5; var s = 7; s += 1 }; s', 5],
  // Choices
  ['if x > 2 { x } else { -x }', 3],
  ['if x < 2 { x } else if x < 4 { 10 * x } else { 0 }', 30],
  ['let y = if x > 2 { let u = x; u * u } else { 0 }; y + 1', 10],
  ['var s = 0; if x > 2 { s = x } ; s', 3],
  ['var s = 0; if x > 5 { s = x } ; s', 0],
  ['var s = 0; var t = 1; if x > 5 { s = x } else { t = s + x; s = 7 }; s + t', 10],
  ['var s = 1; if x > 0 { if x > 2 { s = 10 } else { s = 20 } } else { s = 30 }; s * x', 30],
  ['var k = 0; if x > 2 { k = 2 } else { k = 1 }; v[k]', 4],
  ['v[x > 2 ? 1 : 0]', 2],
  ['var s = x; if length(v) == 3 { s = 1 } else { s = v }; s', 1],
  ['var s = v; if x > 2 { s[1] = 9 }; s', [1, 9, 4]],
  ['var s = x; (x > 2 ? { s = 8; s } : 0) + s', 16],
  ['if true { x } else { dot(x, x) }', 3],
  // while
  ['var s = x; while s < 100 { s = s * 2 }; s', 192],
  ['var s = x; while s < 1 { s = s * 2 }; s', 3],
  ['var n = 0; var s = x; while s < 100 { s *= 2; n += 1 }; n', 6],
  ['var a = 21; var b = 14; while b != 0 { let r = a % b; a = b; b = r }; a + 0 * x', 7],
  ['var i = 0; var s = 0; while i < length(v) { s += v[i]; i += 1 }; s', 7],
  ['var s = v; while norm(s) < 1000 { s = s * 2 }; s', [256, 512, 1024]],
  ['var i = 0; while true { i += 1; if i > 10 { break } }; i * x', 33],
  ['var i = 0; while i < 3 and v[i] < 100 { i += 1 }; i', 3],
  ['var i = 0; while not (i == 3 or v[i] > 3) { i += 1 }; i', 2],
  ['length(v) > 5 and v[5] > 0 ? 1 : x', 3],
  // for
  ['var s = 0; for i in 0..3 { s += v[i] * i }; s', 10],
  ['var s = 0; for i in 1..3 { s += v[i] * i }; s', 10],
  ['var s = 0; for i in 0..0 { s += x }; s', 0],
  ['var s = 0; for i in 3..1 { s += x }; s', 0],
  ['var s = 0; for i in -2..2 { s += i^2 * x }; s', 18],
  ['var s = 0; for i in 0..length(v) { s += v[i] }; s', 7],
  ['var s = 0; for i in 0..3 { for j in 0..i { s += v[i] * v[j] } }; s', 14],
  ['var s = 0; for i in 0..3 { for j in i..3 { s += v[i] * v[j] } }; s', 35],
  ['var p = 1; for i in 0..3 { let u = v[i] + 1; p *= u }; p', 30],
  ['var s = 0; for i in 0..3 { var t = x; for j in 0..2 { t = t * v[i] }; s += t }; s', 63],
  ['var k = 0; for i in 0..3 { k = i }; v[k]', 4],
  // break and continue
  ['var s = 0; for i in 0..3 { if i == 2 { break }; s += v[i] }; s', 3],
  ['var s = 0; for i in 0..3 { if i == 1 { continue }; s += v[i] }; s', 5],
  ['var s = 0; for i in 0..3 { if i == 0 { continue } else { s += 10 }; if i == 2 { break }; s += v[i] }; s', 22],
  ['var s = 0; for i in 0..3 { for j in 0..3 { if j > i { break }; s += 1 } }; s * x', 18],
  ['var s = 0; var i = 0; while i < 3 { i += 1; if v[i - 1] == 2 { continue }; s += v[i - 1] }; s', 5],
  ['var i = 0; while v[i] < 100 { i += 1; if i == 3 { break } }; i', 3],
  ['var s = x; for i in 0..10 { s *= 2; if s > 20 { s = -s; break } }; s', -24],
  ['var s = x; for i in 0..10 { break; s = 0 }; s', 3],
  ['var s = 0; for i in 0..5 { if i < 2 { continue }; if i > 3 { break }; s += i }; s', 5],
  // Updates
  ['var w = v; w[0] = 5; w', [5, 2, 4]],
  ['var w = v; w[-1] = 5; w', [1, 2, 5]],
  ['var w = v; w[1] += x; w[1] *= 2; w[2] -= 1; w[0] /= 4; w', [0.25, 10, 3]],
  ['var w = v; w[1:] = [7, 8]; w', [1, 7, 8]],
  ['var w = v; w[:2] = x; w', [3, 3, 4]],
  ['var w = v; w[::-1] = v; w', [4, 2, 1]],
  ['var w = v; w[::2] += 10; w', [11, 2, 14]],
  ['var w = zeros(3); for i in 0..3 { w[i] = v[i]^2 }; w', [1, 4, 16]],
  ['var w = v; for i in 1..3 { w[i] += w[i-1] }; w', [1, 3, 7]],
  ['var A = zeros(2, 3); for i in 0..2 { for j in 0..3 { A[i, j] = i * v[j] } }; A', [[0, 0, 0], [1, 2, 4]]],
  ['var A = zeros(2, 3); A[1] = v; A[:, 0] = [8, 9]; A', [[8, 0, 0], [9, 2, 4]]],
  ['var A = zeros(3, 3); for i in 0..3 { A[i] = i * v; A[:, i] += 1 }; A', [[1, 1, 1], [1, 3, 5], [2, 4, 9]]],
  ['var A = outer(v, v); for i in 0..2 { A[i, i:i+2] = [0, 0] }; A', [[0, 0, 4], [2, 0, 0], [4, 8, 16]]],
  ['var k = [0, 0]; k[1] = 2; v[k[1]]', 4],
  ['var k = [1, 2]; k[1] = x / 2; k', [1, 1.5]],
  ['var w = v; for i in 0..3 { if v[i] > 1 { w[i] = 0 } }; w', [1, 0, 0]],
  // Reading
  ['var s = 0; for i in 0..2 { s += sum(v[i:i+2]) }; s', 9],
  ['var s = 0; let A = outer(v, v); for i in 0..3 { s += A[i, 2 - i] + A[-1, i] + sum(A[:, i]) }; s', 89],
  ['var s = 0; let A = outer(v, v); for i in 0..2 { s += sum(A[i:i+2, 1:]) }; s', 54],
]; // biome-ignore format: a table

test.each(programs)('%s', (source, value) => {
  const values = Object.fromEntries(
    Object.entries({ x: 3, v: [1, 2, 4] }).filter(([name]) => new RegExp(`\\b${name}\\b`).test(source)),
  );
  expect(run(source, values)).toEqual(value);
});

test('names that nothing reads are told, once', () => {
  const remarks = (source: string) =>
    lowerAt(parse(source, ['x']), new Map([['x', scalar(3)]])).diagnostics.map(
      (d) => `${d.code}: ${d.message}`,
    );
  expect(remarks('var s = x; s = 2; x')).toEqual(['unused: s is never used']);
  expect(remarks('var s = 0; while s < x { s += 1 }; x')).toEqual([]);
  expect(remarks('fn f(a) { let b = a; a }; f(x) + f(2)')).toEqual(['unused: b is never used']);
  expect(remarks('for i in 0..3 { let u = i * x }; x')).toEqual(['unused: u is never used']);
  expect(remarks('var s = 0; for i in 0..3 { let u = i * x; s = s / 2 + u }; s')).toEqual([]);
});
