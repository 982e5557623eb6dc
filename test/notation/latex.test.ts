/** LaTeX as a mathematician would write it; KaTeX compiles all of it. */
import fc from 'fast-check';
import { toLatex } from '../../src/notation/index.js';
import { symbolicDerivative } from '../../src/run/orders.js';
import { formulas } from '../support/formulas.js';
import { tensorOf } from '../support/lowered.js';
import { scalars, tensors } from '../symbolic/identities.js';
import { compiled, latex, type Ranks } from './notate.js';

const ranks: Ranks = { A: 2, B: 2, X: 2, u: 1, v: 1, w: 1 };

const table: readonly (readonly [text: string, tex: string])[] = [
  // Numbers and names.
  ['x1', 'x_{1}'],
  ['x_12', 'x_{12}'],
  ['w_ij', 'w_{ij}'],
  ['x_max', 'x_{\\max}'],
  ['alpha', '\\alpha'],
  ['sigma2', '\\sigma_{2}'],
  ['θ', '\\theta'],
  ['loss', '\\mathit{loss}'],
  ['变量', '\\text{变量}'],
  ['a_b_c', '\\mathit{a\\_b\\_c}'],
  ['2*pi*inf', '2 \\pi \\infty'],
  ['2.5e-7*x', '2.5 \\cdot 10^{-7} x'],
  // Sums and products.
  ['a - (b - c)', 'a - (b - c)'],
  ['a + -b', 'a - b'],
  ['-(a + b)', '-(a + b)'],
  ['-a*b', '-a b'],
  ['a*-b', 'a (-b)'],
  ['2*3*x', '2 \\cdot 3 x'],
  ['x*(x + 1)', 'x (x + 1)'],
  ['rate*(x + 1)', '\\mathit{rate} \\cdot (x + 1)'],
  ['(a + b)*(a - b)', '(a + b) (a - b)'],
  ['a*b/c/d', '\\frac{a b}{c d}'],
  ['1/2*x', '\\frac{x}{2}'],
  ['-2*x/(x^2 + 1)', '-\\frac{2 x}{x^{2} + 1}'],
  ['a % b + 1', '(a \\bmod b) + 1'],
  // Powers and roots.
  ['x^2', 'x^{2}'],
  ['x1^2', 'x_{1}^{2}'],
  ['-x^2', '-x^{2}'],
  ['(-x)^2', '(-x)^{2}'],
  ['(a + b)^2', '(a + b)^{2}'],
  ['(a/b)^2', '\\left(\\frac{a}{b}\\right)^{2}'],
  ['(x^2)^3', '(x^{2})^{3}'],
  ['x^2^3', 'x^{2^{3}}'],
  ['x^(1/3)', 'x^{1/3}'],
  ['x^-1', 'x^{-1}'],
  ['sqrt(x + 1)', '\\sqrt{x + 1}'],
  ['cbrt(x)', '\\sqrt[3]{x}'],
  ['e^x', 'e^{x}'],
  // Functions.
  ['exp(-x^2)', 'e^{-x^{2}}'],
  ['exp(x/y)', '\\exp\\left(\\frac{x}{y}\\right)'],
  ['sin(x)^2', '\\sin^{2}(x)'],
  ['sin(x)^-1', '(\\sin(x))^{-1}'],
  ['asin(x)', '\\arcsin(x)'],
  ['log2(x) + log(x)', '\\log_{2}(x) + \\log(x)'],
  ['abs(x/y)', '\\left\\lvert \\frac{x}{y} \\right\\rvert'],
  ['floor(x)', '\\lfloor x \\rfloor'],
  ['sigmoid(x)', '\\sigma(x)'],
  ['sigmoid(sigma)', '\\operatorname{sigmoid}(\\sigma)'],
  ['gamma(x)', '\\Gamma(x)'],
  ['polygamma(2, x)', '\\psi^{(2)}(x)'],
  ['max(x, y)', '\\max(x, y)'],
  ['hypot(x, y)', '\\sqrt{x^{2} + y^{2}}'],
  ['softplus(x)', '\\operatorname{softplus}(x)'],
  // Choices.
  ['x > 0 ? x : -x', '\\begin{cases} x & \\text{if }x > 0 \\\\ -x & \\text{otherwise} \\end{cases}'],
  [
    'x < 0 ? -1 : x > 0 ? 1 : 0',
    '\\begin{cases} -1 & \\text{if }x < 0 \\\\ 1 & \\text{if }x > 0 \\\\ 0 & \\text{otherwise} \\end{cases}',
  ],
  [
    'where(0 <= x && x < 1, x, 0) + y',
    '\\left(\\begin{cases} x & \\text{if }0 \\le x \\land x < 1 \\\\ 0 & \\text{otherwise} \\end{cases}\\right) + y',
  ],
  // Vectors and matrices.
  ["(A + A') @ v", '(A + A^{\\top}) v'],
  ["2 * A' @ (A @ v - u)", '2 A^{\\top} (A v - u)'],
  ["-X' @ (u * sigmoid(-u * (X @ w)))", '-X^{\\top} (u \\odot \\sigma(-u \\odot X w))'],
  ["v' @ A @ w", 'v^{\\top} A w'],
  ['v @ A', 'A^{\\top} v'],
  ['2 * v @ A @ B + w', '2 B^{\\top} A^{\\top} v + w'],
  ['(A @ v) @ w', '(A v)^{\\top} w'],
  ['v * w @ A', 'A^{\\top} (v \\odot w)'],
  ['v / w', 'v \\oslash w'],
  ['v / norm(v)', '\\frac{v}{\\lVert v \\rVert}'],
  ['norm(v, 1)', '\\lVert v \\rVert_{1}'],
  ['norm(v, inf)', '\\lVert v \\rVert_{\\infty}'],
  ["inv(A)'", 'A^{-\\top}'],
  ['solve(A, v)', 'A^{-1} v'],
  ['logdet(A)', '\\log\\lvert \\det(A) \\rvert'],
  ['trace(A @ B)', '\\operatorname{tr}(A B)'],
  ['dot(v, w)', 'v^{\\top} w'],
  ['outer(v, w)', 'v w^{\\top}'],
  ['A^2', 'A^{\\circ 2}'],
  ['v[0]^2 + A[1, 2] + v[1:]', 'v_{0}^{2} + A_{1,2} + v_{1:}'],
  ['[x, x^2]', '\\begin{bmatrix} x \\\\ x^{2} \\end{bmatrix}'],
  ['[[a, b], [c, d]]', '\\begin{bmatrix} a & b \\\\ c & d \\end{bmatrix}'],
  // Reductions.
  ['sum(v)', '\\sum_{i} v_{i}'],
  ['sum(v^2 * x)/n', '\\frac{\\sum_{i} v_{i}^{2} x}{n}'],
  ['sum(v) * x', '\\left(\\sum_{i} v_{i}\\right) x'],
  ['sum(A * B)', '\\sum_{i, j} A_{ij} B_{ij}'],
  ["sum(A' * B)", '\\sum_{i, j} A_{ji} B_{ij}'],
  ['sum(A + v)', '\\sum_{i, j} (A_{ij} + v_{j})'],
  ['sum(A, axis=1)', '\\left[\\sum_{j} A_{ij}\\right]_{i}'],
  ['sum(sum(A, axis=0)^2)', '\\sum_{i} \\left(\\sum_{j} A_{ji}\\right)^{2}'],
  ['sum(i * v)', '\\sum_{j} i v_{j}'],
  ['sum(log(1 + exp(-u * (X @ w))))', '\\sum_{i} \\log(1 + e^{-u_{i} (X w)_{i}})'],
  ['prod(v)', '\\prod_{i} v_{i}'],
  ['max(v)', '\\max_{i} v_{i}'],
  ['mean(v)', '\\bar{v}'],
  ['logsumexp(v)', '\\log \\sum_{i} e^{v_{i}}'],
  ['softmax(v)', '\\operatorname{softmax}(v)'],
  // Names for parts.
  [
    'let t1 = K + s; let t2 = t1^2; s/t2',
    '\\begin{aligned}\n& \\frac{s}{t_{2}} \\\\\n& \\text{where }t_{1} = K + s \\\\\n& \\text{and }t_{2} = t_{1}^{2}\n\\end{aligned}',
  ],
];

test.each(table)('%s', (text, tex) => {
  expect(latex(text, ranks)).toBe(tex);
  compiled(tex);
});

test('every derivative of the table of identities compiles', () => {
  for (const [, shapes, expected] of [...scalars, ...tensors]) {
    const byName = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, shape.length]));
    for (const text of Object.values(expected)) compiled(latex(text.replaceAll('; ', '\n'), byName));
  }
});

test('derivatives of random formulas compile', () => {
  let compiledOnes = 0;
  fc.assert(
    fc.property(formulas, ({ source, values }) => {
      const point = new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));
      const shapes = new Map([...point].map(([name, t]) => [name, t.shape]));
      const { programs, ranks: found } = symbolicDerivative(source, { values: point, shapes });
      for (const program of programs.values()) {
        compiled(toLatex(program, { ranks: found }));
        compiledOnes++;
      }
    }),
    { numRuns: 60, seed: 4_711 },
  );
  expect(compiledOnes).toBeGreaterThan(50);
});

test('a sum of 5,000 terms and a deep quotient need no deep recursion', () => {
  const sum = Array.from({ length: 5_000 }, (_, i) => `x${i}`).join(' + ');
  expect(latex(sum)).toMatch(/^x_\{0\} \+ x_\{1\}.*x_\{4999\}$/);
  const chain = Array.from({ length: 5_000 }, () => 'x').join(' / ');
  expect(latex(chain)).toMatch(/^\\frac\{x\}\{x x/);
});
