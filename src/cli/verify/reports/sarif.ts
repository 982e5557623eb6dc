/** SARIF 2.1.0 (OASIS), for code scanning: each error and warning as a result with its place. Inconclusive cases are warnings. */
import type { Json } from '../../../check/json.js';
import type { CaseResult } from '../../../check/suite.js';
import { type Code, codes } from '../../../core/codes.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { version } from '../../../core/version.js';
import { complaints, positionAt, type Report, titleOf } from '../report.js';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** A path as a relative reference (RFC 3986), as SARIF wants places to be named. */
function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}

function regionOf(result: CaseResult, { span }: Diagnostic): Json {
  const { line, quoted } = result.case;
  if (!span || quoted) return { startLine: line };
  const from = positionAt(result, span.start);
  const to = positionAt(result, span.end);
  return { startLine: from.line, startColumn: from.column, endLine: to.line, endColumn: to.column };
}

function resultToJson(result: CaseResult, d: Diagnostic): Json {
  const { case: c } = result;
  return {
    ruleId: d.code,
    level: levels[d.severity],
    message: { text: `${titleOf(result)}: ${d.message}${d.hint === undefined ? '' : ` (${d.hint})`}` },
    locations: [
      { physicalLocation: { artifactLocation: { uri: uriOf(c.file) }, region: regionOf(result, d) } },
    ],
  };
}

export function sarifReport(write: (text: string) => void): Report {
  const results: Json[] = [];
  const used = new Set<Code>();
  return {
    begin: () => undefined,
    add: (result) => {
      if (result.verdict === 'agree') return;
      for (const d of complaints(result)) {
        used.add(d.code);
        results.push(resultToJson(result, d));
      }
    },
    end: () => {
      const rules = [...used].sort().map((id) => ({ id, shortDescription: { text: codes[id] } }));
      const driver = { name: 'adc', version, rules };
      // Columns count code points, as everywhere in adc.
      const run = { tool: { driver }, columnKind: 'unicodeCodePoints', results };
      const schema = 'https://json.schemastore.org/sarif-2.1.0.json';
      write(`${JSON.stringify({ $schema: schema, version: '2.1.0', runs: [run] }, null, 2)}\n`);
    },
  };
}
