/**
 * Constants that were taken out of a block and wait for the statement that uses them. Statements in between may change
 * what they read: an element of a buffer that is changed in place, a variable that is assigned.
 */
import { argsOf, blocksOf, buffersOf, type Expr, type Local, type Stmt } from './types.js';

interface Constant {
  readonly local: Local;
  readonly value: Expr;
}

/** What statements change, worked out once: buffers by number, and variables by -1 minus their number. */
const changed = new WeakMap<Stmt, readonly number[]>();

function changesOf(s: Stmt): readonly number[] {
  const old = changed.get(s);
  if (old) return old;
  const found = new Set(buffersOf(s).written.map((b) => b.id));
  if (s.kind === 'assign') found.add(-1 - s.local.id);
  for (const block of blocksOf(s))
    for (const inner of block) for (const id of changesOf(inner)) found.add(id);
  const all = [...found];
  changed.set(s, all);
  return all;
}

function readBy(e: Expr, into: Set<number>): void {
  if (e.kind === 'load') into.add(e.buffer.id);
  if (e.kind === 'local' && e.local.mutable) into.add(-1 - e.local.id);
  for (const a of argsOf(e)) readBy(a, into);
}

export class Waiting {
  private readonly constants = new Map<number, Constant>();
  private readonly readers = new Map<number, Set<number>>();

  add(local: Local, value: Expr): void {
    const reads = new Set<number>();
    readBy(value, reads);
    if (reads.size === 0) return;
    this.constants.set(local.id, { local, value });
    for (const r of reads) {
      const readers = this.readers.get(r);
      if (readers) readers.add(local.id);
      else this.readers.set(r, new Set([local.id]));
    }
  }

  used(id: number): void {
    this.constants.delete(id);
  }

  /** The constants that are still wanted and that a statement spoils, in order; they do not wait any longer. */
  spoiledBy(s: Stmt): Constant[] {
    if (this.constants.size === 0) return [];
    const spoiled: Constant[] = [];
    for (const id of changesOf(s)) {
      for (const reader of this.readers.get(id) ?? []) {
        const constant = this.constants.get(reader);
        if (constant) spoiled.push(constant);
        this.constants.delete(reader);
      }
      this.readers.delete(id);
    }
    return spoiled.sort((a, b) => a.local.id - b.local.id);
  }
}
