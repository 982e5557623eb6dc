/** `adc verify`, `adc diff` and `adc emit` as processes. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adc, adcJson } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-verify-'));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const good = [
  '# what is right',
  'quadratic:  2*dot(x,x)  where x = [0,1,2,3]  expect value = 28, grad x = [0,4,8,12]',
  'log-sin:    ln(x1)+x1*x2-sin(x2)  where x1 = 2, x2 = 5  expect grad x1 = 5.5 ~ 1e-12',
  'by-hand:    sum(softplus(-y*(X@w)))',
  '              where X = [[1,2],[3,4],[5,6]], y = [1,-1,1], w = [0.1,0.2]',
  "              expect grad w = -X' @ (y*sigmoid(-y*(X@w)))",
  'ranged:     log(x - 10)  where x in 11..20',
  'anywhere:   x*exp(-x^2)',
  'shaped:     sum(A @ x)',
];

test('a suite that holds', () => {
  const path = file('good.suite', good);
  const { status, json } = adcJson('verify', path);
  expect(status).toBe(0);
  expect(json.summary).toMatchObject({ cases: 6, agree: 6, disagree: 0, inconclusive: 0, error: 0 });
  expect(json.cases.map((c: { name: string; line: number }) => [c.name, c.line])).toEqual([
    ['quadratic', 2],
    ['log-sin', 3],
    ['by-hand', 4],
    ['ranged', 7],
    ['anywhere', 8],
    ['shaped', 9],
  ]);
  expect(json.cases[0]).toMatchObject({
    file: path,
    verdict: 'agree',
    value: 28,
    gradient: { x: [0, 4, 8, 12] },
  });
  expect(json.cases[0].claims).toMatchObject([
    { claim: 'value', holds: true },
    { claim: 'grad x', holds: true },
  ]);
});

test('the same seed gives the same bytes but for the time', () => {
  const path = file('good.suite', good);
  const timeless = (text: string) => text.replace(/"seconds": [\d.]+/, '');
  const [a, b] = [
    adc(['verify', path, '--json', '--seed', '9']),
    adc(['verify', path, '--json', '--seed', '9']),
  ];
  expect(timeless(a.stdout)).toBe(timeless(b.stdout));
});

const bad = [
  'right:      x^2         where x = 3    expect grad x = 6',
  'sign:       x^2         where x = 3    expect grad x = -6',
  'factor:     dot(x,x)    where x = [1,2]  expect grad x = [1,2]',
  'value:      x^2         where x = 3    expect value = 9.001',
  'shape:      sum(A)      where A = [[1,2],[3,4]]  expect grad A = [1,1]',
  'kink:       abs(x)      where x = 0',
  'nowhere:    log(-1-x^2)',
  'syntax:     x^^2',
  'name:       foo(x)      where x = 1',
  'claim:      x^2         where x = 3    expect grad y = 2',
  'range:      x^2         where x in 5..1',
];

test('a suite with every kind of failure', () => {
  const { status, json } = adcJson('verify', file('bad.suite', bad));
  expect(status).toBe(1);
  const verdicts = json.cases.map((c: { name: string; verdict: string }) => `${c.name} ${c.verdict}`);
  expect(verdicts).toEqual([
    'right agree',
    'sign disagree',
    'factor disagree',
    'value disagree',
    'shape disagree',
    'kink inconclusive',
    'nowhere inconclusive',
    'syntax error',
    'name error',
    'claim error',
    'range error',
  ]);
});

test('its report', () => {
  const { status, stdout } = adc(['verify', file('bad.suite', bad)]);
  expect(status).toBe(1);
  const stable = stdout
    .replaceAll(folder, '')
    .replace(/ in [\d.]+ s/, '')
    .replace(/error \S+e-\d+/g, 'error …');
  expect(stable.replace(/^adc .*\n/, '')).toMatchSnapshot();
});

test('errors alone end with status 2, inconclusive cases with 0 unless --strict', () => {
  expect(adc(['verify', file('e.suite', ['x^^2'])]).status).toBe(2);
  const kink = file('k.suite', ['abs(x) where x = 0']);
  expect(adc(['verify', kink]).status).toBe(0);
  expect(adc(['verify', kink, '--strict']).status).toBe(1);
});

test('JSON Lines, a program, standard input', () => {
  const lines = file('a.jsonl', [
    '{"name": "quadratic", "formula": "2*dot(x,x)", "where": {"x": [0,1,2,3]}, "wrt": ["x"], "cotangent": null, "of": null, "expect": {"value": 28, "gradient": {"x": [0,4,8,12]}}, "tolerance": 1e-9}',
    '{"formula": "x*x", "where": {"x": [1,2]}, "cotangent": [1,10], "expect": {"gradient": {"x": [2,40]}}}',
    '{"formula": "x^2", "where": {"x": "2*pi"}, "expect": {"gradient": {"x": "4*pi"}}}',
    '{"formla": "x"}',
    'not JSON',
  ]);
  const { status, json } = adcJson('verify', lines);
  expect(status).toBe(2);
  expect(json.cases.map((c: { verdict: string }) => c.verdict)).toEqual([
    'agree',
    'agree',
    'agree',
    'error',
    'error',
  ]);
  const program = file('p.adc', ['param x: [2] = [1, 2]', 'dot(x, x)']);
  expect(adcJson('verify', program).json.summary).toMatchObject({ cases: 1, agree: 1 });
  const piped = adc(['verify', '-', '--json'], { input: 'x^2 where x = 3\n' });
  expect(JSON.parse(piped.stdout).summary).toMatchObject({ cases: 1, agree: 1 });
});

test('--only, --tolerance and --points', () => {
  const path = file('good.suite', good);
  expect(adcJson('verify', path, '--only', 'ranged', '--points', '5').json.cases).toMatchObject([
    { name: 'ranged', points: 5 },
  ]);
  const loose = file('loose.suite', ['x^2 where x = 3 expect grad x = 6.0001']);
  expect(adc(['verify', loose]).status).toBe(1);
  expect(adc(['verify', loose, '--tolerance', '1e-3']).status).toBe(0);
});

test('diff', () => {
  expect(adc(['diff', '2*dot(x,x)']).stdout).toBe('4 * x\n');
  const { json } = adcJson('diff', '3x^2-4x+5', '--order', '2');
  expect(json).toMatchObject({ formula: '3x^2-4x+5', order: 2, derivative: { x: '6' } });
  expect(adc(['diff', 'x*y', '--order', '2']).stdout).toBe('d²/dx²: 0\nd²/dx dy: 1\nd²/dy²: 0\n');
  expect(adcJson('diff', 'x*y^2', '--order', '2').json.derivative).toEqual({
    x: { x: '0', y: '2 * y' },
    y: { x: '2 * y', y: '2 * x' },
  });
  expect(adc(['diff', "x'@A@x", '--wrt', 'x', '--order', '2']).stdout).toBe("A + A'\n");
  const jacobian = adcJson('diff', 'A@x', '--wrt', 'x').json;
  expect(jacobian.derivative).toEqual({ x: 'A' });
  expect(jacobian.diagnostics.map((d: { code: string }) => d.code)).toContain('jacobian-given');
});

test('emit', () => {
  const path = join(folder, 'f.ts');
  const { status, stdout } = adc(['emit', '2*dot(x,x)', '-o', path, '--quiet']);
  expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  expect(readFileSync(path, 'utf8')).toContain('export function gradient');
  expect(adc(['emit', 'x^2', '--target', 'js']).stdout).not.toContain(': number');
  expect(adcJson('emit', 'x^2').json).toMatchObject({
    formula: 'x^2',
    target: 'ts',
    code: expect.any(String),
  });
  expect(adc(['emit', 'x^2', '-o', join(folder, 'no', 'where.ts')]).status).toBe(2);
});
