/** Dead code: locals that nothing reads, temporaries that nothing loads, loops and branches that do nothing. */
import type { Draft } from './tidy.js';
import {
  argsOf,
  type Buffer,
  blocksOf,
  buffersOf,
  type Expr,
  exprsOf,
  isBuffer,
  resultExprs,
  returnedLocal,
  type Stmt,
} from './types.js';

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
    for (const e of resultExprs(draft.results)) this.use(e, 1, -1);
    for (const r of draft.results) if (isBuffer(r.at)) this.add(this.buffers, r.at.id, 1);
    for (const [id, stmts] of this.makers.entries()) if (stmts && !this.locals[id]) this.kill(stmts);
    for (const b of draft.buffers) this.checkBuffer(b);
    for (let s = this.work.pop(); s; s = this.work.pop()) this.release(s);
  }

  /** Whether nothing reads the number that a call returns. */
  dropsResult(s: Extract<Stmt, { kind: 'invoke' }>): boolean {
    const returned = returnedLocal(s);
    return returned !== undefined && !this.locals[returned.id];
  }

  private block(stmts: readonly Stmt[]): void {
    for (const s of stmts) {
      const own = s.kind === 'define' || s.kind === 'assign' ? s.local.id : -1;
      if (own >= 0) this.note(this.makers, own, s);
      const { read, written } = buffersOf(s);
      if (s.kind !== 'invoke') for (const b of written) this.note(this.fillers, b.id, s);
      for (const b of read) this.add(this.buffers, b.id, 1);
      if (s.kind === 'invoke') for (const b of written) this.add(this.buffers, b.id, 1);
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
    for (const b of buffersOf(s).read) {
      this.add(this.buffers, b.id, -1);
      this.checkBuffer(b);
    }
  }
}

interface Pruned {
  readonly body: Stmt[];
  readonly emptied: boolean;
}

function prune(stmts: readonly Stmt[], counter: Counter): Pruned {
  const { dead } = counter;
  const body: Stmt[] = [];
  let emptied = false;
  const inner = (block: readonly Stmt[]) => {
    const pruned = prune(block, counter);
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
    else if (s.kind === 'invoke' && counter.dropsResult(s)) body.push({ ...s, returns: [] });
    else body.push(s);
  }
  return { body, emptied };
}

/** The draft without what nothing needs. */
export function dropUnused(draft: Draft): Draft {
  for (let current = draft; ; ) {
    const counter = new Counter(current);
    const { body, emptied } = prune(current.body, counter);
    const used = (b: Buffer) =>
      b.role === 'const' || b.role === 'temp' ? (counter.buffers[b.id] ?? 0) > 0 : false;
    current = { ...current, body };
    if (!emptied) return { ...current, buffers: draft.buffers.filter(used) };
  }
}
