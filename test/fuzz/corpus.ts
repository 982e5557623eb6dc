/** Texts that are right: formulas, programs and cases of the samples, the documents and the tests. What is wrong grows from them. */
import { readdirSync, readFileSync } from 'node:fs';
import { splitSuite } from '../../grammar/index.js';

const read = (path: string) => readFileSync(path, 'utf8');
const inFolder = (folder: string, end: string) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(end))
    .map((name) => read(`${folder}/${name}`));

/** Lines of suites, with their claims. */
export const cases: readonly string[] = [...inFolder('samples', '.suite'), ...inFolder('test/hard', '.suite')]
  .flatMap(splitSuite)
  .map((line) => line.text);

/** Cases as lines of JSON. */
export const jsonCases: readonly string[] = inFolder('samples', '.jsonl')
  .flatMap((text) => text.split('\n'))
  .filter((line) => line.trim() !== '');

/** Formulas that documents give to a command. */
const documented = ['README.md', ...readdirSync('docs').map((name) => `docs/${name}`)].flatMap((path) =>
  [...read(path).matchAll(/^\$ adc \w+ "([^"]+)"/gm)].map((match) => match[1] as string),
);

/** Formulas and programs. */
export const formulas: readonly string[] = [
  ...documented,
  ...inFolder('samples', '.adc'),
  ...cases.map((text) => text.replace(/^[\w-]+:\s*/, '').replace(/\s(?:where|expect)\s[\s\S]*$/, '')),
  ...jsonCases.map((line) => JSON.parse(line).formula as string),
];
