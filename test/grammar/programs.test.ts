/** Programs: statements, and which newlines end them. */
import { parseCaseLine, parseProgram, splitSuite } from '../../grammar/index.js';
import { program, sexpr, statement } from './show.js';

describe('programs', () => {
  test('the example of the language', () => {
    const text = `# logistic regression with a penalty
param w: [d]                    # differentiated
data  X: [n, d]                 # known, not differentiated
data  y: [n]
let margin = y * (X @ w)
let loss   = sum(softplus(-margin)) / n
loss + 0.5 * 1e-3 * dot(w, w)   # the last expression is the output
`;
    expect(program(text).split('\n')).toEqual([
      '(param w [d])',
      '(data X [n d])',
      '(data y [n])',
      '(let margin (* y (@ X w)))',
      '(let loss (/ (call sum (call softplus (- margin))) n))',
      '(+ loss (* (* 0.5 0.001) (call dot w w)))',
    ]);
    expect(parseProgram(text).program.source).toBe(text);
  });

  test.each([
    [
      'declarations',
      'data m: int\ndata idx: int[p]\nparam x: [3] = [1, 2, 3]\nparam s = 2\nparam z: []\ns',
      '(data m int)\n(data idx int [p])\n(param x [3] [1 2 3])\n(param s 2)\n(param z [])\ns',
    ],
    ['semicolons', 'let a = 1; let b = a;; a*b;', '(let a 1)\n(let b a)\n(* a b)'],
    ['a newline in parentheses', 'f(a,\n b\n + c\n)', '(call f a (+ b c))'],
    ['a newline in brackets', '[1\n,2\n]', '[1 2]'],
    ['a newline after an operator', 'a +\n\n b', '(+ a b)'],
    ['a newline after =', 'let a =\n 1\na', '(let a 1)\na'],
    ['a line that starts with *', 'a\n* b', '(* a b)'],
    ['a line that starts with @ and ^', 'a\n@ b\n^ 2', '(@ a (^ b 2))'],
    ['a line that starts with ? and :', 'a\n? b\n: c', '(? a b c)'],
    ['a line that starts with a comparison', 'a\n<= b', '(compare a <= b)'],
    ['a line that starts with .*', 'a\n.* b', '(* a b)'],
    ['a line that starts with and', 'a\nand b\n|| c', '(or (and a b) c)'],
    ['a line that starts with a number such as .5', 'let a = 2\n.5 * a', '(let a 2)\n(* 0.5 a)'],
    ['a line that starts with (', 'let a = b\n(a)', '(let a b)\na'],
    ['a comment between', 'a # one\n# two\n* b', '(* a b)'],
    ['a block', '{\n let u = 1\n\n u\n}', '{(let u 1); u}'],
    ['newlines in a block in parentheses', 'f({\nlet u = (1\n+ 2)\nu\n})', '(call f {(let u (+ 1 2)); u})'],
    ['Windows line ends', 'let a = 1\r\na\r\n', '(let a 1)\na'],
    [
      'param and data as names',
      'let param = 1; let data = 2\nparam * data',
      '(let param 1)\n(let data 2)\n(* param data)',
    ],
  ])('%s', (_, text, tree) => {
    expect(program(text)).toBe(tree);
  });
});

describe('suites', () => {
  function show(line: string): unknown {
    const c = parseCaseLine(line);
    return {
      ...(c.name !== undefined && { name: c.name }),
      program: c.program.statements.map(statement).join('; '),
      where: c.where.map((w) =>
        w.kind === 'value'
          ? `${w.name} = ${sexpr(w.value)}`
          : `${w.name} in ${sexpr(w.from)}..${sexpr(w.to)}`,
      ),
      expect: c.expect.map((e) =>
        [
          e.kind,
          ...e.names,
          '=',
          sexpr(e.value),
          ...(e.tolerance === undefined ? [] : ['~', e.tolerance]),
        ].join(' '),
      ),
    };
  }

  test.each([
    'quadratic:  2*dot(x,x)   where x = [0,1,2,3]   expect value = 28, grad x = [0,4,8,12]',
    'log-sin:    ln(x1)+x1*x2-sin(x2)    where x1 = 2, x2 = 5  expect grad x1 = 5.5 ~ 1e-12',
    "by-hand: sum(softplus(-y*(X@w))) expect grad w = -X' @ (y*sigmoid(-y*(X@w)))",
    'ranged:     log(x - 10)             where x in 11..20',
    'anywhere:   x*exp(-x^2)',
    'let y = x^2; y + where(y > 1, y, 0)\n  where x = -1\n  expect value = 2, hess x x = 2 # two\n',
    'where + expect + value where where = 1, value = 2 expect value = 3',
    'c ? a: b',
  ])('%s', (line) => {
    expect(show(line)).toMatchSnapshot();
  });

  test('logical lines keep their places in the file', () => {
    const text =
      '\ufeff# title\n\na: x\n   where x = 1\n\n  # between\n   expect value = 1   \nb: y // last\n  /* nothing */\n// end\nc: z\r\n';
    const lines = splitSuite(text);
    expect(lines.map((l) => [l.line, l.text])).toEqual([
      [3, 'a: x\n   where x = 1\n\n  # between\n   expect value = 1   '],
      [8, 'b: y // last'],
      [11, 'c: z'],
    ]);
    for (const { text: line, start } of lines) expect(text.slice(start, start + line.length)).toBe(line);
    for (const { text: line } of lines) expect(() => parseCaseLine(line)).not.toThrow();
  });
});

test('warnings, however many, keep nothing from being parsed', () => {
  const lines = Array.from({ length: 50 }, (_, i) => `let a${i} = 1/2x`);
  const { program: tree, warnings } = parseProgram([...lines, 'a49'].join('\n'));
  expect(tree.statements).toHaveLength(51);
  expect(warnings.length).toBeGreaterThan(0);
});
