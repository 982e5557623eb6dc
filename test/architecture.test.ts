/** The plan of the house, enforced: imports go down only, libraries stay behind their walls, files stay small. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** Rooms from the ground up; of two rooms on one floor neither imports the other. */
const FLOORS: readonly (readonly string[])[] = [
  ['src/core'],
  ['src/ops', 'grammar'],
  ['src/ir', 'src/notation'],
  ['src/passes'],
  ['src/loops'],
  ['src/emit'],
  ['src/run'],
  ['src/check'],
  ['src/index.ts', 'src/cli'],
  ['bin'],
];

/** Where a library may be imported; `node:` stands for everything that Node brings. */
const WALLS: Readonly<Record<string, (file: string) => boolean>> = {
  chevrotain: (file) => file.startsWith('grammar/'),
  commander: (file) => file.startsWith('src/cli/'),
  chalk: (file) => file.startsWith('src/cli/'),
  'cli-progress': (file) => file.startsWith('src/cli/verify/'),
  tinyglobby: (file) => file.startsWith('src/cli/verify/'),
  workerpool: (file) => file.startsWith('src/cli/verify/'),
  'node:': (file) => file.startsWith('src/cli/'),
  mathjs: (file) => file === 'src/check/reference/numbers.ts',
};

const MOST_LINES = 400;

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : /\.[jt]s$/.test(entry.name) ? [path] : [];
  });
}

const files = ['src', 'grammar', 'bin'].flatMap(filesUnder);
const texts = new Map(files.map((file) => [file, readFileSync(file, 'utf8')]));

/** What a file imports, types and dynamic imports included. */
function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  const found = code.matchAll(/\bfrom\s*'([^']+)'|\bimport\s*\(\s*'([^']+)'|^\s*import\s*'([^']+)'/gm);
  return [...found].map((m) => (m[1] ?? m[2] ?? m[3]) as string);
}

const roomOf = (file: string) => FLOORS.flat().find((room) => file === room || file.startsWith(`${room}/`));
const floorOf = (room: string) => FLOORS.findIndex((rooms) => rooms.includes(room));
const edges = files.flatMap((file) => importsOf(texts.get(file) as string).map((to) => ({ file, to })));

test('the patterns see imports at all', () => {
  expect(
    importsOf("import a from './a.js';\nexport * from 'b';\nconst c = await import('c');\nimport 'd';"),
  ).toEqual(['./a.js', 'b', 'c', 'd']);
  expect(edges.length).toBeGreaterThan(200);
});

test('every file stands in a room', () => {
  expect(files.filter((file) => roomOf(file) === undefined)).toEqual([]);
});

test('imports go down only, and not to another room of the same floor', () => {
  const wrong = edges.flatMap(({ file, to }) => {
    if (!to.startsWith('.')) return [];
    const from = roomOf(file) as string;
    const target = roomOf(normalize(join(dirname(file), to)).replace(/\.js$/, '.ts'));
    // The built bundle, which bin loads, stands outside of the rooms.
    if (target === undefined) return from === 'bin' ? [] : [`${file} -> ${to}`];
    return target === from || floorOf(target) < floorOf(from) ? [] : [`${file} -> ${to}`];
  });
  expect(wrong).toEqual([]);
});

test('libraries stay behind their walls', () => {
  const wrong = edges.flatMap(({ file, to }) => {
    if (to.startsWith('.') || file.startsWith('bin/')) return [];
    const wall = to.startsWith('node:') ? 'node:' : (to.split('/')[0] as string);
    return WALLS[wall]?.(file) ? [] : [`${file} -> ${to}`];
  });
  expect(wrong).toEqual([]);
});

test('files stay small', () => {
  const lengths = [...texts].map(([file, text]) => [file, text.split('\n').length - 1] as const);
  expect(lengths.filter(([, lines]) => lines > MOST_LINES)).toEqual([]);
});

test('a file opens with what it is for', () => {
  const opening = /^(#!.*\n)?\/\*\*/;
  expect(
    [...texts].filter(([file, text]) => !file.startsWith('bin/') && !opening.test(text)).map(([f]) => f),
  ).toEqual([]);
});
