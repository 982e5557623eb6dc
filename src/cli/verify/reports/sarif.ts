/** SARIF 2.1.0 (OASIS), for code scanning: each error and warning as a result with its place. Inconclusive cases are warnings. */
import type { Json } from '../../../check/json.js';
import type { CaseResult } from '../../../check/suite.js';
import { originOf } from '../../../check/verify.js';
import { type Code, codes } from '../../../core/codes.js';
import type { Diagnostic } from '../../../core/diagnostic.js';
import { positionOf } from '../../../core/span.js';
import { version } from '../../../core/version.js';
import { complaints, type Report, titleOf } from '../report.js';

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** A path as a relative reference (RFC 3986), as SARIF wants places to be named. */
function uriOf(file: string): string {
  return file.split(/[\\/]/).map(encodeURIComponent).join('/');
}

function regionOf({ case: c }: CaseResult, d: Diagnostic): Json {
  const origin = originOf(c);
  if (!d.span || c.quoted) return { startLine: c.line };
  const from = positionOf(c.text, d.span.start);
  const to = positionOf(c.text, Math.max(d.span.end, d.span.start));
  return {
    startLine: from.line + origin.line - 1,
    startColumn: from.column,
    endLine: to.line + origin.line - 1,
    endColumn: to.column,
  };
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
