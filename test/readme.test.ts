/**
 * The documents say what is so: their examples are run and type-checked, lists in them are complete, links lead somewhere.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { commands } from '../src/cli/specs.js';
import { codes } from '../src/core/codes.js';

const root = process.cwd();
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const documents = ['README.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)];

/** The fenced blocks of a language, each with the number of its first line. */
function blocks(document: string, language: string): { readonly text: string; readonly line: number }[] {
  const text = read(document);
  return [...text.matchAll(/^```(\w+).*\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map((match) => ({ text: match[2] as string, line: text.slice(0, match.index).split('\n').length + 1 }));
}

test('every example writes what the document says, and ends with the status it says', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ['bench/docs.js', '--check'], { cwd: root });
  const { count, differences } = JSON.parse(stdout);
  expect(differences).toEqual([]);
  expect(count).toBeGreaterThan(60);
}, 120_000);

test('modules in the documents pass the strictest type checks', () => {
  const { config } = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const modules = new Map(
    documents.flatMap((document) =>
      blocks(document, 'ts').map(({ text, line }) => {
        const code = text.replace('"@adc-lang/adc"', '"./src/index.js"');
        return [join(root, dirname(document), `example-${line}.ts`), code] as const;
      }),
    ),
  );
  expect(modules.size).toBeGreaterThan(4);
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (name) => modules.has(name) || fileExists(name);
  host.getSourceFile = (name, target, ...rest) => {
    const text = modules.get(name);
    return text === undefined
      ? getSourceFile(name, target, ...rest)
      : ts.createSourceFile(name, text, target);
  };
  const program = ts.createProgram([...modules.keys()], { ...options, noEmit: true }, host);
  const found = [...modules.keys()].flatMap((name) => {
    const file = program.getSourceFile(name);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  });
  expect(found.map((d) => ts.flattenDiagnosticMessageText(d.messageText, '\n'))).toEqual([]);
}, 60_000);

describe('README', () => {
  const readme = read('README.md');

  test('two command lines set everything up, and continuous integration runs them', () => {
    const [setUp, ...more] = blocks('README.md', 'sh');
    expect(more).toEqual([]);
    const lines = (setUp?.text ?? '').trim().split('\n');
    expect(lines).toEqual(['npm ci && node bin/adc.js grad "2*dot(x,x)" --x 0,1,2,3', 'npm ci && npm test']);
    const integration = read('.ci/run');
    for (const command of ['npm ci', ...lines.map((line) => line.split(' && ')[1] as string)])
      expect(integration).toContain(command);
  });

  test('nothing runs a package of the registry', () => {
    for (const document of documents)
      expect(read(document)).not.toMatch(/\bnpx\b|npm (?:i|install) (?:-g )?adc\b/);
  });

  test('the table of commands is complete', () => {
    const table = readme.slice(readme.indexOf('## Commands'), readme.indexOf('### grad'));
    expect([...table.matchAll(/^\| `(\w+)`/gm)].map((m) => m[1])).toEqual(commands.map((c) => c.name));
  });
});

describe('docs/diagnostics.md', () => {
  const sections = new Map(
    read('docs/diagnostics.md')
      .split(/^### /m)
      .slice(1)
      .map((text) => [/^`([\w-]+)`/.exec(text)?.[1] ?? '', text.replace(/^## [\s\S]*/m, '')] as const),
  );
  /** What no input of this version brings about. */
  const unreachable = ['case-lost', 'iteration-limit', 'time-limit', 'modes-disagree', 'internal'];

  test('documents every code, and no other', () => {
    expect([...sections.keys()].sort()).toEqual(Object.keys(codes).sort());
  });

  test.each(Object.entries(codes))('%s: the sentence, and an example that shows it', (code, sentence) => {
    const section = sections.get(code) ?? '';
    expect(section.replaceAll('\n', ' ')).toContain(sentence);
    if (unreachable.includes(code)) expect(section).not.toContain('```console');
    else expect(section).toMatch(new RegExp(`\\b(?:error|warning|note)\\[${code}\\]`));
  });
});

describe('docs/architecture.md', () => {
  const text = read('docs/architecture.md');
  const listed = (heading: string) => {
    const section = text.split(/^## /m).find((s) => s.startsWith(heading)) ?? '';
    return [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+) +\|/gm)]
      .flatMap((m) => (m[1] as string).match(/\w+/g) ?? [])
      .sort();
  };

  test('lists every operation of the upper IR', () => {
    const kinds = [...read('src/ir/types.ts').matchAll(/readonly kind: '(\w+)'/g)].map((m) => m[1]);
    expect(listed('The upper IR')).toEqual(kinds.sort());
  });

  test('lists every statement of the lower IR', () => {
    const types = read('src/loops/types.ts');
    const statements = types.slice(
      types.indexOf('export type Stmt'),
      types.indexOf('export interface Piece'),
    );
    const kinds = [...statements.matchAll(/readonly kind: '(\w+)'/g)].map((m) => m[1]);
    expect(listed('The lower IR')).toEqual(kinds.sort());
  });

  test('lists every room', () => {
    const rooms = ['src', '.'].flatMap((folder) =>
      readdirSync(join(root, folder), { withFileTypes: true })
        .filter((entry) => entry.isDirectory() && (folder === 'src' || /^(?:grammar|bin)$/.test(entry.name)))
        .map((entry) => (folder === 'src' ? `src/${entry.name}` : entry.name)),
    );
    for (const room of rooms) expect(text).toContain(`\`${room}\``);
  });
});

test.each([...documents, 'CONTRIBUTING.md'])(
  'links of %s lead to files and headings that exist',
  (document) => {
    const anchors = (path: string) =>
      [...read(path).matchAll(/^#+ (.*)$/gm)].map(([, heading]) =>
        (heading as string)
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
    for (const [, target] of read(document).matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [path, anchor] = (target as string).split('#') as [string, string?];
      const file = path === '' ? document : join(dirname(document), path);
      expect({ target, exists: existsSync(join(root, file)) }).toEqual({ target, exists: true });
      if (anchor !== undefined) expect(anchors(file)).toContain(anchor);
    }
  },
);
