/**
 * The schedule: in which loops, and in which order, stored nodes are computed.
 *
 * A *job* computes one stored node (or a part of a concatenation): a nest of loops, one for each *label*, and what is
 * done innermost. Labels that the result lacks are summed. Jobs are placed one after the other, each into loops that
 * are there already where it may: everything it reads must be complete before the loop, or be made in the same
 * iteration (the loop is one of the result's axes on both sides, with the very same index).
 */

import { type Dim, sameDim } from '../core/affine.js';
import { tick } from '../core/deadline.js';
import { type Graph, NO_PLACES, type Node } from './graph.js';
import { mustBeChecked } from './range.js';
import { type Read, readsOf, wholly } from './reads.js';
import type { Atom } from './types.js';

/** `out` is the axis of the result that the label runs along, or `SUMMED`. */
export interface Label {
  readonly dim: Dim;
  readonly out: number;
}
export const SUMMED = -1;

export interface Job {
  readonly node: Node;
  /** Outermost first. */
  readonly labels: readonly Label[];
  /** What it evaluates, and at which labels. */
  readonly starts: readonly Read[];
  /** `into` adds into the buffer; `local` sums in a variable; `once` just computes; `check` looks at the indices only. */
  readonly form: 'once' | 'local' | 'into' | 'whole' | 'check';
  /** It may read everything a second time after its loops. */
  readonly again?: boolean;
  /** The regions and all results of an operation with control flow. */
  readonly regions?: { readonly graphs: readonly Graph[]; readonly results: readonly Node[] };
  /** Which operand of a concatenation it copies. */
  readonly part?: number;
  /** The loop of each label; undefined for labels of length 1. */
  loops: (Loop | undefined)[];
}

export interface Loop {
  readonly kind: 'loop';
  readonly dim: Dim;
  readonly block: Block;
  /** Jobs whose sums start with this loop. */
  readonly begins: Job[];
  /** Jobs whose buffers must be zero before this loop. */
  readonly fills: Job[];
  /** The counter, while code is written. */
  index?: Atom;
}

export type Item =
  | Loop
  | { readonly kind: 'job'; readonly job: Job }
  | { readonly kind: 'scalar'; readonly node: Node };

export interface Block {
  readonly items: Item[];
  /** Positions of loops among the items. */
  readonly loops: number[];
}

/** One step on the way to where a node is computed: a position in a block, and the axis that the loop there is. */
export interface Step {
  readonly block: Block;
  readonly position: number;
  readonly out: number;
}

/** So many loops at the end of a block are looked at. */
const WINDOW = 32;

export function emptyBlock(): Block {
  return { items: [], loops: [] };
}

/** Places the jobs of a graph's stored nodes. */
export function schedule(graph: Graph, jobsOf: (node: Node) => readonly Job[]): Block {
  const block = emptyBlock();
  for (const node of graph.nodes) {
    if (mustBeChecked(node)) placeJob(checkJob(node), block);
    if (!node.stored) continue;
    if (isScalarStep(node)) {
      placeScalar(node, block);
      continue;
    }
    for (const job of jobsOf(node)) placeJob(job, block);
  }
  return block;
}

/** A scalar computed from scalars: it reads no buffers and stands after everything before it. */
function isScalarStep(node: Node): boolean {
  const kind = node.op?.kind;
  const simple = kind === 'elementwise' || kind === 'select' || kind === 'cast' || kind === 'detach';
  return kind === 'extent' || (simple && node.shape.length === 0);
}

/** Looks whether the indices of a node are inside their axis. */
function checkJob(node: Node): Job {
  const index = node.args[1] as Node;
  const labels = index.shape.map((dim, out) => ({ dim, out }));
  const starts = [{ node: index, pattern: index.shape.map((_, k) => k) }];
  return { node, labels, starts, form: 'check', loops: [] };
}

function placeScalar(node: Node, block: Block): void {
  node.block = block;
  node.position = block.items.length;
  block.items.push({ kind: 'scalar', node });
}

export function placeJob(job: Job, top: Block): void {
  tick();
  const reads = readsOf([...job.starts, ...job.node.binders.map(wholly)]);
  const steps: Step[] = [];
  let block = top;
  for (const [k, label] of job.labels.entries()) {
    if (label.dim === 1) {
      job.loops.push(undefined);
      continue;
    }
    const position = findLoop(block, k, label, reads, steps.length) ?? addLoop(block, label.dim);
    const loop = block.items[position] as Loop;
    steps.push({ block, position, out: label.out });
    job.loops.push(loop);
    block = loop.block;
  }
  steps.push({ block, position: block.items.length, out: SUMMED });
  block.items.push({ kind: 'job', job });
  if (job.form !== 'check') {
    if (job.node.places === NO_PLACES) job.node.places = [];
    job.node.places.push(steps);
  }
  const until = job.again ? steps.findIndex((s) => s.out === SUMMED) : steps.length;
  for (const r of reads) noteSharing(r, steps.slice(0, until));
}

function addLoop(block: Block, dim: Dim): number {
  const position = block.items.length;
  block.items.push({ kind: 'loop', dim, block: emptyBlock(), begins: [], fills: [] });
  block.loops.push(position);
  return position;
}

/** The position of a loop of this block that the job may enter with its label k. */
function findLoop(block: Block, k: number, label: Label, reads: readonly Read[], depth: number) {
  let earliest = 0;
  for (const { node, pattern } of reads) {
    if (node.block === block) earliest = Math.max(earliest, node.position + 1);
    for (const steps of node.places) {
      const step = steps[depth];
      if (step?.block !== block) continue;
      const together = step.out >= 0 && pattern[step.out] === k;
      earliest = Math.max(earliest, together ? step.position : step.position + 1);
    }
  }
  let found: number | undefined;
  const stop = Math.max(0, block.loops.length - WINDOW);
  for (let n = block.loops.length - 1; n >= stop; n--) {
    const position = block.loops[n] as number;
    if (position < earliest) break;
    if (sameDim((block.items[position] as Loop).dim, label.dim)) found = position;
  }
  return found;
}

/** Notes how many loops around the node's computation its reader shares. */
function noteSharing(read: Read, reader: readonly Step[]): void {
  for (const steps of read.node.places) {
    let shared = 0;
    for (const step of steps) {
      const mine = reader[shared];
      if (step.out < 0 || mine?.block !== step.block || mine.position !== step.position) break;
      shared++;
    }
    read.node.shared = Math.min(read.node.shared, shared);
  }
}

const UNROLLED = 8;

/** Whether a loop runs so rarely, loops inside it included, that its body is written out instead. */
export function isUnrolled(loop: Loop): boolean {
  return iterations(loop) <= UNROLLED;
}

function iterations(loop: Loop): number {
  if (typeof loop.dim !== 'number') return Number.POSITIVE_INFINITY;
  let inner = 1;
  for (const item of loop.block.items) if (item.kind === 'loop') inner = Math.max(inner, iterations(item));
  return loop.dim * inner;
}
