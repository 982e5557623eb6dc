/**
 * The tape: the operations of a program in the order in which they were copied, with what the backward sweep has to know
 * of branches and loops. It is told in values of the forward sweep, wherever they are visible; to read one in the backward
 * sweep, it is looked up what stands for it there.
 */
import type { Dim, Shape } from '../../core/affine.js';
import type { Builder } from '../../ir/builder.js';
import type { ForOp, Op, Value, WhileOp } from '../../ir/types.js';
import type { Resolve } from '../rewrite.js';
import type { Adjoints } from './adjoints.js';
import type { CallBook, CallRecord } from './calls.js';

export interface Step {
  /** The operation of the program. */
  readonly op: Op;
  readonly operands: readonly Value[];
  /** Its results, then whatever else the new operation yields. */
  readonly results: readonly Value[];
  /** Dimensions that the new operation binds. */
  readonly binds: readonly string[];
  readonly branches?: readonly [BranchTape, BranchTape];
  readonly loop?: LoopTape;
  readonly call?: CallTape;
}
export type Tape = readonly Step[];

/** A value of the region that was saved, and what it was saved in. */
export interface Save {
  readonly value: Value;
  /** Saved under another shape, with one length or as one vector, since its sizes are known inside the region only. */
  readonly flat: boolean;
  readonly group?: Group;
}

/** Values of the iterations of a loop that have one shape, which iterations differ in: they are joined. */
export interface Group {
  /** The dimension of all iterations together. */
  readonly joined: string;
  /** The shape in one iteration; joined along the first axis, or, where `flat`, as vectors of all elements. */
  readonly shape: Shape;
  readonly flat: boolean;
}

interface RegionTape {
  readonly tape: Tape;
  readonly results: readonly Value[];
  readonly saves: ReadonlyMap<number, Save>;
  /** Sizes bound inside the region, by name: integers saved. */
  readonly sizes: ReadonlyMap<string, Value>;
  /** Active values from outside that it uses. */
  readonly captured: readonly Value[];
}

export type BranchTape = RegionTape;

export interface LoopTape extends RegionTape {
  readonly op: ForOp | WhileOp;
  readonly count: Dim;
  readonly counter?: Value;
  readonly params: readonly Value[];
  /** The group of each result that the loop of the program saved, where it joined them. */
  readonly kept: readonly (Group | undefined)[];
  readonly groups: readonly Group[];
}

export interface CallTape {
  readonly record: CallRecord;
  /** What the call of the augmented function yields behind the results. */
  readonly saved: readonly Value[];
}

/** What recording and sweeping share. */
export interface ReversePass {
  readonly b: Builder;
  readonly calls: CallBook;
  /** How many loops there are around the place where the sweep stands. */
  depth: number;
  readonly resolve: Resolve;
  /** The value of the new function that stands for a value of the forward sweep in the backward sweep. */
  read(v: Value): Value;
  standsFor(v: Value, by: Value): void;
  bind(from: Value, to: Value): void;
  /** Begins another function. */
  begin(): void;
  isActive(v: Value): boolean;
  record(ops: readonly Op[]): Step[];
  sweep(tape: Tape, adjoints: Adjoints): void;
  readonly taps: Taps;
}

/** Adjoints of the values that the caller asked for, in terms of the new function. */
export interface Taps {
  readonly asked: ReadonlySet<number>;
  found: Map<number, Value>;
}

/** The active values that a tape uses and does not compute. */
export function capturedBy(
  pass: ReversePass,
  tape: Tape,
  results: readonly Value[],
  params: readonly Value[],
): Value[] {
  const own = new Set(params.map((v) => v.id));
  const captured = new Map<number, Value>();
  const use = (v: Value) => {
    if (!own.has(v.id) && pass.isActive(v)) captured.set(v.id, v);
  };
  for (const step of tape) {
    for (const v of step.operands) use(v);
    for (const branch of step.branches ?? []) for (const v of branch.captured) use(v);
    for (const v of step.loop?.captured ?? []) use(v);
    for (const v of step.results) own.add(v.id);
  }
  for (const v of results) use(v);
  return [...captured.values()];
}
