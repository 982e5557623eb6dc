/**
 * Random programs in the language: variables assigned again and again, branches, loops with counts that are known or
 * depend on data, early exits, elements assigned and added to, functions, comprehensions.
 *
 * Programs are trees, which are written as text only when they are whole, so that a failing one shrinks to few lines.
 */
import fc from 'fast-check';
import type { Formula } from './formulas.js';

type Expr =
  | { readonly leaf: number; readonly at: number }
  | { readonly way: number; readonly parts: readonly Expr[] };

type Statement =
  | { readonly kind: 'assign'; readonly to: number; readonly value: Expr }
  | { readonly kind: 'element'; readonly at: number; readonly add: boolean; readonly value: Expr }
  | { readonly kind: 'matrix'; readonly at: number; readonly value: Expr }
  | { readonly kind: 'if'; readonly test: Expr; readonly then: Block; readonly otherwise: Block }
  | { readonly kind: 'for'; readonly count: number; readonly body: Block }
  | { readonly kind: 'while'; readonly way: number; readonly body: Block }
  | { readonly kind: 'leave'; readonly how: boolean; readonly test: Expr };
type Block = readonly Statement[];

/** Functions that neither grow nor have kinks near. */
const WAYS = [
  'sin(#)', 'tanh(#)', '(# + ~)', '(# * ~)', '(# - ~)', '0.5 * #', '# / (1 + ~^2)', 'exp(-#^2)', 'f(#, ~)', 'g(#, v)',
  'sum(# * x[q] for q in 0..3)', '[sin(#), #, ~][1]', '(# > ~ ? sin(#) : ~ * #)', 'sum(v * #)', 'log(1 + #^2)',
]; // biome-ignore format: a list of words

const TESTS = ['# > 0.3', 'sin(#) < #', '# * # > 0.5 and s < 2'];

const expr = fc.letrec<{ e: Expr }>((tie) => ({
  e: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    { weight: 3, arbitrary: fc.record({ leaf: fc.nat(6), at: fc.nat(5) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        way: fc.nat(WAYS.length - 1),
        parts: fc.tuple(tie('e'), tie('e')) as fc.Arbitrary<readonly Expr[]>,
      }),
    },
  ),
})).e;

const blocks = fc.letrec<{ block: Block; statement: Statement }>((tie) => ({
  block: fc.array(tie('statement'), { minLength: 1, maxLength: 3 }),
  statement: fc.oneof(
    { depthSize: 'small', maxDepth: 3, withCrossShrink: true },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('assign' as const), to: fc.nat(1), value: expr }) },
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('element' as const),
        at: fc.nat(5),
        add: fc.boolean(),
        value: expr,
      }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('matrix' as const), at: fc.nat(5), value: expr }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('leave' as const), how: fc.boolean(), test: expr }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant('if' as const),
        test: expr,
        then: tie('block'),
        otherwise: tie('block'),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({ kind: fc.constant('for' as const), count: fc.nat(5), body: tie('block') }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant('while' as const), way: fc.nat(2), body: tie('block') }),
    },
  ),
}));

/** Writes a program out. Loops are numbered, and their counters serve as indices inside. */
class Writer {
  private loops = 0;

  index(at: number, counters: readonly string[]): string {
    const i = counters[at % Math.max(1, counters.length)];
    if (i === undefined || at === 5) return String(at % 3);
    return at % 2 === 0 ? `${i} % 3` : `(${i} + 1) % 3`;
  }

  expr(e: Expr, counters: readonly string[]): string {
    if ('leaf' in e) {
      const i = this.index(e.at, counters);
      const counter = counters[e.at % Math.max(1, counters.length)] ?? '2';
      return ['s', 't', 'y', `x[${i}]`, `v[${i}]`, `A[${i}, ${e.at % 2}]`, `0.3 * ${counter}`][
        e.leaf
      ] as string;
    }
    const [a, b] = e.parts.map((p) => this.expr(p, counters)) as [string, string];
    return (WAYS[e.way] as string).replaceAll('#', a).replaceAll('~', b);
  }

  test(e: Expr, counters: readonly string[]): string {
    const written = this.expr(e, counters);
    return (TESTS[written.length % TESTS.length] as string).replaceAll('#', written);
  }

  block(block: Block, counters: readonly string[], inLoop: boolean, indent: string): string {
    return block.map((s) => this.statement(s, counters, inLoop, indent)).join('');
  }

  private statement(s: Statement, counters: readonly string[], inLoop: boolean, indent: string): string {
    const inner = `${indent}  `;
    switch (s.kind) {
      case 'assign':
        return `${indent}${s.to === 0 ? 's' : 't'} = ${this.expr(s.value, counters)}\n`;
      case 'element':
        return `${indent}v[${this.index(s.at, counters)}] ${s.add ? '+=' : '='} ${this.expr(s.value, counters)}\n`;
      case 'matrix':
        return `${indent}A[${this.index(s.at, counters)}, ${s.at % 2}] = ${this.expr(s.value, counters)}\n`;
      case 'leave':
        if (!inLoop) return '';
        return `${indent}if ${this.test(s.test, counters)} { ${s.how ? 'break' : 'continue'} }\n`;
      case 'if':
        return (
          `${indent}if ${this.test(s.test, counters)} {\n${this.block(s.then, counters, inLoop, inner)}${indent}}` +
          ` else {\n${this.block(s.otherwise, counters, inLoop, inner)}${indent}}\n`
        );
      case 'for': {
        const i = `i${++this.loops}`;
        const last = counters.at(-1);
        const count = ['0', '2', '3', 'm', last ? `${last} + 1` : '2', 'm - 1'][s.count] as string;
        return `${indent}for ${i} in 0..${count} {\n${this.block(s.body, [...counters, i], true, inner)}${indent}}\n`;
      }
      case 'while': {
        const c = `c${++this.loops}`;
        const test = [`${c} < 3`, `${c} < 4 and s * s < 2`, `${c} < 3 and v[${c} % 3] < 0.6`][
          s.way
        ] as string;
        // The counter goes first, so that \`continue\` cannot skip it.
        return (
          `${indent}var ${c} = 0\n${indent}while ${test} {\n${inner}${c} = ${c} + 1\n` +
          `${this.block(s.body, counters, true, inner)}${indent}}\n`
        );
      }
    }
  }
}

const number = fc.integer({ min: -15, max: 15 }).map((k) => k / 10 + 0.037);

/** Random programs, with values for their parameters. */
export const randomPrograms: fc.Arbitrary<Formula> = fc
  .record({
    block: blocks.block,
    x: fc.array(number, { minLength: 3, maxLength: 3 }),
    y: number,
    m: fc.integer({ min: 1, max: 3 }),
  })
  .map(({ block, x, y, m }) => {
    const source = `param x: [3]
param y
data m: int
fn f(a, b) = sin(a) * b + 0.3 * a
fn g(a, z: [k]) {
  var r = a
  for i in 0..k { r = tanh(r + z[i] * f(r, a)) }
  r
}
var s = y
var t = x[0] * 0.8
var v = x * 1
var A = outer(x, [1, 0.5])
${new Writer().block(block, [], false, '')}s + t * sum(v) + sum(A * A)`;
    return { source, values: { x, y, m } };
  });
