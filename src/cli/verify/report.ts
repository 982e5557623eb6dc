/** What a report of `adc verify` is told. */
import type { CaseResult, SuiteOptions } from '../../check/suite.js';
import { originOf, type Summary } from '../../check/verify.js';
import { type Position, positionOf } from '../../core/span.js';

export interface Head {
  /** How many cases there are to run. */
  readonly total: number;
  readonly settings: SuiteOptions;
  readonly strict: boolean;
}

export interface Tail {
  readonly summary: Summary;
  readonly seconds: number;
  /** Why not all cases ran, if so. */
  readonly stopped?: 'bail' | 'interrupted';
}

export interface Report {
  readonly begin: (head: Head) => void;
  /** Told in the order of the cases. */
  readonly add: (result: CaseResult) => void;
  readonly end: (tail: Tail) => void;
}

/** What a person calls the case. */
export function titleOf({ case: c }: CaseResult): string {
  return c.name ?? `${c.file}:${c.line}`;
}

/** Whether the case counts against the run. */
export function isFailure({ verdict }: CaseResult, strict: boolean): boolean {
  return verdict === 'disagree' || verdict === 'error' || (strict && verdict === 'inconclusive');
}

/** What stands against a case: its errors and warnings. */
export function complaints(result: CaseResult): CaseResult['diagnostics'] {
  return result.diagnostics.filter((d) => d.severity !== 'info');
}

/** Where an offset of a case's text stands in its file. */
export function positionAt({ case: c }: CaseResult, offset: number): Position {
  const { line, column } = positionOf(c.text, offset);
  return { line: line + originOf(c).line - 1, column };
}
