/** The reports of `adc verify`, and how a run is controlled, as processes. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adc, adcJson } from './run.js';

const folder = mkdtempSync(join(tmpdir(), 'adc-reports-'));

function file(name: string, lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

const mixed = file('mixed.suite', [
  '# one of each',
  'right:      x^2 where x = 3 expect grad x = 6',
  'wrong-sign: sin(x)',
  '              where x = 1',
  '              expect grad x = -cos(x)',
  'broken:     sin(x where x = 1',
  'kink:       abs(x) where x = 0',
  '<&"odd">:   x where x = 1',
]);
const shown = (text: string) => text.replaceAll(folder, '…').replace(/"?time"?[=:] ?"?[\d.]+"?/g, 'time').replace(/node v[\d.]+/g, 'node').replace(/in [\d.]+ s/g, 'in … s'); // biome-ignore format: one line

/** Just enough of a reader of XML to see that elements nest and entities are known. */
function parseXml(text: string): { tag: string; attributes: Record<string, string>; text: string }[] {
  const found: { tag: string; attributes: Record<string, string>; text: string }[] = [];
  const open: string[] = [];
  const decode = (s: string) => {
    expect(s).not.toMatch(/[<>"]|&(?!(?:amp|lt|gt|quot|#\d+);)/);
    const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
    return s.replace(/&(?:#(\d+)|(\w+));/g, (_, n, name) =>
      n ? String.fromCharCode(n) : (named[name] as string),
    );
  };
  for (const [, close, tag, rest, body] of text
    .replace(/<\?.*?\?>/, '')
    .matchAll(/<(\/?)([\w]+)((?:\s+\w+="[^"]*")*)\s*\/?>([^<]*)/g)) {
    if (close) expect(open.pop()).toBe(tag);
    else {
      const attributes = Object.fromEntries(
        [...(rest ?? '').matchAll(/(\w+)="([^"]*)"/g)].map((m) => [m[1], decode(m[2] as string)]),
      );
      found.push({ tag: tag as string, attributes, text: decode((body as string).trim()) });
      if (!new RegExp(`<${tag}${(rest ?? '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}\\s*/>`).test(text))
        open.push(tag as string);
    }
  }
  expect(open).toEqual([]);
  return found;
}

test('JUnit: well-formed, every case once, failures with place and reason', () => {
  const path = join(folder, 'junit.xml');
  expect(adc(['verify', mixed, '--junit', path]).status).toBe(1);
  const elements = parseXml(readFileSync(path, 'utf8'));
  expect(elements[0]).toMatchObject({
    tag: 'testsuites',
    attributes: { tests: '5', failures: '1', errors: '2', skipped: '1' },
  });
  const of = (tag: string) => elements.filter((e) => e.tag === tag);
  expect(of('testcase').map((e) => e.attributes.name)).toEqual([
    'right',
    'wrong-sign',
    'broken',
    'kink',
    `${mixed}:8`,
  ]);
  expect(of('testcase').map((e) => e.attributes.line)).toEqual(['2', '3', '6', '7', '8']);
  expect(of('failure')[0]?.attributes.message).toContain('grad x is claimed to be -0.540302');
  expect(of('failure')[0]?.text).toContain('mixed.suite:5:');
  expect(of('error')[0]?.attributes.type).toBe('syntax');
  expect(of('error')[1]?.text).toContain('<&"odd">');
});

test('SARIF: version, rules and places', () => {
  const path = join(folder, 'out.sarif');
  adc(['verify', mixed, '--sarif', path]);
  const sarif = JSON.parse(readFileSync(path, 'utf8'));
  expect(sarif.version).toBe('2.1.0');
  const [run] = sarif.runs;
  const ids = run.tool.driver.rules.map((r: { id: string }) => r.id);
  for (const result of run.results) expect(ids).toContain(result.ruleId);
  expect(run.results[0]).toMatchObject({ ruleId: 'claim-false', level: 'error' });
  const regions = run.results.map(
    (r: { locations: { physicalLocation: { region: object } }[] }) => r.locations[0]?.physicalLocation.region,
  );
  expect(regions[0]).toMatchObject({ startLine: 5, startColumn: 22 });
  expect(regions[1]).toMatchObject({ startLine: 6, startColumn: 16 });
});

test.each([['--tap'], ['--github'], []])('%s', (...options) => {
  expect(shown(adc(['verify', mixed, ...options]).stdout)).toMatchSnapshot();
});

test('annotations come by themselves where GitHub Actions runs it', () => {
  expect(adc(['verify', mixed], { env: { GITHUB_ACTIONS: 'true' } }).stdout).toContain('::error file=');
  expect(() =>
    JSON.parse(adc(['verify', mixed, '--json'], { env: { GITHUB_ACTIONS: 'true' } }).stdout),
  ).not.toThrow();
});

test('JSON Lines: head, cases in order, summary', () => {
  const lines = adc(['verify', mixed, '--jsonl'])
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ seed: 1, options: { points: 3 } });
  expect(lines.slice(1, -1).map((c) => c.verdict)).toEqual([
    'agree',
    'disagree',
    'error',
    'inconclusive',
    'error',
  ]);
  expect(lines.at(-1)).toMatchObject({
    summary: { cases: 5, agree: 1, disagree: 1, inconclusive: 1, error: 2 },
  });
});

const many = file('many.suite', Array.from({ length: 60 }, (_, i) => `c${i}: sin(${i + 1}*x) + y^2${i === 41 ? ' expect grad y = 1' : ''}${i % 7 === 3 ? ' where y = 2' : ''}`)); // biome-ignore format: short

test('the output does not depend on the number of jobs', () => {
  const timeless = (text: string) => text.replace(/"seconds": [\d.]+/, '');
  const [one, two, five] = ['1', '2', '5'].map((jobs) =>
    timeless(adc(['verify', many, '--json', '--jobs', jobs]).stdout),
  );
  expect(two).toBe(one);
  expect(five).toBe(one);
});

test('shards are parts of the whole: the same cases with the same numbers', () => {
  const names = (run: ReturnType<typeof adcJson>) => run.json.cases;
  const whole = names(adcJson('verify', many));
  const parts = [1, 2, 3].map((i) => names(adcJson('verify', many, '--shard', `${i}/3`)));
  expect(parts.flat().sort((a, b) => a.line - b.line)).toEqual(whole);
  expect(parts.map((p) => p.length)).toEqual([20, 20, 20]);
  for (const bad of ['0/3', '4/3', '1', 'a/b', '1/0'])
    expect(adc(['verify', many, '--shard', bad]).status).toBe(2);
});

test('--bail ends after the lowest failing case, whatever the number of jobs', () => {
  for (const jobs of ['1', '3']) {
    const { status, json } = adcJson('verify', many, '--bail', '--jobs', jobs);
    expect(status).toBe(1);
    expect(json.cases).toHaveLength(42);
    expect(json.summary).toMatchObject({ cases: 42, disagree: 1, stopped: 'bail' });
  }
});

test('a case that never ends costs itself', () => {
  const path = file('slow.suite', [
    'a: x^2',
    'slow: sum(sin(outer(linspace(0, x, 9000), linspace(0, 1, 9000))))',
    'b: x^3',
  ]);
  const { status, json } = adcJson('verify', path, '--timeout', '5');
  expect(status).toBe(2);
  expect(json.cases.map((c: { verdict: string }) => c.verdict)).toEqual(['agree', 'error', 'agree']);
});

test('several files and patterns; a pattern that matches nothing is an error', () => {
  file('p1.suite', ['x^2']);
  file('p2.suite', ['x^3']);
  const { json } = adcJson('verify', join(folder, 'p?.suite'), mixed);
  expect(json.cases).toHaveLength(7);
  const none = adc(['verify', join(folder, 'q*.suite')]);
  expect(none.status).toBe(2);
  expect(none.stderr).toContain('no file matches');
});

test('no two forms at once on standard output', () => {
  const run = adc(['verify', mixed, '--tap', '--jsonl']);
  expect(run.status).toBe(2);
  expect(run.stderr).toContain('only one of --json, --jsonl and --tap');
});

test('an interrupted run tells what is known so far, and the document is whole', async () => {
  const path = file('long.suite', [
    'first: x^2',
    'second: x^3',
    'long: sum(sin(outer(linspace(0, x, 9000), linspace(0, 1, 9000))))',
  ]);
  const bin = fileURLToPath(new URL('../../bin/adc.js', import.meta.url));
  const child = spawn(process.execPath, [bin, 'verify', path, '--json', '--timeout', '100'], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let out = '';
  let sent = false;
  const status = await new Promise((resolve) => {
    child.stdout.on('data', (data) => {
      out += data;
      if (sent || !out.includes('"second"')) return;
      sent = true;
      child.kill('SIGINT');
    });
    child.on('close', resolve);
  });
  expect(status).toBe(130);
  expect(JSON.parse(out).summary).toMatchObject({ cases: 2, agree: 2, stopped: 'interrupted' });
}, 60_000);
