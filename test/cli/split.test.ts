/** Argument splitting: what is an option, what a variable, what the formula. */
import { type CommandSpec, commands } from '../../src/cli/specs.js';
import { splitArguments } from '../../src/cli/split.js';

const spec = (name: string) => commands.find((c) => c.name === name) as CommandSpec;

function split(args: readonly string[], command = 'grad') {
  const { operands, values, options, problems } = splitArguments(args, spec(command));
  return {
    operands,
    values: Object.fromEntries(values),
    options,
    problems: problems.map((p) => p.message),
  };
}

test.each<[string[], string[], Record<string, string>, string[]]>([
  [['2*x', '--x', '3'], ['2*x'], { x: '3' }, []],
  [['--x', '3', '2*x'], ['2*x'], { x: '3' }, []],
  [['2*x', '--x=3'], ['2*x'], { x: '3' }, []],
  [['2*x', '--x=-3'], ['2*x'], { x: '-3' }, []],
  [['x+y', '--x', '-1,2', '--y', '--1'], ['x+y'], { x: '-1,2', y: '--1' }, []],
  [['-x^2', '--x', '3'], ['-x^2'], { x: '3' }, []],
  [['-', '--x', '3'], ['-'], { x: '3' }, []],
  [['--', '--x'], ['--x'], {}, []],
  [['x', '--at', 'x=3'], ['x'], { x: '3' }, []],
  [['mode', '--at=mode=a=b'], ['mode'], { mode: 'a=b' }, []],
  [['x', '--mode', 'reverse', '--x', '1'], ['x'], { x: '1' }, ['--mode=reverse']],
  [['x', '--mode=reverse'], ['x'], {}, ['--mode=reverse']],
  [['x', '--json', '--no-check', '--x', '1'], ['x'], { x: '1' }, ['--json', '--no-check']],
  [['x', '--cotangent', '-1,2'], ['x'], {}, ['--cotangent=-1,2']],
  [['λ', '--λ', '1'], ['λ'], { λ: '1' }, []],
  [
    ['x', '--__proto__', '1', '--constructor', '2'],
    ['x'],
    Object.fromEntries([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]),
    [],
  ],
  [['x', '--cafe\u0301', '1'], ['x'], { caf\u00e9: '1' }, []],
])('%j', (args, operands, values, options) => {
  expect(split(args)).toEqual({ operands, values, options, problems: [] });
});

test('short options', () => {
  expect(split(['x', '-o', 'f.ts'], 'emit').options).toEqual(['--output=f.ts']);
  expect(split(['x', '-h']).options).toEqual(['--help']);
});

test.each<[string[], string]>([
  [[], 'adc grad needs a formula, a FILE.adc, or - for standard input'],
  [['x', 'y'], 'unexpected argument y'],
  [['x', '--x'], '--x is no option of grad, and as a variable it needs a value'],
  [['x', '--mode'], '--mode needs a value'],
  [['x', '--json=1'], '--json takes no value'],
  [['x', '--at', '3'], '--at 3 is not of the form x=3'],
  [['x', '--x', '1', '--x', '2'], 'x is given twice'],
  [['x', '--dry-run', '1'], '--dry-run is neither an option nor the name of a variable'],
])('problem: %j', (args, message) => {
  expect(split(args).problems).toEqual([message]);
});

test('a misspelt flag that swallowed the formula is named', () => {
  const { problems } = splitArguments(['--jsn', 'x^2'], spec('grad'));
  expect(problems[0]?.hint).toBe(
    '--jsn is no option of grad and took x^2 as the value of a variable; did you mean --json?',
  );
});

test('verify takes files, and no variables', () => {
  expect(split(['a.suite', 'b.suite'], 'verify').operands).toEqual(['a.suite', 'b.suite']);
  const { problems } = splitArguments(['a.suite', '--sed', '3'], spec('verify'));
  expect(problems[0]).toMatchObject({ message: 'unknown option --sed', hint: 'did you mean --seed?' });
});
