/** What can be said of an operation on integers or conditions when code is generated: indices are made of little else. */
import type { DType } from '../ir/types.js';
import { elementwiseRow } from '../ops/table.js';
import type { Atom } from './types.js';
import { bool, int, known, literal } from './writer.js';

const INTEGER_ROWS = new Set([
  'add',
  'sub',
  'mul',
  'lt',
  'le',
  'ge',
  'gt',
  'eq',
  'ne',
  'rem',
  'floor',
  'maximum',
]);

/** Folds what indices are made of: operations on known integers, adding 0, multiplying by 1 or 0. */
export function foldInteger(name: string, args: readonly Atom[], type: DType): Atom | undefined {
  const [a, b] = args as [Atom, Atom | undefined];
  if (name === 'and' || name === 'or') return foldLogic(name === 'and', a, b as Atom);
  if (name === 'not') return a.kind === 'bool' ? bool(!a.value) : undefined;
  if (args.every((x) => x.kind === 'number' && x.type === 'int') && INTEGER_ROWS.has(name)) {
    const values = args.map((x) => known(x) as number) as [number, number, number];
    return literal((elementwiseRow(name) as { value: (...v: number[]) => number }).value(...values), type);
  }
  if (type !== 'int' || !b) return undefined;
  if (name === 'add') return known(b) === 0 ? a : known(a) === 0 ? b : undefined;
  if (name === 'sub') return known(b) === 0 ? a : undefined;
  if (name !== 'mul') return undefined;
  if (known(a) === 0 || known(b) === 0) return int(0);
  return known(a) === 1 ? b : known(b) === 1 ? a : undefined;
}

function foldLogic(and: boolean, a: Atom, b: Atom): Atom | undefined {
  if (a.kind === 'bool') return a.value === and ? b : a;
  return b.kind === 'bool' ? (b.value === and ? a : b) : undefined;
}
