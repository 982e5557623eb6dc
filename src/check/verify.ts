/** The results of a suite as JSON, and their count. */
import { diagnosticToJson, type Origin } from '../core/diagnostic.js';
import { checkToJson, type Json, numberToJson, pointToJson, tensorToJson } from './json.js';
import type { CaseHead, CaseResult } from './suite.js';

export interface Summary {
  cases: number;
  agree: number;
  disagree: number;
  inconclusive: number;
  error: number;
}

export function emptySummary(): Summary {
  return { cases: 0, agree: 0, disagree: 0, inconclusive: 0, error: 0 };
}

/** Counts a result in. */
export function count(summary: Summary, result: CaseResult): void {
  summary.cases++;
  summary[result.verdict]++;
}

/** Where the text of a case stands in its file; a text that is not the file's stands for itself. */
export function originOf({ quoted, line, start }: CaseHead): Origin {
  return quoted ? { line: 1, start: 0 } : { line, start };
}

/** One case in the form of the contract. */
export function caseToJson(result: CaseResult): { [key: string]: Json | undefined } {
  const { case: c, answer } = result;
  return {
    ...(c.name !== undefined && { name: c.name }),
    file: c.file,
    line: c.line,
    formula: c.formula,
    verdict: result.verdict,
    ...(answer && {
      value: tensorToJson(answer.value),
      gradient: pointToJson(answer.gradient),
      ...(answer.check && { check: checkToJson(answer.check) }),
    }),
    ...(result.points > 1 && { points: result.points }),
    claims: result.claims.map((claim) => ({
      claim: claim.claim,
      holds: claim.holds,
      tolerance: claim.tolerance,
      ...(claim.error !== undefined && { error: numberToJson(claim.error) }),
    })),
    diagnostics: result.diagnostics.map((d) => diagnosticToJson(d, c.text, originOf(c)) as Json),
  };
}
