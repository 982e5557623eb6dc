/**
 * Tidying: drops what nothing uses, and puts constants that are used once back into the expression that uses them.
 *
 * Expressions stay small, so that lines stay readable and nothing that walks them goes deep. A constant moves only
 * within its block, so it never comes to run more often; in a branch of a choice it may run less often. It does not move
 * past a statement that changes what it reads.
 */
import { tick } from '../core/deadline.js';
import { cut } from './cut.js';
import {
  argsOf, blocksOf, type Expr, exprsOf, isAtom, isBuffer, type LoopFunction, resultExprs, rewriteResults, type Stmt,
} from './types.js'; // biome-ignore format: one line
import { dropUnused } from './unused.js';
import { Waiting } from './waiting.js';

/** Nodes and depth of an expression that may still be put into another one. */
const LARGEST = 16;
const DEEPEST = 12;

/** A loop function before it is cut into pieces. */
export type Draft = Omit<LoopFunction, 'slots' | 'pieces'>;

interface Size {
  readonly nodes: number;
  readonly depth: number;
}

class Tidier {
  /** The block with the only use of a constant, by number; null where there are several. */
  private readonly home: (readonly Stmt[] | null)[] = [];
  private readonly inlined: Expr[] = [];
  private waiting = new Waiting();

  constructor(private readonly draft: Draft) {
    this.count(draft.body);
    for (const e of resultExprs(draft.results)) this.use(e, draft.body);
  }

  run(): Draft {
    const body = this.block(this.draft.body);
    const results = rewriteResults(this.draft.results, (e) => this.last(this.rebuild(e), body));
    return { ...this.draft, results, body };
  }

  private count(block: readonly Stmt[]): void {
    for (const s of block) {
      for (const e of exprsOf(s)) this.use(e, block);
      for (const b of blocksOf(s)) this.count(b);
    }
  }

  private use(e: Expr, block: readonly Stmt[]): void {
    if (e.kind === 'local') {
      const { id } = e.local;
      this.home[id] = this.home[id] === undefined ? block : null;
    }
    for (const a of argsOf(e)) this.use(a, block);
  }

  private block(stmts: readonly Stmt[]): Stmt[] {
    const around = this.waiting;
    this.waiting = new Waiting();
    const out: Stmt[] = [];
    for (const s of stmts) {
      if (s.kind === 'define' && this.moves(s.local.id, stmts) && !s.local.mutable && !s.local.pinned) {
        const value = this.rebuild(s.value);
        const { nodes, depth } = sizeOf(value);
        const fits = nodes <= LARGEST && depth <= DEEPEST && !(s.local.named && nodes > 1);
        if (fits) {
          this.inlined[s.local.id] = value;
          this.waiting.add(s.local, value);
        } else out.push({ ...s, value });
      } else this.statement(s, out);
      this.settle(s, out);
    }
    this.waiting = around;
    return out;
  }

  /** Constants that wait for their use, and that a statement spoils for it, are defined before the statement. */
  private settle(s: Stmt, out: Stmt[]): void {
    for (const { local, value } of this.waiting.spoiledBy(s)) {
      delete this.inlined[local.id];
      out.splice(-1, 0, { kind: 'define', local, value });
    }
  }

  private moves(id: number, block: readonly Stmt[]): boolean {
    return this.home[id] === block;
  }

  private statement(s: Stmt, out: Stmt[]): void {
    tick();
    switch (s.kind) {
      case 'define':
        out.push({ ...s, value: this.last(this.rebuild(s.value), out) });
        break;
      case 'assign':
        out.push({ ...s, value: this.last(this.rebuild(s.value), out, s.local.hint) });
        break;
      case 'store': {
        const index = this.rebuild(s.index);
        out.push({ ...s, index, value: this.last(this.rebuild(s.value), out) });
        break;
      }
      case 'for':
        out.push({ ...s, count: this.rebuild(s.count), body: this.block(s.body) });
        break;
      case 'loop':
        out.push({ ...s, body: this.block(s.body) });
        break;
      case 'break':
        out.push({ ...s, condition: this.rebuild(s.condition) });
        break;
      case 'call':
        out.push({ ...s, sizes: s.sizes.map((e) => this.rebuild(e)) });
        break;
      case 'allocate':
      case 'grow':
      case 'trim':
        out.push({ ...s, length: this.rebuild(s.length) });
        break;
      case 'check': {
        const [index, length] = [this.rebuild(s.index), this.rebuild(s.length)];
        out.push({ ...s, index, length, element: s.element.map((e) => this.rebuild(e)) });
        break;
      }
      case 'guard':
        out.push({ ...s, count: this.rebuild(s.count) });
        break;
      case 'invoke':
        out.push({ ...s, args: s.args.map((a) => (isBuffer(a) ? a : this.rebuild(a))) });
        break;
      case 'if':
        this.branches(s, out);
        break;
      default:
        out.push(s);
    }
  }

  /**
   * A constant that was defined just before, for this very place only, is its expression, however large; unless it has a
   * name of the program's that is not `name` anyway.
   */
  private last(value: Expr, out: Stmt[], name?: string): Expr {
    const before = out.at(-1);
    if (value.kind !== 'local' || before?.kind !== 'define' || before.local.id !== value.local.id)
      return value;
    const { local } = before;
    const keepsName = local.named && local.hint !== name;
    if (local.mutable || local.pinned || keepsName || !this.home[local.id]) return value;
    out.pop();
    return before.value;
  }

  /** A small choice of one scalar is a conditional expression. */
  private branches(s: Extract<Stmt, { kind: 'if' }>, out: Stmt[]): void {
    const condition = this.rebuild(s.condition);
    const then = this.block(s.then);
    const otherwise = this.block(s.otherwise);
    const [a, b] = [then[0], otherwise[0]];
    const before = out.at(-1);
    const single = then.length === 1 && otherwise.length === 1;
    if (single && a?.kind === 'assign' && b?.kind === 'assign' && before?.kind === 'define') {
      const { local } = a;
      if (local.id === b.local.id && local.id === before.local.id) {
        const value: Expr = { kind: 'select', args: [condition, a.value, b.value], type: local.type };
        out[out.length - 1] = { kind: 'define', local: { ...local, mutable: false }, value };
        return;
      }
    }
    out.push({ ...s, condition, then, otherwise });
  }

  /** The expression with inlined constants in their places. Expressions are shallow here. */
  private rebuild(e: Expr): Expr {
    if (e.kind === 'local') {
      const value = this.inlined[e.local.id];
      if (value) this.waiting.used(e.local.id);
      return value ?? e;
    }
    if (isAtom(e) || e.kind === 'slot') return e;
    const args = argsOf(e).map((a) => this.rebuild(a));
    return { ...e, args } as unknown as Expr;
  }
}

function sizeOf(e: Expr): Size {
  let nodes = e.kind === 'load' ? 0 : 1;
  let depth = 0;
  for (const a of argsOf(e)) {
    const part = sizeOf(a);
    nodes += part.nodes;
    depth = Math.max(depth, part.depth);
  }
  return { nodes, depth: depth + 1 };
}

/** A function without unused statements and with readable expressions. */
export function tidy(draft: Draft): LoopFunction {
  const lean = new Tidier(dropUnused(draft)).run();
  return cut({ ...lean, slots: 0, pieces: [] });
}
