/** Dead code: locals that nothing reads, temporaries that nothing loads, loops and branches that do nothing. */
import type { Draft } from './tidy.js';
import { argsOf, type Buffer, blocksOf, type Expr, exprsOf, isBuffer, type Stmt } from './types.js';

function writtenBy(s: Stmt): Buffer | undefined {
  if (s.kind === 'store' || s.kind === 'fill') return s.buffer;
  if (s.kind === 'copy') return s.to;
  return s.kind === 'call' ? s.output : undefined;
}

/** The buffers that a statement reads as a whole. */
function wholeReads(s: Stmt): readonly Buffer[] {
  if (s.kind === 'copy') return [s.from];
  return s.kind === 'call' ? s.inputs : [];
}

class Counter {
  /** How often each local is read, each buffer loaded, and what writes them, by number. */
  private readonly locals: number[] = [];
  readonly buffers: number[] = [];
  private readonly makers: (Stmt | Stmt[])[] = [];
  private readonly fillers: (Stmt | Stmt[])[] = [];
  readonly dead = new Set<Stmt>();
  private readonly work: Stmt[] = [];

  constructor(draft: Draft) {
    this.block(draft.body);
    for (const r of draft.results) if (!isBuffer(r.at)) this.use(r.at as Expr, 1, -1);
    for (const [id, stmts] of this.makers.entries()) if (stmts && !this.locals[id]) this.kill(stmts);
    for (const b of draft.buffers) this.checkBuffer(b);
    for (let s = this.work.pop(); s; s = this.work.pop()) this.release(s);
  }

  private block(stmts: readonly Stmt[]): void {
    for (const s of stmts) {
      const own = s.kind === 'define' || s.kind === 'assign' ? s.local.id : -1;
      if (own >= 0) this.note(this.makers, own, s);
      const to = writtenBy(s);
      if (to) this.note(this.fillers, to.id, s);
      for (const b of wholeReads(s)) this.add(this.buffers, b.id, 1);
      for (const e of exprsOf(s)) this.use(e, 1, own);
      for (const b of blocksOf(s)) this.block(b);
    }
  }

  private note(lists: (Stmt | Stmt[])[], id: number, s: Stmt): void {
    const old = lists[id];
    if (!old) lists[id] = s;
    else if (Array.isArray(old)) old.push(s);
    else lists[id] = [old, s];
  }

  private add(counts: number[], id: number, n: number): number {
    const total = (counts[id] ?? 0) + n;
    counts[id] = total;
    return total;
  }

  /** Counts uses (n = 1) or takes them back (n = -1); those of a variable in its own update do not count. */
  private use(e: Expr, n: number, own: number): void {
    if (e.kind === 'local' && e.local.id !== own && this.add(this.locals, e.local.id, n) === 0 && n < 0)
      this.kill(this.makers[e.local.id]);
    if (e.kind === 'load') {
      this.add(this.buffers, e.buffer.id, n);
      if (n < 0) this.checkBuffer(e.buffer);
    }
    for (const a of argsOf(e)) this.use(a, n, own);
  }

  private checkBuffer(b: Buffer): void {
    if (b.role === 'temp' && !this.buffers[b.id]) this.kill(this.fillers[b.id]);
  }

  private kill(stmts: Stmt | readonly Stmt[] | undefined): void {
    for (const s of Array.isArray(stmts) ? (stmts as readonly Stmt[]) : stmts ? [stmts as Stmt] : []) {
      if (this.dead.has(s)) continue;
      this.dead.add(s);
      this.work.push(s);
    }
  }

  private release(s: Stmt): void {
    const own = s.kind === 'define' || s.kind === 'assign' ? s.local.id : -1;
    for (const e of exprsOf(s)) this.use(e, -1, own);
    for (const b of wholeReads(s)) {
      this.add(this.buffers, b.id, -1);
      this.checkBuffer(b);
    }
  }
}

interface Pruned {
  readonly body: Stmt[];
  readonly emptied: boolean;
}

function prune(stmts: readonly Stmt[], dead: ReadonlySet<Stmt>): Pruned {
  const body: Stmt[] = [];
  let emptied = false;
  const inner = (block: readonly Stmt[]) => {
    const pruned = prune(block, dead);
    emptied ||= pruned.emptied;
    return pruned.body;
  };
  for (const s of stmts) {
    if (dead.has(s)) continue;
    if (s.kind === 'for') {
      const kept = inner(s.body);
      if (kept.length > 0) body.push({ ...s, body: kept });
      else emptied = true;
    } else if (s.kind === 'if') {
      const [then, otherwise] = [inner(s.then), inner(s.otherwise)];
      if (then.length + otherwise.length > 0) body.push({ ...s, then, otherwise });
      else emptied = true;
    } else if (s.kind === 'loop') body.push({ ...s, body: inner(s.body) });
    else body.push(s);
  }
  return { body, emptied };
}

/** The draft without what nothing needs. */
export function dropUnused(draft: Draft): Draft {
  for (let current = draft; ; ) {
    const counter = new Counter(current);
    const { body, emptied } = prune(current.body, counter.dead);
    const used = (b: Buffer) =>
      b.role === 'const' || b.role === 'temp' ? (counter.buffers[b.id] ?? 0) > 0 : false;
    current = { ...current, body };
    if (!emptied) return { ...current, buffers: draft.buffers.filter(used) };
  }
}
