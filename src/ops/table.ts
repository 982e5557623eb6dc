/** The table of primitives: every row, and how to find one. */

import { type Algebra, makeAlgebra } from './algebra.js';
import type { ArrayRow } from './array.js';
import type { ElementwiseDraft, ElementwiseRow, ReductionRow } from './row.js';
import { arithmetic } from './rows/arithmetic.js';
import { arrays } from './rows/arrays.js';
import { choice } from './rows/choice.js';
import { comparison } from './rows/comparison.js';
import { exponential } from './rows/exponential.js';
import { hyperbolic } from './rows/hyperbolic.js';
import { neural } from './rows/neural.js';
import { reductions } from './rows/reductions.js';
import { special } from './rows/special.js';
import { trigonometric } from './rows/trigonometric.js';

/** The algebra of numbers: conditions are 0 and 1. */
export const numbers: Algebra<number> = makeAlgebra<number>(
  (value) => value,
  (name, args) => (elementwiseRow(name) as ElementwiseRow).value(...(args as [number, number, number])),
  (condition, a, b) => (condition ? a : b),
);

function complete(draft: ElementwiseDraft): ElementwiseRow {
  if ('value' in draft) return { kind: 'elementwise', ...draft };
  const { definition } = draft;
  return { kind: 'elementwise', ...draft, value: (...args) => definition(numbers, args) };
}

export const elementwiseRows: readonly ElementwiseRow[] = [
  ...arithmetic,
  ...comparison,
  ...exponential,
  ...trigonometric,
  ...hyperbolic,
  ...choice,
  ...neural,
  ...special,
].map(complete);
export const reductionRows: readonly ReductionRow[] = reductions;
export const arrayRows: readonly ArrayRow[] = arrays;

function index<R extends { name: string; aliases?: readonly string[] }>(rows: readonly R[]): Map<string, R> {
  const byName = new Map<string, R>();
  for (const row of rows) for (const name of [row.name, ...(row.aliases ?? [])]) byName.set(name, row);
  return byName;
}

const elementwiseByName = index(elementwiseRows);
const reductionsByName = index(reductionRows);
const arraysByName = index(arrayRows);

export function elementwiseRow(name: string): ElementwiseRow | undefined {
  return elementwiseByName.get(name);
}

export function reductionRow(name: string): ReductionRow | undefined {
  return reductionsByName.get(name);
}

export function arrayRow(name: string): ArrayRow | undefined {
  return arraysByName.get(name);
}
