/** The library: functions that are neither element-wise nor plain reductions, each lowered to other operations. */
import type { Argument, CallNode } from '../../../../grammar/ast.js';
import type { Dim } from '../../../core/affine.js';
import type { Term } from '../../term.js';
import type { Value } from '../../types.js';
import type { Context } from '../context.js';
import { construction } from './construction.js';
import { flow } from './flow.js';
import { linear } from './linear.js';
import { matrices } from './matrices.js';
import { rearrangement } from './rearrangement.js';
import { statistics } from './statistics.js';

/** A call as a library function sees it: arguments are lowered when they are asked for. */
export interface Call {
  readonly node: CallNode;
  /** Positional arguments. */
  readonly count: number;
  term(i: number): Term;
  all(): Term[];
  named(name: string): Argument | undefined;
  /** Argument i as a float value. */
  float(i: number): Value;
  condition(i: number): Value;
  /** Argument i as a size known when lowering. */
  size(i: number): Dim;
  /** The axis named in the call, else the fallback. */
  axis(rank: number, fallback?: number): number | undefined;
}

export interface LibraryRow {
  readonly kind: 'library';
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly signature: string;
  readonly summary: string;
  readonly derivative: string;
  /** Fewest and most positional arguments. */
  readonly arity: readonly [number, number];
  /** Arguments that may be given by name. */
  readonly named?: readonly string[];
  /** The rank that the function demands of an argument that is a name without shape. */
  readonly rank?: number;
  /** Arguments after the first may be vectors as well: a name without shape is one unless it starts with a capital. */
  readonly either?: true;
  readonly lower: (cx: Context, call: Call) => Term;
}

export const libraryRows: readonly LibraryRow[] = [
  ...matrices,
  ...linear,
  ...statistics,
  ...construction,
  ...rearrangement,
  ...flow,
];

const byName = new Map(libraryRows.flatMap((row) => [row.name, ...(row.aliases ?? [])].map((n) => [n, row])));

export function libraryRow(name: string): LibraryRow | undefined {
  return byName.get(name);
}
