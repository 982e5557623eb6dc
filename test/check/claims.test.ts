/** Claims hold for every mode that answers, and what code and interpreter compute is compared everywhere. */
import { answerGrad } from '../../src/check/answer.js';
import { readCases } from '../../src/check/cases.js';
import { judgeClaim } from '../../src/check/claims.js';
import { type Compiler, compiler } from '../../src/check/compiler.js';
import { runCase, suiteDefaults } from '../../src/check/suite.js';
import { scalar } from '../../src/core/tensor.js';
import type { Problem } from '../../src/run/problem.js';
import { fakeProblem, vector } from './fake.js';

/** The case of a suite with something else in the place of its problem. */
function verdictOf(line: string, change: (problem: Problem) => Problem) {
  const [only] = readCases(line, 'suite', 'one.suite', compiler);
  const other: Compiler = { ...compiler, open: (source, options) => change(compiler.open(source, options)) };
  const { verdict, claims, diagnostics } = runCase(only as never, 0, suiteDefaults, other);
  return { verdict, holds: claims.map((c) => c.holds), messages: diagnostics.map((d) => d.message) };
}

/** The problem with another answer to one question. */
function answering(problem: Problem, name: keyof Problem, answer: unknown): Problem {
  return new Proxy(problem, {
    get: (of, key) => {
      const found = Reflect.get(of, key, of);
      if (key === name) return () => answer;
      return typeof found === 'function' ? found.bind(of) : found;
    },
  });
}

const line = 'abs(x)*y where x = 0, y = 2 expect grad x = 0, grad y = 0';

describe('at a kink', () => {
  test('a claim that all modes meet holds', () => {
    expect(verdictOf(line, (p) => p)).toMatchObject({ verdict: 'inconclusive', holds: [true, true] });
  });

  test.each(['forwardGradient', 'symbolicGradient'] as const)('a claim that %s breaks is false', (name) => {
    const gradient = new Map([
      ['x', scalar(0)],
      ['y', scalar(0.25)],
    ]);
    const { verdict, holds, messages } = verdictOf(line, (p) => answering(p, name, { gradient }));
    expect([verdict, holds]).toEqual(['disagree', [true, false]]);
    expect(messages).toContain(`grad y is claimed to be 0 and ${name.replace('Gradient', '')} gives 0.25`);
  });

  test('code that computes another value than the interpreter is wrong', () => {
    const { verdict, messages } = verdictOf(line, (p) => answering(p, 'interpretedValue', scalar(1)));
    expect(verdict).toBe('disagree');
    expect(messages).toContain('the generated code computes 0 where the interpreter computes 1');
  });
});

test('a mode that has no answer breaks no claim', () => {
  const problem = fakeProblem({
    f: (x) => (x[0] as number) ** 2,
    g: (x) => [2 * (x[0] as number)],
    at: [3],
    forward: { unavailable: 'no rule' },
  });
  const claim = { kind: 'grad', names: ['x'], claimed: { tensor: vector([6]) } } as const;
  const judged = judgeClaim(claim as never, answerGrad(problem), problem.point, 1e-9, compiler);
  expect(judged).toMatchObject({ holds: true });
});
