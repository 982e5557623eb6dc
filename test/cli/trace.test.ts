/** `adc trace` and `adc ops` as people and programs see them. */
import { ops } from '../../src/cli/commands/ops.js';
import { trace } from '../../src/cli/commands/trace.js';
import type { Command, Invocation } from '../../src/cli/invocation.js';
import { plain } from '../../src/cli/output.js';
import { type CommandSpec, commands } from '../../src/cli/specs.js';
import { brief } from '../../src/cli/tracetable.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { functionNames } from '../../src/ir/lower/call.js';

async function run(command: Command, operands: string[], values: Record<string, string> = {}, json = false) {
  let text = '';
  const write = (t: string) => {
    text += t;
  };
  const invocation: Invocation = {
    spec: commands.find((c) => c.name === 'trace') as CommandSpec,
    operands,
    values: new Map(Object.entries(values)),
    shapes: new Map(),
    tangents: new Map(),
    options: {},
    output: { json, quiet: false, paint: plain, write, writeError: write },
    within: (work) => work(),
  };
  const status = await command(invocation);
  return { status, text };
}

const example = 'ln(x1)+x1*x2-sin(x2)';
const at = { x1: '2', x2: '5' };

test('the worked example prints as in the textbook', async () => {
  const { status, text } = await run(trace, [example], at);
  expect(status).toBe(0);
  expect(`\n${text}`).toMatchSnapshot();
});

test('columns are aligned although marks take no room', async () => {
  const { text } = await run(trace, [example], at);
  const rows = text.split('\n').filter((line) => /^v\d/.test(line));
  const widths = rows.map((line) => [...line.replace(/\p{Mn}/gu, '')].length);
  expect(new Set(widths).size).toBe(1);
});

test('rows as data', async () => {
  const { text } = await run(trace, [example], at, true);
  const answer = JSON.parse(text);
  expect(answer).toMatchObject({
    formula: example,
    variables: { x1: 2, x2: 5 },
    gradient: { x1: 5.5 },
    diagnostics: [],
  });
  expect(answer.forward[2]).toEqual({
    name: 'v3',
    formula: 'ln(v1)',
    value: Math.log(2),
    tangents: { x1: 0.5, x2: 0 },
    rule: 'v̇1 / v1',
  });
  expect(answer.reverse.at(-1)).toEqual({
    name: 'v1',
    source: 'x1',
    adjoint: 5.5,
    contributions: [
      { from: 'v3', rule: 'v̄3 / v1', factors: [1, 0.5], value: 0.5 },
      { from: 'v4', rule: 'v̄4 * v2', factors: [1, 5], value: 5 },
    ],
  });
});

test('numbers that JSON cannot hold are strings', async () => {
  const { text } = await run(trace, ['where(x>0, sqrt(x), 0)'], { x: '-1' }, true);
  expect(JSON.parse(text).forward[1]).toMatchObject({ formula: 'sqrt(v1)', value: 'NaN' });
});

test('what is too large is the fault of the input', async () => {
  const x = Array.from({ length: 100 }, () => '1').join(',');
  await expect(run(trace, ['sum(x)'], { x })).rejects.toThrow(AdcError);
});

test('numbers are brief', () => {
  expect([1 / 3, -0.95892, 11.65207, 2e-7, 66060288000, 1e20, -0, 1234567.891].map(brief)).toEqual([
    '0.333',
    '-0.959',
    '11.652',
    '2e-7',
    '66060288000',
    '100000000000000000000',
    '0',
    '1234567.891',
  ]);
});

test('every function of the language is listed, each with its derivative', async () => {
  const { text } = await run(ops, [], {}, true);
  const entries: { name: string; aliases: string[]; derivative: string }[] = JSON.parse(text).functions;
  const listed = new Set(entries.flatMap((e) => [e.name, ...e.aliases]));
  expect(functionNames().filter((name) => !listed.has(name))).toEqual([]);
  expect(entries.filter((e) => e.derivative === '')).toEqual([]);
  expect([...listed]).not.toContain('lt');
});

test('the overview shows operators as they are written, in groups', async () => {
  const { text } = await run(ops, []);
  for (const shown of ['operators', 'trigonometry', 'a + b', 'a <= b', 'x ^ p', 'log(x) = ln', 'A @ B'])
    expect(text).toContain(shown);
});

test('one function in detail', async () => {
  expect((await run(ops, ['ln'])).text).toMatchSnapshot();
  expect((await run(ops, ['max'])).text).toMatchSnapshot();
  expect((await run(ops, ['^'])).text).toContain('x ^ p  power');
});

test.each([
  ['div', 'b != 0'],
  ['acos', '-1 <= x <= 1'],
  ['log1p', 'x > -1'],
  ['acosh', 'x >= 1'],
  ['pow', 'x >= 0 unless p is whole'],
])('the domain of %s is %s', async (name, domain) => {
  const { text } = await run(ops, [name], {}, true);
  expect(JSON.parse(text).functions[0].domain).toBe(domain);
});

test('an unknown function is suggested', async () => {
  await expect(run(ops, ['sine'])).rejects.toMatchObject({
    diagnostics: [{ code: 'unknown-function', hint: 'did you mean sin?' }],
  });
});
