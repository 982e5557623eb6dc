/**
 * Cutting: engines do not optimise very long functions, so long blocks are cut into pieces, functions of at most
 * `LIMIT` operations that are called one after the other.
 *
 * A *context* is the text of one function: the main one or a piece. A local that is wanted in another context than the
 * one that defines it has a *slot* of an array that all contexts share. A constant is copied there once and read once
 * by every piece that wants it; a variable lives there.
 */
import { tick } from '../core/deadline.js';
import {
  argsOf,
  type Buffer,
  blocksOf,
  buffersOf,
  type Expr,
  exprsOf,
  isAtom,
  isBuffer,
  type LoopFunction,
  type Piece,
  resultExprs,
  returnedLocal,
  rewriteResults,
  type Stmt,
} from './types.js';

/** Operations in one function. */
const LIMIT = 2000;

function weightOf(e: Expr): number {
  let n = isAtom(e) ? 0 : 1;
  for (const a of argsOf(e)) n += weightOf(a);
  return n;
}

/** How many operations statements take, each worked out once: they are asked for at every level of nesting. */
class Weights {
  private readonly known = new Map<Stmt, number>();

  /** The blocks of the statement are included; a piece counts as a call. */
  of(s: Stmt): number {
    const old = this.known.get(s);
    if (old !== undefined) return old;
    let n = 1;
    for (const e of exprsOf(s)) n += weightOf(e);
    const blocks = s.kind === 'piece' ? [] : blocksOf(s);
    for (const b of blocks) n += this.ofAll(b);
    if (blocks.length > 0) this.known.set(s, n);
    return n;
  }

  ofAll(stmts: readonly Stmt[]): number {
    let n = 0;
    for (const s of stmts) n += this.of(s);
    return n;
  }
}

/** Whether a statement has to be in the function itself: it leaves a loop there, or puts another array into a variable. */
function staysOutside(s: Stmt): boolean {
  switch (s.kind) {
    case 'break':
    case 'allocate':
    case 'grow':
    case 'trim':
    case 'invoke':
      return true;
    case 'loop':
      return s.body.some((inner) => inner.kind !== 'break' && staysOutside(inner));
    case 'piece':
      return false;
    default:
      return blocksOf(s).some((block) => block.some(staysOutside));
  }
}

/** A function cut so that no part is longer than engines like; short functions stay as they are. */
export function cut(fn: LoopFunction): LoopFunction {
  const weights = new Weights();
  if (weights.ofAll(fn.body) <= LIMIT) return fn;
  const cutter = new Cutter(weights);
  const body = cutter.block(fn.body);
  return new Slots({ ...fn, body, pieces: cutter.pieces }).run();
}

class Cutter {
  readonly pieces: Piece[] = [];

  constructor(private readonly weights: Weights) {}

  block(stmts: readonly Stmt[]): readonly Stmt[] {
    if (this.weights.ofAll(stmts) <= LIMIT) return stmts;
    const out: Stmt[] = [];
    let run: Stmt[] = [];
    let weight = 0;
    const close = () => {
      if (run.length > 0) out.push(this.piece(run));
      run = [];
      weight = 0;
    };
    for (const s of stmts) {
      const small = this.shorten(s);
      if (staysOutside(small)) {
        close();
        out.push(small);
        continue;
      }
      const w = this.weights.of(small);
      if (weight + w > LIMIT) close();
      run.push(small);
      weight += w;
    }
    close();
    return out;
  }

  /** Cuts the blocks inside a statement that is too long by itself. */
  private shorten(s: Stmt): Stmt {
    if (s.kind !== 'for' && s.kind !== 'loop' && s.kind !== 'if') return s;
    if (this.weights.of(s) <= LIMIT) return s;
    if (s.kind === 'if') return { ...s, then: this.block(s.then), otherwise: this.block(s.otherwise) };
    return { ...s, body: this.block(s.body) };
  }

  private piece(body: readonly Stmt[]): Stmt {
    const piece: Piece = { index: this.pieces.length, body, buffers: [] };
    this.pieces.push(piece);
    return { kind: 'piece', piece };
  }
}

/** Gives slots to the locals that cross from one context to another. */
class Slots {
  /** The context that defines each local: -1 for the main one, else the piece. */
  private readonly home = new Map<number, number>();
  private readonly slots = new Map<number, number>();
  private readonly made = new Map<number, Piece>();

  constructor(private readonly fn: LoopFunction) {
    for (const p of fn.params) if (!isBuffer(p.at)) this.home.set(p.at.id, -1);
    for (const d of fn.dims) this.home.set(d.local.id, -1);
    this.homes(fn.body, -1);
    this.crossings(fn.body, -1);
    for (const e of resultExprs(fn.results)) this.crossing(e, -1);
  }

  private homes(stmts: readonly Stmt[], context: number): void {
    for (const s of stmts) {
      if (s.kind === 'define') this.home.set(s.local.id, context);
      if (s.kind === 'for') this.home.set(s.counter.id, context);
      if (s.kind === 'invoke') this.home.set(returnedLocal(s)?.id ?? -1, context);
      for (const b of blocksOf(s)) this.homes(b, s.kind === 'piece' ? s.piece.index : context);
    }
  }

  private want(id: number, context: number): void {
    if (this.home.get(id) !== context && !this.slots.has(id)) this.slots.set(id, this.slots.size);
  }

  private crossings(stmts: readonly Stmt[], context: number): void {
    for (const s of stmts) {
      for (const e of exprsOf(s)) this.crossing(e, context);
      if (s.kind === 'assign') this.want(s.local.id, context);
      for (const b of blocksOf(s)) this.crossings(b, s.kind === 'piece' ? s.piece.index : context);
    }
  }

  private crossing(e: Expr, context: number): void {
    if (e.kind === 'local') this.want(e.local.id, context);
    for (const a of argsOf(e)) this.crossing(a, context);
  }

  run(): LoopFunction {
    const { fn } = this;
    const main = new Context(-1, this.home, this.slots, this.made);
    const arriving = [...fn.params.map((p) => p.at), ...fn.dims.map((d) => d.local)];
    const kept = arriving.flatMap((at) => (isBuffer(at) ? [] : main.keep(at)));
    const body = [...kept, ...main.block(fn.body)];
    const results = rewriteResults(fn.results, (e) => main.expr(e));
    const pieces = [...this.made.values()];
    return { ...fn, body, results, pieces, slots: this.slots.size };
  }
}

/** Rewrites the statements of one context to read and write slots. */
class Context {
  private readonly seen = new Set<number>();
  /** Locals that come in with the statement at hand. */
  private incoming: Stmt[] = [];
  readonly buffers = new Map<number, Buffer>();

  constructor(
    private readonly self: number,
    private readonly home: ReadonlyMap<number, number>,
    private readonly slots: ReadonlyMap<number, number>,
    private readonly made: Map<number, Piece>,
  ) {}

  /** What copies a local of this context to its slot, if it has one. */
  keep(local: Extract<Expr, { kind: 'local' }>['local']): Stmt[] {
    const slot = this.slots.get(local.id);
    if (slot === undefined) return [];
    return [{ kind: 'keep', slot, value: { kind: 'local', local, type: local.type } }];
  }

  expr(e: Expr): Expr {
    if (e.kind === 'load') this.buffers.set(e.buffer.id, e.buffer);
    if (e.kind === 'local') return this.local(e);
    if (isAtom(e)) return e;
    return { ...e, args: argsOf(e).map((a) => this.expr(a)) } as unknown as Expr;
  }

  private local(e: Extract<Expr, { kind: 'local' }>): Expr {
    const { local } = e;
    const slot = this.slots.get(local.id);
    if (slot === undefined) return e;
    const at: Expr = { kind: 'slot', slot, type: local.type };
    if (local.mutable) return at;
    if (this.home.get(local.id) === this.self) return e;
    if (this.self === -1) return at;
    if (!this.seen.has(local.id)) this.incoming.push({ kind: 'define', local, value: at });
    this.seen.add(local.id);
    return e;
  }

  /** The outermost block of a piece: what a statement wants from elsewhere is read just before it. */
  top(stmts: readonly Stmt[]): Stmt[] {
    return stmts.flatMap((s) => {
      const rewritten = this.statement(s);
      return [...this.incoming.splice(0), ...rewritten];
    });
  }

  block(stmts: readonly Stmt[]): Stmt[] {
    return stmts.flatMap((s) => this.statement(s));
  }

  private statement(s: Stmt): Stmt[] {
    tick();
    switch (s.kind) {
      case 'define':
      case 'assign':
        return this.definition(s);
      case 'store':
        this.names(s);
        return [{ ...s, index: this.expr(s.index), value: this.expr(s.value) }];
      case 'fill':
      case 'copy':
        this.names(s);
        return [s];
      case 'call':
        this.names(s);
        return [{ ...s, sizes: s.sizes.map((e) => this.expr(e)) }];
      case 'allocate':
      case 'grow':
      case 'trim':
        this.names(s);
        return [{ ...s, length: this.expr(s.length) }];
      case 'check': {
        const [index, length] = [this.expr(s.index), this.expr(s.length)];
        return [{ ...s, index, length, element: s.element.map((e) => this.expr(e)) }];
      }
      case 'guard':
        return [{ ...s, count: this.expr(s.count) }];
      case 'invoke': {
        this.names(s);
        const returned = returnedLocal(s);
        const args = s.args.map((a) => (isBuffer(a) ? a : this.expr(a)));
        return [{ ...s, args }, ...(returned ? this.keep(returned) : [])];
      }
      case 'for':
        return [{ ...s, count: this.expr(s.count), body: [...this.keep(s.counter), ...this.block(s.body)] }];
      case 'if': {
        const condition = this.expr(s.condition);
        return [{ ...s, condition, then: this.block(s.then), otherwise: this.block(s.otherwise) }];
      }
      case 'loop':
        return [{ ...s, body: this.block(s.body) }];
      case 'break':
        return [{ ...s, condition: this.expr(s.condition) }];
      case 'piece':
        return [{ kind: 'piece', piece: this.piece(s.piece) }];
      default:
        return [s];
    }
  }

  private names(s: Stmt): void {
    const { read, written } = buffersOf(s);
    for (const b of [...read, ...written]) this.buffers.set(b.id, b);
  }

  private definition(s: Extract<Stmt, { kind: 'define' | 'assign' }>): Stmt[] {
    const value = this.expr(s.value);
    const slot = this.slots.get(s.local.id);
    if (slot === undefined) return [{ ...s, value }];
    if (s.local.mutable) return [{ kind: 'keep', slot, value }];
    return [{ ...s, value }, ...this.keep(s.local)];
  }

  private piece(piece: Piece): Piece {
    const context = new Context(piece.index, this.home, this.slots, this.made);
    const body = context.top(piece.body);
    for (const [id, b] of context.buffers) this.buffers.set(id, b);
    const made: Piece = {
      ...piece,
      body,
      buffers: [...context.buffers.values()].filter((b) => b.role !== 'const'),
    };
    this.made.set(piece.index, made);
    return made;
  }
}
