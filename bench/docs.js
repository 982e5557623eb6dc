/**
 * The examples of the documents: runs them and puts their output in place; with `--check` it changes nothing and
 * prints as JSON what differs.
 *
 * What is run, in a folder of its own for each document, with `samples` and the installed packages in it:
 * - ```console blocks: every line `$ …` is a command for the shell, in which `adc` is `node bin/adc.js`. The lines
 *   after it are what it writes to both streams. `$ echo $?` after it states its exit status, which otherwise is 0
 *   unless an error is among the output.
 * - ```ts blocks: modules that may import `@adc-lang/adc` and, relative to the document, the sources. What they write
 *   stands in the ```text block that follows.
 * - Blocks with a file name after their language are written to that file before anything runs.
 * - Between `<!-- functions -->` and `<!-- end of functions -->` stands the table of functions.
 */
import { execFile } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const documents = ['README.md', ...readdirSync(`${root}docs`).map((name) => `docs/${name}`)].filter((path) =>
  path.endsWith('.md'),
);

/** What differs from run to run and from machine to machine. */
const masks = [
  [/\bin \d+(\.\d+)? s\b/g, 'in … s'],
  [/\bnode v\d+\.\d+\.\d+/g, 'node v…'],
  [/"node": "v[^"]*"/g, '"node": "v…"'],
  [/"seconds": \d+(\.\d+)?/g, '"seconds": …'],
];

function masked(lines) {
  return masks.reduce((text, [from, to]) => text.replace(from, to), lines.join('\n'));
}

/** A document as alternating stretches of text and fenced blocks; `line` is where a block's contents start, from 1. */
function parse(text) {
  const parts = [{ line: 1, lines: [] }];
  let fence;
  for (const [i, line] of text.split('\n').entries()) {
    const last = parts[parts.length - 1];
    if (fence === undefined) {
      last.lines.push(line);
      if (!/^```\w/.test(line)) continue;
      fence = line;
      const [language, file] = line.slice(3).split(/\s+/);
      parts.push({ language, file, line: i + 2, lines: [] });
    } else if (line === '```') {
      fence = undefined;
      parts.push({ line: i + 1, lines: [line] });
    } else last.lines.push(line);
  }
  return parts;
}

/** Runs a program; both streams come in the order in which they were written. */
function run(file, args, options) {
  return new Promise((resolve) => {
    execFile(file, args, { maxBuffer: 1 << 26, ...options }, (error, stdout) => {
      const lines = stdout.split('\n');
      if (lines[lines.length - 1] === '') lines.pop();
      resolve({ lines, status: error === null ? 0 : error.code });
    });
  });
}

const { ADC_DUMP: _dump, FORCE_COLOR: _color, NODE_OPTIONS: _options, ...inherited } = process.env;
const env = {
  ...inherited,
  NO_COLOR: '1',
  LC_ALL: 'C.UTF-8',
  ADC: `${root}bin/adc.js`,
  NODE: process.execPath,
};

const UNSTATED = 'which the example does not state';

async function runConsole(block, folder) {
  const found = [];
  let status = 0;
  let stated = true;
  const unstated = () => (stated ? [] : [`(exit status ${status}, ${UNSTATED})`]);
  for (const line of block.lines.filter((l) => l.startsWith('$ '))) {
    const command = line.slice(2);
    if (command === 'echo $?') {
      stated = true;
      found.push(line, String(status));
      continue;
    }
    found.push(...unstated(), line);
    const shell = `adc() { "$NODE" "$ADC" "$@"; }\n{ ${command}\n} 2>&1`;
    const result = await run('/bin/sh', ['-c', shell], { cwd: folder, env });
    status = result.status;
    stated = status === 0 || result.lines.some((l) => l.includes('error['));
    found.push(...result.lines);
  }
  return [...found, ...unstated()];
}

let bundles = 0;

async function runModule(block, folder, resolveDir) {
  const outfile = join(folder, `example-${++bundles}.mjs`);
  await build({
    stdin: { contents: block.lines.join('\n'), resolveDir, loader: 'ts', sourcefile: 'example.ts' },
    alias: { '@adc-lang/adc': `${root}src/index.ts` },
    define: { ADC_VERSION: JSON.stringify(JSON.parse(readFileSync(`${root}package.json`, 'utf8')).version) },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['mathjs'],
    logLevel: 'silent',
  });
  const { lines } = await run('/bin/sh', ['-c', '"$NODE" "$0" 2>&1', outfile], { cwd: folder, env });
  return lines;
}

const cell = (text) => (text === undefined ? '' : text.replaceAll('|', '\\|'));
const code = (text) => `\`${cell(text)}\``;

/** A derivative is a formula, or words. */
const derivative = (text) =>
  /\b(for|in|of|the|where|inside|at)\b|^[a-z]+$/.test(text) ? cell(text) : code(text);

/** A table as the formatter leaves it. */
function aligned(rows) {
  const widths = rows[0].map((_, k) => Math.max(3, ...rows.map((row) => row[k].length)));
  const line = (row) => `| ${row.map((text, k) => text.padEnd(widths[k])).join(' | ')} |`;
  const [head, ...rest] = rows.map(line);
  return [head, line(widths.map((n) => '-'.repeat(n))), ...rest];
}

async function functionTable() {
  const { lines } = await run(process.execPath, [env.ADC, 'ops', '--json'], { env });
  const { functions } = JSON.parse(lines.join('\n'));
  const groups = [...new Set(functions.map((f) => f.group))];
  const row = (f) => [
    code(f.signature),
    cell(f.summary),
    derivative(f.derivative),
    f.domain === undefined ? '' : code(f.domain),
    f.aliases.map(code).join(', '),
  ];
  const head = ['written', 'what it is', 'derivative', 'defined', 'also'];
  return groups.flatMap((group) => [
    '',
    `### ${group.charAt(0).toUpperCase()}${group.slice(1)}`,
    '',
    ...aligned([head, ...functions.filter((f) => f.group === group).map(row)]),
  ]);
}

/** The jobs of a document: each finds what `lines` of a part should be. */
function jobsOf(path, parts, folder) {
  const jobs = [];
  for (const [k, part] of parts.entries()) {
    const next = parts[k + 2];
    if (part.language === 'console')
      jobs.push({ part, example: part.lines[0], find: () => runConsole(part, folder) });
    else if (part.language === 'ts' && next?.language === 'text')
      jobs.push({
        part: next,
        example: part.lines[0],
        find: () => runModule(part, folder, dirname(join(root, path))),
      });
    const from = part.language === undefined ? part.lines.indexOf('<!-- functions -->') : -1;
    const to = part.lines.indexOf('<!-- end of functions -->');
    if (from >= 0 && to > from)
      jobs.push({
        part,
        example: 'the table of functions',
        find: async () => [
          ...part.lines.slice(0, from + 1),
          ...(await functionTable()),
          '',
          ...part.lines.slice(to),
        ],
      });
  }
  return jobs;
}

function prepare(path) {
  const parts = parse(readFileSync(root + path, 'utf8'));
  const folder = mkdtempSync(join(tmpdir(), 'adc-docs-'));
  for (const shared of ['samples', 'node_modules']) symlinkSync(`${root}${shared}`, join(folder, shared));
  for (const { file, lines } of parts) {
    if (file === undefined) continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), `${lines.join('\n')}\n`);
  }
  return { path, parts, folder, jobs: jobsOf(path, parts, folder) };
}

async function perform({ path, job }, differences) {
  const found = await job.find();
  const { part } = job;
  if (masked(found) === masked(part.lines) && !found.some((l) => l.includes(UNSTATED))) return;
  differences.push({
    document: path,
    line: part.line,
    example: job.example,
    written: part.lines.join('\n'),
    found: found.join('\n'),
  });
  part.lines = found;
}

const check = process.argv.includes('--check');
const prepared = documents.map(prepare);
const queue = prepared.flatMap(({ path, jobs }) => jobs.map((job) => ({ path, job })));
const count = queue.length;
const differences = [];
try {
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await perform(next, differences);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
} finally {
  for (const { folder } of prepared) rmSync(folder, { recursive: true, force: true });
}
if (check) console.log(JSON.stringify({ count, differences }));
else {
  for (const { path, parts } of prepared)
    writeFileSync(root + path, parts.flatMap((p) => p.lines).join('\n'));
  for (const { document, line, example } of differences) console.log(`${document}:${line}: ${example}`);
  console.log(`${count} examples run, ${differences.length} anew`);
}
