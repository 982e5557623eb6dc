/** The document of the contract, written as the cases finish; and the same in JSON Lines, a line for each case. */
import type { Json } from '../../../check/json.js';
import { caseToJson } from '../../../check/verify.js';
import { version } from '../../../core/version.js';
import { stringify } from '../../stringify.js';
import type { Head, Report, Tail } from '../report.js';

type Write = (text: string) => void;

const headToJson = ({ settings: { seed, ...options } }: Head): { [key: string]: Json } => ({
  adc: version,
  node: process.version,
  seed,
  options: { ...options },
});

const tailToJson = ({ summary, seconds, stopped }: Tail): { [key: string]: Json } => ({
  ...summary,
  seconds: Number(seconds.toFixed(3)),
  ...(stopped && { stopped }),
});

export function jsonReport(write: Write): Report {
  const body = (value: Json) => stringify(value).trimEnd().replaceAll('\n', '\n  ');
  let first = true;
  return {
    begin: (head) => write(`${stringify(headToJson(head)).trimEnd().slice(0, -2)},\n  "cases": [`),
    add: (result) => {
      write(`${first ? '' : ','}\n    ${body(caseToJson(result)).replaceAll('\n', '\n  ')}`);
      first = false;
    },
    end: (tail) => write(`\n  ],\n  "summary": ${body(tailToJson(tail))}\n}\n`),
  };
}

/** The first line is the head, the last the summary, each other one a case. */
export function jsonLinesReport(write: Write): Report {
  const line = (value: Json) => write(`${JSON.stringify(value)}\n`);
  return {
    begin: (head) => line(headToJson(head)),
    add: (result) => line(caseToJson(result)),
    end: (tail) => line({ summary: tailToJson(tail) }),
  };
}
