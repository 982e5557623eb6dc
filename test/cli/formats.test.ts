/** Formats of `adc diff`, modes of `adc emit`, and the line of the symbolic gradient in `adc grad`. */
import { answerGrad } from '../../src/check/answer.js';
import { renderGrad } from '../../src/cli/gradtable.js';
import { plain } from '../../src/cli/output.js';
import { openProblem } from '../../src/run/open.js';
import { adc, adcJson } from './run.js';

test('LaTeX, whole or with the names of the derivatives', () => {
  expect(adc(['diff', 'x^2/y', '--wrt', 'x', '--latex']).stdout).toBe('\\frac{2 x}{y}\n');
  expect(adc(['diff', 'x^2/f1 + f', '--wrt', 'x,f', '--format', 'latex']).stdout).toBe(
    '\\frac{\\partial F}{\\partial x} = \\frac{2 x}{f_{1}}\n\\frac{\\partial F}{\\partial f} = 1\n',
  );
  const { stdout } = adc(['diff', 'norm(A@x)^2', '--wrt', 'x', '--latex', '--quiet']);
  expect(stdout).toBe('2 A^{\\top} A x\n');
});

test('MathML', () => {
  expect(adc(['diff', 'x^2', '--format', 'mathml']).stdout).toBe(
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="block"><mrow><mn>2</mn><mo>\u2062</mo><mi>x</mi></mrow></math>\n',
  );
});

test('TypeScript, to any order', () => {
  const { stdout } = adc(['diff', 'x^3', '--order', '2', '--format', 'typescript']);
  expect(stdout).toMatch(/export function derivative\(x: number\): number \{\n {2}return 6 \* x;\n\}\n$/);
  const constant = adc(['diff', 'x*y', '--order', '2', '--wrt', 'x', '--format', 'typescript']);
  expect(constant.stdout).toMatch(/export function derivative\(.*\): number \{\n {2}return 0;\n\}\n$/);
});

test('JSON has the format beside the text', () => {
  const { json } = adcJson('diff', 'x^2*y', '--latex');
  expect(json).toMatchObject({
    derivative: { x: '2 * x * y', y: 'x^2' },
    latex: {
      x: '\\frac{\\partial f}{\\partial x} = 2 x y',
      y: '\\frac{\\partial f}{\\partial y} = x^{2}',
    },
  });
  expect(adcJson('diff', 'x^2', '--format', 'typescript').json.typescript).toMatch(/^\/\*\*\n \* x\^2\n/);
  expect(Object.keys(adcJson('diff', 'x^2').json)).toEqual(['formula', 'order', 'derivative', 'diagnostics']);
});

test('formats that do not exist, or contradict each other', () => {
  const unknown = adc(['diff', 'x^2', '--format', 'pdf']);
  expect([unknown.status, unknown.stderr.trim()]).toEqual([
    2,
    "error[usage]: option '--format <format>' argument 'pdf' is invalid. Allowed choices are text, latex, mathml, typescript",
  ]);
  const both = adc(['diff', 'x^2', '--format', 'mathml', '--latex']);
  expect([both.status, both.stderr.trim()]).toEqual([
    2,
    'error[usage]: --latex and --format mathml contradict each other',
  ]);
});

test('code from the symbolic derivative, and why there is none', () => {
  const { stdout } = adc(['emit', 'x*exp(-x)', '--mode', 'symbolic', '--quiet']);
  expect(stdout).toContain('export function gradient(x: number): GradientResult {');
  const none = adc(['emit', 'cumprod(x)', '--mode', 'symbolic']);
  expect([none.status, none.stdout, none.stderr.split('\n')[0]]).toEqual([
    2,
    '',
    'error[unsupported]: symbolic mode is unavailable: The symbolic derivative does not cover a running sum or product yet.',
  ]);
});

test('grad shows a short symbolic gradient on one line', () => {
  expect(adc(['grad', 'x^3', '--x', '2']).stdout).toContain('\nd/dx  3 * x^2\n');
  const { stdout } = adc(['grad', 'exp(sin(x)/(1+x^2))', '--x', '2']);
  const [line] = stdout.split('\n').filter((l) => l.startsWith('d/dx')) as [string];
  expect(line).toMatch(/^d\/dx {2}(let .*; .*|[^;]*)$/);
});

test('the symbolic gradient has a colour of its own', () => {
  const paint = { ...plain, cyan: (text: string) => `<${text}>` };
  const x = { shape: [], data: Float64Array.of(2) };
  const answer = answerGrad(openProblem('x^3', { values: new Map([['x', x]]) }));
  const none = () => {};
  const output = { json: false, quiet: true, paint, write: none, writeError: none };
  expect(renderGrad(answer, output)).toContain('\nd/dx  <3 * x^2>\n');
});
