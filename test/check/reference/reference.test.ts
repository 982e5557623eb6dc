/** The reference of formulas, against mpmath's digits; and what it says of modes that are off. */
import { readFileSync } from 'node:fs';
import { create, all as everything } from 'mathjs';
import { answerGrad } from '../../../src/check/answer.js';
import { type ReferenceAnswer, withReference } from '../../../src/check/reference/index.js';
import { fromNested, type Nested, type Tensor } from '../../../src/core/tensor.js';
import { type Digits, reference } from '../../../src/index.js';
import { openProblem } from '../../../src/run/open.js';
import type { Problem } from '../../../src/run/problem.js';

type Values = Record<string, Nested>;

interface Formula {
  readonly formula: string;
  readonly values: Values;
  readonly value: string;
  readonly gradient: Readonly<Record<string, Digits>>;
}

const { formulas }: { formulas: readonly Formula[] } = JSON.parse(
  readFileSync('test/fixtures/reference.json', 'utf8'),
);
const math = create(everything as never, { number: 'BigNumber', precision: 80 });

const flat = (d: Digits): string[] => (typeof d === 'string' ? [d] : d.flatMap(flat));

/** The digits are right to the last of 50, which rounding may have moved by one. */
function expectDigits(found: Digits, truth: Digits): void {
  const [own, wanted] = [flat(found), flat(truth)];
  expect(own.length).toBe(wanted.length);
  for (const [i, text] of own.entries()) {
    const [a, b] = [text, wanted[i] as string].map((t) => math.bignumber(t)) as [never, never];
    const error = math.abs(math.subtract(a, b)) as never;
    const close = math.smallerEq(error, math.multiply(math.abs(b), math.bignumber('1e-49')) as never);
    expect([text, wanted[i], close]).toEqual([text, wanted[i], true]);
  }
}

test.each(formulas)('$formula at $values', async ({ formula, values, value, gradient }) => {
  const { reference: found } = await reference(formula, values);
  if ('unavailable' in found) throw new Error(found.unavailable);
  expect(found.digits).toBe(50);
  expectDigits(found.value, value);
  expect(Object.keys(found.gradient)).toEqual(Object.keys(gradient));
  for (const [name, truth] of Object.entries(gradient)) expectDigits(found.gradient[name] as Digits, truth);
});

function opened(formula: string, values: Values): Problem {
  const point = new Map(Object.entries(values).map(([name, v]) => [name, fromNested(v) as Tensor]));
  return openProblem(formula, { values: point });
}

async function judged(problem: Problem) {
  const answer = await withReference(problem, answerGrad(problem));
  const codes = answer.diagnostics.map((d) => d.code);
  return { ...answer, codes, verdict: answer.check?.verdict };
}

type Found = Exclude<ReferenceAnswer, { unavailable: string }>;

test('errors are in units in the last place of the truth', async () => {
  // 0.1·3 is 0.3000000000000000166…; the nearest doubles are 0.3 (…9888…) and 0.30000000000000004 (…0444…).
  const { reference: found } = await judged(opened('3*x', { x: 0.1 }));
  const { value, modes } = (found as Found).ulps;
  expect(value.data[0]).toBeCloseTo((0.30000000000000004 - 0.3) / 2 ** -54 / 2, 12);
  expect([...modes.keys()]).toEqual(['forward', 'reverse', 'symbolic']);
  for (const point of modes.values()) expect(point.get('x')?.data[0]).toBe(0);
});

test('where the truth is zero the unit is that of the largest component', async () => {
  const { reference: found } = await judged(opened('dot([1,0,0],softmax(x))+0*x[1]', { x: [0, 1, 2] }));
  expect(
    (found as Found).ulps.modes
      .get('reverse')
      ?.get('x')
      ?.data.every((u) => u < 4),
  ).toBe(true);
  const zeros = await judged(opened('sum(softmax(x))', { x: [0, 1, 2] }));
  for (const u of (zeros.reference as Found).ulps.modes.get('forward')?.get('x')?.data ?? [])
    expect(u).toBeLessThan(2);
});

test.each<[string, Values]>([
  ['sin(x)', { x: 1e15 }],
  ['sigmoid(x)', { x: 500 }],
  ['exp(1e40*x)', { x: 0 }],
  ['x*1e-320', { x: 3 }],
])('%s at %j: what the differences cannot tell is settled', async (formula, values) => {
  const problem = opened(formula, values);
  const { codes, verdict } = await judged(problem);
  expect({ codes: codes.filter((c) => c !== 'reference-settled'), verdict }).toEqual({
    codes: [],
    verdict: 'agree',
  });
  const before = answerGrad(problem).check?.verdict;
  expect(codes.includes('reference-settled')).toBe(before !== 'agree');
});

test.each<[string, Values, number]>([
  ['(1-cos(x))/x^2', { x: 1e-7 }, 3],
  ['sqrt(1+x)-1', { x: 1e-12 }, 4],
])('%s at %j: the formula loses digits, and no rule is called wrong', async (formula, values, digits) => {
  const { diagnostics, verdict, value, reference: found } = await judged(opened(formula, values));
  expect(verdict).toBe('inconclusive');
  const lost = diagnostics.filter((d) => d.code === 'digits-lost');
  expect(lost[0]?.data).toMatchObject({ digits });
  expect(lost[0]?.hint).toMatch(/cancels/);
  const truth = Number((found as Found).value.data[0]);
  const relative = Math.abs((value.data[0] as number) - truth) / Math.abs(truth);
  expect(Math.floor(-Math.log10(relative))).toBe(digits);
  expect(diagnostics.some((d) => d.severity === 'error')).toBe(false);
});

test('an overflow on the way is told as such', async () => {
  const { diagnostics, verdict } = await judged(opened('log(exp(x)+1)', { x: 1000 }));
  expect(verdict).toBe('inconclusive');
  const lost = diagnostics.filter((d) => d.code === 'digits-lost');
  expect(lost.map((d) => d.message)).toEqual([
    'the value is Infinity instead of 1000',
    'forward and reverse give NaN for the derivative with respect to x instead of 1',
  ]);
});

test.each<[string, Values]>([
  ['(0.1+0.2-0.3)*x', { x: 1 }],
  ['log2(x)-log(x)/0.6931471805599453', { x: 3 }],
])('%s: rounded literals are no wrong rule', async (formula, values) => {
  const { diagnostics, verdict } = await judged(opened(formula, values));
  expect(verdict).toBe('inconclusive');
  expect(diagnostics.filter((d) => d.severity === 'error')).toEqual([]);
});

/** A problem of which some answers are another problem's. */
function mixed(own: Problem, changes: Partial<Problem>): Problem {
  return Object.assign(Object.create(own), changes);
}

test('a wrong rule is found where the differences are blind, and told from rounding', async () => {
  const own = opened('sigmoid(x)', { x: 40 });
  const wrong = opened('1.001*sigmoid(x)', { x: 40 });
  const broken = mixed(own, {
    reverseGradient: (g) => wrong.reverseGradient(g),
    modeRuns: (mode, g) => (mode === 'reverse' ? wrong : own).modeRuns?.(mode, g) ?? [],
  });
  const { diagnostics, verdict } = await judged(broken);
  expect(verdict).toBe('disagree');
  expect(diagnostics.map((d) => [d.severity, d.code])).toEqual([['error', 'modes-disagree']]);
  expect(diagnostics[0]?.message).toMatch(
    /^reverse gives 4\.2526\S* for .* even when computed with 50 digits/,
  );
});

test('generated code that is not its program is found', async () => {
  const own = opened('x^3', { x: 2 });
  const gradient = { gradient: new Map([['x', fromNested(12.5) as Tensor]]) };
  const { diagnostics, verdict } = await judged(mixed(own, { forwardGradient: () => gradient }));
  expect(verdict).toBe('disagree');
  expect(diagnostics.map((d) => d.message)).toEqual([
    'the generated code of forward gives 12.5 for the derivative with respect to x where the interpreter gives 12',
  ]);
});

test('where a convention is used nobody is called wrong', async () => {
  const { diagnostics, verdict } = await judged(opened('relu(x)-relu(-x)', { x: 0 }));
  expect(verdict).toBe('inconclusive');
  expect(diagnostics.at(-1)).toMatchObject({ severity: 'warning', code: 'modes-disagree' });
  expect(diagnostics.at(-1)?.message).toMatch(/by convention; the function has the derivative 1 there$/);
});

test.each<[string, Values, RegExp]>([
  ['abs(x)', { x: 0 }, /kink or jump in x/],
  ['sqrt(x^2)', { x: 0 }, /kink or jump in x/],
  ['norm(x)', { x: [0, 0] }, /kink or jump in x\[0\]/],
  ['floor(x)', { x: 2 }, /kink or jump in x/],
  ['x == 1 ? 1 : x^2', { x: 1 }, /another branch in x/],
  ['where(x > 0, x^2, 0)', { x: 0 }, /another branch in x/],
  ['sqrt(x)', { x: 0 }, /^sqrt\(-1e-30\) is not defined/],
  ['log(x)', { x: -2 }, /^log\(-2\) is not defined/],
  ['cbrt(x)', { x: 0 }, /do not settle/],
  ['dot(x,x)*norm(x)', { x: Array.from({ length: 2000 }, (_, i) => 1 + i / 1000) }, /too much work/],
])('%s at its hard point is unavailable, with the reason', async (formula, values, why) => {
  const problem = opened(formula, values);
  const before = answerGrad(problem);
  const { reference: found, check } = await judged(problem);
  expect(found).toEqual({ unavailable: expect.stringMatching(why) });
  expect(check).toEqual(before.check);
});

test('a value that an untaken branch cannot have does no harm', async () => {
  const { reference: found } = await judged(opened('where(x > 0, log(x), x)', { x: [-1, 2] }));
  expect((found as Found).gradient.get('x')?.data).toEqual(['1', '0.5']);
});

test('a cotangent weighs the elements', async () => {
  const { reference: found } = await reference('x*x', { x: [1, 2] }, { cotangent: [1, 0.5] });
  expect(found).toMatchObject({ gradient: { x: ['2', '2'] }, value: ['1', '4'] });
});
