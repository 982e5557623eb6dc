/** Ways to show what lowering makes of a text: the type of the result, or the errors with their places. */
import { AdcError } from '../../src/core/diagnostic.js';
import { toNested } from '../../src/core/tensor.js';
import { printType } from '../../src/ir/print.js';
import type { Value } from '../../src/ir/types.js';
import { lowerGeneric, parse } from '../../src/run/program.js';
import { evaluated, type Values } from '../support/lowered.js';
import { told } from '../support/told.js';

/** `work`'s result, or its errors: code, message, the line with a caret, the hint. */
export function complaintsOr(source: string, work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    return told(source, error);
  }
}

/** The type of a program's output for any sizes, or its errors. */
export function typeOf(source: string): unknown {
  return complaintsOr(source, () => {
    const { module } = lowerGeneric(parse(source), new Map(), new Map());
    return printType((module.main.body.results[0] as Value).type);
  });
}

/** The value of a program as nested arrays, or its errors. */
export function shown(source: string, values: Values): unknown {
  return complaintsOr(source, () => toNested(evaluated(source, values)));
}

/** Those of the values whose names stand in the text. */
export function mentionedIn(source: string, all: Values): Values {
  const words = new Set(source.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? []);
  const bound = new Set([...source.matchAll(/\blet ([\p{L}_]+)/gu)].map((m) => m[1]));
  return Object.fromEntries(Object.entries(all).filter(([name]) => words.has(name) && !bound.has(name)));
}
