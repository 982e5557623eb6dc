/** LaTeX read by the conventions of mathematics has the value of the formula: no parenthesis too few. */
import fc from 'fast-check';
import { all, create } from 'mathjs';
import { latex } from './notate.js';

const math = create(all ?? {});

/** A reader of the LaTeX of formulas of numbers: a function from the values of variables. */
class Reader {
  private at = 0;
  private readonly tokens: readonly string[];

  constructor(tex: string) {
    this.tokens = tex.match(/\\[A-Za-z]+|\d+(?:\.\d+)?|[^\s]/g) ?? [];
  }

  private get next(): string {
    return this.tokens[this.at] ?? '';
  }

  private take(token: string): void {
    if (this.next !== token) throw new Error(`${token} expected, not ${this.next}`);
    this.at++;
  }

  private took(token: string): boolean {
    if (this.next !== token) return false;
    this.at++;
    return true;
  }

  /** The formula as text for mathjs. */
  all(): string {
    const text = this.sum();
    if (this.next !== '') throw new Error(`${this.next} is left`);
    return text;
  }

  private sum(): string {
    let text = this.took('-') ? `-(${this.product()})` : this.product();
    while (this.next === '+' || this.next === '-') {
      const sign = this.next;
      this.at++;
      text = `${text} ${sign} (${this.product()})`;
    }
    return text;
  }

  private product(): string {
    const factors = [this.factor()];
    while (this.took('\\cdot') || /^(?:[\w({]|\\(?!right|cdot|r[vV]ert))/.test(this.next))
      factors.push(this.factor());
    return factors.join(' * ');
  }

  private factor(): string {
    const base = this.atom();
    return this.took('^') ? `(${base})^(${this.group()})` : `(${base})`;
  }

  private group(): string {
    this.take('{');
    const text = this.sum();
    const inline = this.took('/') ? `(${text}) / (${this.sum()})` : text;
    this.take('}');
    return inline;
  }

  private parenthesised(): string {
    const grows = this.took('\\left');
    this.take('(');
    const text = this.sum();
    if (grows) this.take('\\right');
    this.take(')');
    return text;
  }

  private atom(): string {
    const token = this.next;
    if (token === '(' || token === '\\left') {
      if (token !== '(' && this.tokens[this.at + 1] === '\\lvert') return this.bars();
      return this.parenthesised();
    }
    if (token === '\\lvert') return this.bars();
    this.at++;
    if (token === '\\frac') return `(${this.group()}) / (${this.group()})`;
    if (token === '\\sqrt') return `sqrt(${this.group()})`;
    if (/^\\(sin|cos|exp|log)$/.test(token)) {
      const power = this.took('^') ? `^(${this.group()})` : '';
      return `${token.slice(1)}(${this.parenthesised()})${power}`;
    }
    if (/^[a-z]$|^[\d.]+$/.test(token)) return token;
    throw new Error(`${token} is not known`);
  }

  private bars(): string {
    const grows = this.took('\\left');
    this.take('\\lvert');
    const text = this.sum();
    if (grows) this.take('\\right');
    this.take('\\rvert');
    return `abs(${text})`;
  }
}

const { expression } = fc.letrec((tie) => ({
  leaf: fc.constantFrom('x', 'y', '2', '3', '0.5'),
  expression: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    tie('leaf'),
    fc
      .tuple(tie('expression'), fc.constantFrom('+', '-', '*', '/', '-', '*'), tie('expression'))
      .map(([a, op, b]) => `(${a} ${op} ${b})`),
    tie('expression').map((a) => `(-${a})`),
    fc.tuple(tie('expression'), fc.constantFrom('2', '3', '-1', '(1/2)', 'y')).map(([a, n]) => `(${a})^${n}`),
    fc
      .tuple(fc.constantFrom('sin', 'exp', 'log', 'sqrt', 'abs'), tie('expression'))
      .map(([f, a]) => `${f}(${a})`),
  ),
}));

test('the value of a formula is the value of its LaTeX', () => {
  let finite = 0;
  fc.assert(
    fc.property(expression as fc.Arbitrary<string>, (text) => {
      const tex = latex(text);
      const scope = { x: 1.37, y: 0.71, e: Math.E };
      const wanted = math.evaluate(text, { ...scope });
      const got = math.evaluate(new Reader(tex).all(), { ...scope });
      const size = math.abs(wanted) as unknown as number;
      if (!Number.isFinite(size) || size > 1e6) return;
      finite++;
      const off = math.abs(math.subtract(got, wanted)) as unknown as number;
      expect([text, tex, off < 1e-9 * (1 + size)]).toEqual([text, tex, true]);
    }),
    { numRuns: 400, seed: 31 },
  );
  expect(finite).toBeGreaterThan(200);
});
