/** MathML: well-formed elements of MathML Core, which say what KaTeX makes of the LaTeX. */
import { compiled, latex, mathml, type Ranks } from './notate.js';

const ranks: Ranks = { A: 2, X: 2, u: 1, v: 1, w: 1 };

const ELEMENTS: ReadonlySet<string> = new Set(
  'math mrow mi mn mo mtext mfrac msup msub msubsup msqrt mroot mover munder munderover mtable mtr mtd'.split(
    ' ',
  ),
);
/** How many children an element has, where that is fixed. */
const CHILDREN: Readonly<Record<string, number>> = {
  mfrac: 2,
  msup: 2,
  msub: 2,
  msubsup: 3,
  mroot: 2,
  mover: 2,
  munder: 2,
  munderover: 3,
};

/** Reads an element tree strictly, and counts elements by name. */
function elements(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  const open: { name: string; children: number }[] = [];
  for (const [token, close, name] of text.matchAll(/<(\/?)([a-z]+)[^<>]*>|[^<>]+|./g)) {
    if (name === undefined) {
      if (/[<>&]/.test(token.replace(/&(?:lt|gt|amp);/g, ''))) throw new Error(`bare ${token}`);
      expect(open.at(-1)?.name).toMatch(/^m[inot]|^mtext/);
      continue;
    }
    if (close === '/') {
      const closed = open.pop();
      expect(closed?.name).toBe(name);
      const fixed = CHILDREN[name];
      if (fixed !== undefined) expect(closed?.children).toBe(fixed);
      continue;
    }
    expect(ELEMENTS).toContain(name);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    const parent = open.at(-1);
    if (parent) parent.children++;
    open.push({ name, children: 0 });
  }
  expect(open).toEqual([]);
  return counts;
}

const texts = [
  '2*x^2*sin(x)/(x1 + 1)',
  'sqrt(x)/exp(-x^2) - cbrt(y)',
  'x > 0 && y >= 1 ? x : -x',
  'norm(v)^2 + sum(v^2 * w)',
  "-X' @ (u * sigmoid(-u * (X @ w)))",
  '[[x, 2], [3, abs(x)]]',
  'let t1 = x^2; t1/(1 + t1)',
  'alpha*x_12 + mean(v)',
  'sum(A, axis=1)',
];

test.each(texts)('%s is well-formed', (text) => {
  const counts = elements(mathml(text, ranks));
  expect(counts.get('math')).toBe(1);
});

test.each(texts)('%s says in MathML what it says in LaTeX', (text) => {
  const own = mathml(text, ranks);
  const theirs = compiled(latex(text, ranks)).replace(/<annotation[\s\S]*<\/annotation>/, '');
  const leaves = (xml: string) =>
    [...xml.matchAll(/<(?:mi|mn)[^>]*>([^<]*)</g)].map((m) => m[1]?.replaceAll(/[\s⊤]/g, '')).join('');
  const count = (xml: string, name: string) => xml.split(`<${name}`).length - 1;
  expect(leaves(own)).toBe(leaves(theirs));
  for (const name of ['mfrac', 'msqrt', 'mroot', 'mtr'])
    expect([name, count(own, name)]).toEqual([name, count(theirs, name)]);
});

test('names are escaped', () => {
  expect(mathml('x < y ? 1 : 0')).toContain('<mo>&lt;</mo>');
});
