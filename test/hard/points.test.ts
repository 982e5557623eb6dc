/** What adc says at hard points, word for word, and the verdicts it comes to. */
import { answerOf, tell } from './ask.js';
import { choices, kinks, numbers } from './points.js';

const shown = (x: number) => (Number.isFinite(x) ? Number(x.toPrecision(7)) : x);

function told(formula: string, at: Parameters<typeof answerOf>[1]): string {
  const { value, gradient, check, diagnostics } = answerOf(formula, at);
  const hard = diagnostics.filter((d) => d.severity === 'warning' && d.code !== 'difference-useless');
  const numbers = [...gradient].map(([name, g]) => `${name} ${[...g.data].map(shown).join(' ')}`);
  return [
    `${formula} at ${JSON.stringify(at)}`,
    `value ${[...value.data].map(shown).join(' ')}; gradient ${numbers.join('; ')}; ${check?.verdict}`,
    tell(
      formula,
      hard.filter((d) => d.span !== undefined || d.code === 'cancellation'),
    ),
  ].join('\n');
}

const tables = { kinks, choices, numbers };

test('there are enough of them', () => {
  expect(kinks.length + choices.length + numbers.length).toBeGreaterThan(100);
});

test.each(Object.entries(tables))('%s', (_, points) => {
  for (const [formula, at] of points) expect(told(formula, at)).toMatchSnapshot();
});

test.each([...kinks, ...choices])('%s at %j: a convention leaves the verdict open', (formula, at) => {
  const { check, diagnostics } = answerOf(formula, at);
  expect(diagnostics.some((d) => d.code === 'kink')).toBe(true);
  expect(check?.verdict).toBe('inconclusive');
});

test.each(numbers)('%s at %j: nobody is called wrong', (formula, at) => {
  const { check, diagnostics } = answerOf(formula, at);
  expect(diagnostics.some((d) => d.code === 'not-finite' || d.code === 'cancellation')).toBe(true);
  expect(check?.verdict).not.toBe('disagree');
});
