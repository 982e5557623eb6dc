/** The suites that mutants are run against, as single cases that are read and run one by one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const FOLDERS = ['samples', 'test/suites'];

/** The cases of all suites whose path matches, in the order of a run of `adc verify`. */
export function casesIn(root, load, wanted = /(?:)/) {
  const { splitSuite } = load('grammar/index.ts');
  const cases = [];
  for (const folder of FOLDERS)
    for (const name of readdirSync(join(root, folder)).sort()) {
      const file = `${folder}/${name}`;
      if (!wanted.test(file)) continue;
      const text = readFileSync(join(root, file), 'utf8');
      if (name.endsWith('.suite'))
        for (const { text: line, line: number } of splitSuite(text))
          cases.push({ file, line: number, text: line, kind: 'suite' });
      else if (name.endsWith('.jsonl'))
        for (const [i, line] of text.split('\n').entries())
          if (line.trim() !== '') cases.push({ file, line: i + 1, text: line, kind: 'json' });
      if (name.endsWith('.adc')) cases.push({ file, line: 1, text, kind: 'program' });
    }
  return cases.map((c, index) => ({ ...c, index }));
}

/** Runs a case with an instance of adc, at one point: its verdict, and what was said against it. */
export function runWith(load, { file, text, kind, index }) {
  const { readCase } = load('src/check/cases.ts');
  const { compiler } = load('src/check/compiler.ts');
  const { runCase, suiteDefaults } = load('src/check/suite.ts');
  const found = readCase({ form: kind, file, line: 1, start: 0, text }, compiler);
  return runCase(found, index, { ...suiteDefaults, points: 1 }, compiler);
}
