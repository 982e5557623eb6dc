/** Names that mean something to the host are ordinary names, wherever a name can stand. */

import { interpret } from '../../src/ir/interpret.js';
import { lowerGeneric, parse } from '../../src/run/program.js';
import { forwardGradient, reverseGradient } from '../support/derivatives.js';
import { sampleOf, tensorOf } from '../support/lowered.js';
import { complaintsOr, typeOf } from './show.js';

const hostish = [
  ...[
    'constructor',
    '__proto__',
    'prototype',
    'class',
    'eval',
    'Math',
    'process',
    'toString',
    'hasOwnProperty',
  ],
  ...[
    'valueOf',
    'this',
    'new',
    'return',
    'function',
    'arguments',
    'undefined',
    'null',
    'NaN',
    'globalThis',
    'window',
  ],
  ...[
    'require',
    'module',
    'import',
    'export',
    'await',
    'async',
    'yield',
    'delete',
    'typeof',
    'Float64Array',
    'length',
  ],
  ...[
    'axis',
    'grad',
    'value',
    'expect',
    'param',
    'data',
    'adjoint',
    'cotangent',
    'sin',
    'sum',
    'dx',
    'tap0',
    'p0',
  ],
];

/** An object with an own property of this name, even for `__proto__`. */
function own(name: string, value: number): Record<string, number> {
  return Object.defineProperty({}, name, { value, enumerable: true }) as Record<string, number>;
}

test.each(hostish)('%s as a variable', (name) => {
  const sample = sampleOf(`${name}^2 + 3*${name}`, own(name, 2));
  expect(interpret(sample.func, sample.args)[0]?.data[0]).toBe(10);
  expect(sample.wrt).toEqual([name]);
  expect(reverseGradient(sample)).toEqual([7]);
  expect(forwardGradient(sample)).toEqual([7]);
});

test.each(hostish)('%s as a let, a parameter, and in a suggestion', (name) => {
  const sample = sampleOf(`let ${name} = x^2; ${name} * ${name}`, { x: 3 });
  expect(interpret(sample.func, sample.args)[0]?.data[0]).toBe(81);
  expect(reverseGradient(sample)).toEqual([108]);
  expect(typeOf(`param ${name}: [k]; sum(${name})`)).toBe('float');
  expect(typeOf(`param ${name}_; ${name}z_`)).toContain('unknown-name');
});

test.each(hostish.filter((n) => !['sin', 'sum', 'length', 'grad'].includes(n)))(
  '%s is no function',
  (name) => {
    expect(complaintsOr('', () => lowerGeneric(parse(`${name}(x)`), new Map(), new Map()))).toMatch(
      /^(unknown-function|unsupported|syntax)/,
    );
  },
);

test('names that compose with those of derivatives stay apart', () => {
  const sample = sampleOf('x*dx^2 + cotangent*ddx', { x: 2, dx: 3, ddx: 5, cotangent: 7 });
  const expected: Record<string, number> = { x: 9, dx: 12, ddx: 7, cotangent: 5 };
  expect(forwardGradient(sample)).toEqual(sample.wrt.map((name) => expected[name]));
  expect(reverseGradient(sample)).toEqual(sample.wrt.map((name) => expected[name]));
});

test('a vector output with a variable called cotangent', () => {
  const sample = sampleOf('cotangent * x', { cotangent: [1, 2], x: [3, 4] });
  expect(reverseGradient(sample)).toEqual([3, 4, 1, 2]);
});

test('a value for a name that the program does not have is refused by name', () => {
  expect(complaintsOr('', () => parse('x + y', ['x', '__proto__']))).toBe(
    'unknown-variable: the formula has no variable __proto__\n  hint: its variables are x, y',
  );
  expect(complaintsOr('', () => parse('constructor', ['constructer']))).toContain(
    'did you mean constructor?',
  );
});

test('names are compared after normalisation', () => {
  const sample = sampleOf('é * e\u0301', { é: 3 });
  expect(interpret(sample.func, [tensorOf(3)])[0]?.data[0]).toBe(9);
});
