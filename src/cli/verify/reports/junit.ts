/**
 * JUnit's XML, as GitLab, Jenkins and others read it: one test suite for each file. What stands at the beginning is known only at
 * the end, so the cases of a suite are gathered as text.
 */
import type { CaseResult } from '../../../check/suite.js';
import { originOf } from '../../../check/verify.js';
import { plain } from '../../output.js';
import { renderDiagnostics } from '../../report.js';
import { complaints, isFailure, type Report, titleOf } from '../report.js';

// biome-ignore lint/suspicious/noControlCharactersInRegex: XML 1.0 has no way to write these
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;', '\r': '&#13;', '\t': '&#9;',
}; // biome-ignore format: a table

/** A text for an attribute or an element. */
export function xml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"\n\r\t]/g, (c) => entities[c] as string);
}

interface Suite {
  readonly name: string;
  tests: number;
  failures: number;
  errors: number;
  skipped: number;
  readonly cases: string[];
}

export function junitReport(write: (text: string) => void): Report {
  const suites = new Map<string, Suite>();
  let strict = false;
  return {
    begin: (head) => {
      strict = head.strict;
    },
    add: (result) => {
      const { file } = result.case;
      const suite = suites.get(file) ?? {
        name: file,
        tests: 0,
        failures: 0,
        errors: 0,
        skipped: 0,
        cases: [],
      };
      suites.set(file, suite);
      suite.tests++;
      suite.cases.push(testCase(result, suite, strict));
    },
    end: ({ seconds }) => {
      const all = [...suites.values()];
      const total = (of: (s: Suite) => number) => all.reduce((n, s) => n + of(s), 0);
      const counts = (of: (get: (s: Suite) => number) => number) =>
        `tests="${of((s) => s.tests)}" failures="${of((s) => s.failures)}" errors="${of((s) => s.errors)}" skipped="${of((s) => s.skipped)}"`;
      write(
        `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="adc verify" ${counts(total)} time="${seconds.toFixed(3)}">\n`,
      );
      for (const suite of all) {
        write(`  <testsuite name="${xml(suite.name)}" ${counts((of) => of(suite))}>\n`);
        for (const text of suite.cases) write(text);
        write('  </testsuite>\n');
      }
      write('</testsuites>\n');
    },
  };
}

function testCase(result: CaseResult, suite: Suite, strict: boolean): string {
  const { case: c, verdict } = result;
  const head = `    <testcase name="${xml(titleOf(result))}" classname="${xml(c.file)}" file="${xml(c.file)}" line="${c.line}"`;
  if (verdict === 'agree') return `${head}/>\n`;
  const told = complaints(result);
  const message = xml(told[0]?.message ?? verdict);
  const text = xml(
    `${c.formula}\n${renderDiagnostics(told, c.text, plain, c.quoted ? undefined : c.file, originOf(c).line)}`,
  );
  const wrap = (tag: string, body: string) =>
    `${head}>\n      ${body}\n    </testcase>\n`.replaceAll('TAG', tag);
  if (verdict === 'error') {
    suite.errors++;
    return wrap('error', `<TAG type="${told[0]?.code ?? 'error'}" message="${message}">${text}</TAG>`);
  }
  if (isFailure(result, strict)) {
    suite.failures++;
    return wrap('failure', `<TAG type="${verdict}" message="${message}">${text}</TAG>`);
  }
  suite.skipped++;
  return wrap('skipped', `<TAG message="${xml('inconclusive: ')}${message}"/>`);
}
