/**
 * The writer: appends statements, every operation as a constant of its own, each in the outermost place it may have.
 *
 * A *scope* is an open block: the function's, a loop's, a branch's. Its *level* is its depth. An operation goes to the
 * level of its deepest operand, so what does not change in a loop ends up before it, and the same operation on the
 * same operands is written once. Code under a *floor* (a branch, a body that may run on changed variables) never
 * moves out of it. Tidying later puts constants that are used once back into expressions.
 */
import { type Dim, dimNames } from '../core/affine.js';
import { tick } from '../core/deadline.js';
import { assert, InternalError } from '../core/diagnostic.js';
import type { Span } from '../core/span.js';
import type { DType } from '../ir/types.js';
import { foldInteger } from './fold.js';
import type { Atom, Buffer, BufferRole, Expr, Local, NamedDim, Shape, Stmt } from './types.js';

/** What something is remembered under. */
export type Key = string | number;

interface Scope {
  readonly stmts: Stmt[];
  readonly known: Map<Key, Atom>;
  readonly floor: boolean;
}

export const int = (value: number): Atom => ({ kind: 'number', value, type: 'int' });
export const float = (value: number): Atom => ({ kind: 'number', value, type: 'float' });
export const bool = (value: boolean): Atom => ({ kind: 'bool', value, type: 'bool' });
export const read = (local: Local): Atom => ({ kind: 'local', local, type: local.type });

export function literal(value: number, dtype: DType): Atom {
  return dtype === 'bool' ? bool(value !== 0) : dtype === 'int' ? int(value) : float(value);
}

/** Whether an index is a known number. */
export function known(a: Atom): number | undefined {
  return a.kind === 'number' ? a.value : undefined;
}

export function keyOf(a: Atom): string {
  if (a.kind === 'local') return `#${a.local.id}`;
  return a.kind === 'bool' ? `${a.value}` : Object.is(a.value, -0) ? '-0' : `${a.value}`;
}

/** Numbers up to this are added to counters ahead of time. */
const FARTHEST = 2 ** 20;
/** Numbers of atoms up to this enter numeric keys; 2^22 twice and 2^9 operations stay exact. */
const WIDTH = 2 ** 22;
const LOGIC = new Set(['and', 'or', 'not']);

export class Writer {
  private readonly scopes: Scope[] = [];
  private readonly levels: number[] = [];
  private locals = 0;
  private readonly arriving: NamedDim[] = [];
  private readonly dimAtoms = new Map<string, Atom>();
  /** Choices by the locals that hold them. */
  private readonly choices = new Map<string, readonly [Atom, Atom, Atom]>();
  private readonly versions: number[] = [];
  /** Locals that are a counter and a known number. */
  private readonly offsets = new Map<number, { readonly counter: Atom; readonly by: number }>();
  private readonly unsigned = new Set<number>();
  private readonly codes = new Map<string, number>();
  private readonly literals = new Map<string, number>();
  readonly buffers: Buffer[] = [];

  constructor() {
    this.open(false);
  }

  get level(): number {
    return this.scopes.length - 1;
  }

  get dims(): NamedDim[] {
    return this.arriving;
  }

  // Locals, buffers, dimensions

  local(type: DType, hint: string, mutable = false, level = this.level, named = false): Local {
    const local = { id: this.locals++, type, hint, mutable, named };
    this.levels[local.id] = level;
    return local;
  }

  buffer(role: BufferRole, dtype: DType, shape: Shape, hint: string, data?: readonly number[]): Buffer {
    const id = this.buffers.length;
    const dynamic = role === 'temp' && !this.arrives(shape);
    const buffer = { id, role, dtype, shape, hint, ...(data && { data }), ...(dynamic && { dynamic }) };
    this.buffers.push(buffer);
    return buffer;
  }

  /** A dimension that is known on entry. */
  arrivingDim(name: string): void {
    const local = this.local('int', name, false, 0);
    this.arriving.push({ name, local });
    this.dimAtoms.set(name, read(local));
  }

  /** Whether a shape is known on entry. */
  arrives(shape: Shape): boolean {
    return shape.every((d) => dimNames(d).every((n) => this.arriving.some((a) => a.name === n)));
  }

  /** A dimension that is known from here on. */
  bindDim(name: string, size: Atom): void {
    this.dimAtoms.set(name, size);
  }

  private namedDim(name: string): Atom {
    const atom = this.dimAtoms.get(name);
    if (!atom) throw new InternalError(`dimension ${name} is not bound`);
    return atom;
  }

  dim(dim: Dim): Atom {
    if (typeof dim === 'number') return int(dim);
    let total: Atom | undefined;
    for (const [name, coefficient] of dim.terms) {
      const term = this.op('mul', [this.namedDim(name), int(coefficient)], 'int');
      total = total ? this.op('add', [total, term], 'int') : term;
    }
    return this.op('add', [total as Atom, int(dim.constant)], 'int');
  }

  /** The number of elements of a shape. */
  size(shape: Shape): Atom {
    return shape.reduce<Atom>((n, d) => this.op('mul', [n, this.dim(d)], 'int', 'size'), int(1));
  }

  // Scopes

  private open(floor: boolean): void {
    this.scopes.push({ stmts: [], known: new Map(), floor });
  }

  private close(): Stmt[] {
    return (this.scopes.pop() as Scope).stmts;
  }

  /** A block that nothing moves out of. */
  block(write: () => void): Stmt[] {
    this.open(true);
    write();
    return this.close();
  }

  loop(count: Atom, hint: string, write: (counter: Atom) => void, options: LoopOptions = {}): void {
    this.open(options.floor ?? false);
    const counter = this.local('int', hint);
    this.offsets.set(counter.id, { counter: read(counter), by: 0 });
    write(read(counter));
    const body = this.close();
    if (body.length > 0) this.push({ kind: 'for', counter, count, reverse: options.reverse ?? false, body });
  }

  finish(): Stmt[] {
    assert(this.scopes.length === 1, 'a block is still open');
    return this.close();
  }

  push(stmt: Stmt): void {
    (this.scopes[this.level] as Scope).stmts.push(stmt);
  }

  levelOf(a: Atom): number {
    return a.kind === 'local' ? (this.levels[a.local.id] as number) : 0;
  }

  private placeFor(level: number): number {
    for (let d = this.level; d > level; d--) if ((this.scopes[d] as Scope).floor) return d;
    return level;
  }

  /** What was remembered under a key in any open scope. */
  recall(key: Key, from = 0): Atom | undefined {
    for (let d = this.level; d >= from; d--) {
      const atom = (this.scopes[d] as Scope).known.get(key);
      if (atom) return atom;
    }
    return undefined;
  }

  remember(key: Key, atom: Atom, level = this.level): void {
    (this.scopes[level] as Scope).known.set(key, atom);
  }

  /** Defines a constant at the outermost place that sees `level`, unless it is there already. */
  private place(key: Key, level: number, value: Expr, hint: string, name?: string): Atom {
    const at = this.placeFor(level);
    const old = this.recall(key, level);
    if (old) return old;
    const local = this.local(value.type, name ?? hint, false, at, name !== undefined);
    const scope = this.scopes[at] as Scope;
    scope.stmts.push({ kind: 'define', local, value });
    const atom = read(local);
    scope.known.set(key, atom);
    return atom;
  }

  // Expressions

  private number(a: Atom): Atom {
    if (a.type !== 'bool') return a;
    if (a.kind === 'bool') return int(a.value ? 1 : 0);
    return this.place(`num ${keyOf(a)}`, this.levelOf(a), { kind: 'convert', args: [a], type: 'int' }, 't');
  }

  condition(a: Atom): Atom {
    if (a.type === 'bool') return a;
    if (a.kind === 'number') return bool(a.value !== 0);
    return this.place(`cond ${keyOf(a)}`, this.levelOf(a), { kind: 'convert', args: [a], type: 'bool' }, 'c');
  }

  as(a: Atom, type: DType): Atom {
    return type === 'bool' ? this.condition(a) : this.number(a);
  }

  /** A row of the table applied; index arithmetic on known integers is done at once. */
  op(name: string, raw: readonly Atom[], type: DType, hint = 't', given?: string): Atom {
    tick();
    const logical = LOGIC.has(name);
    const same = (name === 'eq' || name === 'ne') && raw.every((a) => a.type === 'bool');
    const args = same ? raw : raw.map((a) => (logical ? this.condition(a) : this.number(a)));
    const simple = type === 'float' ? undefined : foldInteger(name, args, type);
    if (simple) return simple;
    const shift = type === 'int' ? this.shiftOf(name, args) : undefined;
    if (shift && shift.counter !== args[0])
      return this.op('add', [shift.counter, int(shift.by)], 'int', hint);
    let level = 0;
    for (const a of args) level = Math.max(level, this.levelOf(a));
    const key = this.keyOfOp(name, args);
    const value = { kind: 'op', name, args, type } as const;
    const result = this.place(key, level, value, hint, given);
    this.noteSign(name, args, result);
    if (shift && result.kind === 'local') this.offsets.set(result.local.id, shift);
    return result;
  }

  /** The counter and the number that a sum is made of: (i + 1) - 1 is i. */
  private shiftOf(name: string, [a, b]: readonly Atom[]) {
    const by = b && known(b);
    const of = a?.kind === 'local' ? this.offsets.get(a.local.id) : undefined;
    if (!of || by === undefined || Math.abs(by) > FARTHEST || (name !== 'add' && name !== 'sub'))
      return undefined;
    return { counter: of.counter, by: of.by + (name === 'add' ? by : -by) };
  }

  /** Gives up where an index is outside its axis, unless that has been looked at. */
  check(index: Atom, length: Atom, axis: number, element: readonly Atom[], span: Span): void {
    const key = `check ${keyOf(index)} ${keyOf(length)}`;
    const changes = index.kind === 'local' && index.local.mutable;
    if (this.recall(key, changes ? this.level : 0)) return;
    this.push({ kind: 'check', index, length, axis, element, span });
    this.remember(key, index);
  }

  /** Operations of one or two operands have numbers for keys: there are very many of them. */
  private keyOfOp(name: string, args: readonly Atom[]): Key {
    const [a, b] = args.map((x) => this.numberOf(x)) as [number, number | undefined];
    if (args.length > 2 || a >= WIDTH || (b ?? 0) >= WIDTH) return `${name} ${args.map(keyOf).join()}`;
    return (numberIn(this.codes, name) * WIDTH + a) * WIDTH + (b ?? WIDTH - 1);
  }

  private numberOf(a: Atom): number {
    if (a.kind === 'local') return 2 * a.local.id;
    return 2 * numberIn(this.literals, keyOf(a)) + 1;
  }

  select(condition: Atom, a: Atom, b: Atom, hint = 't', given?: string): Atom {
    const c = this.condition(condition);
    if (c.kind === 'bool') return c.value ? a : b;
    const [yes, no] = [this.chosen(a, c, 1), this.chosen(b, c, 2)];
    if (keyOf(yes) === keyOf(no) && yes.type === no.type) return yes;
    if (yes.kind === 'bool' && no.kind === 'bool' && yes.value && !no.value) return c;
    const type = yes.type === no.type ? yes.type : 'float';
    const args: readonly [Atom, Atom, Atom] = [c, this.as(yes, type), this.as(no, type)];
    const level = args.reduce((most, x) => Math.max(most, this.levelOf(x)), Number.NEGATIVE_INFINITY);
    const value = { kind: 'select', args, type } as const;
    const placed = this.place(`select ${args.map(keyOf).join()}`, level, value, hint, given);
    // A variable may have another value where the choice is used again.
    if (!args.some((x) => x.kind === 'local' && x.local.mutable)) this.choices.set(keyOf(placed), args);
    return placed;
  }

  /** What a value is where a condition is known: a choice by the same condition is decided. */
  private chosen(x: Atom, condition: Atom, side: 1 | 2): Atom {
    const args = this.choices.get(keyOf(x));
    return args && keyOf(args[0]) === keyOf(condition) ? args[side] : x;
  }

  /** Says that elements of a buffer change here, or in the loop that begins here: what was read before is not theirs. */
  changes(buffer: Buffer): void {
    this.versions[buffer.id] = (this.versions[buffer.id] ?? 0) + 1;
  }

  /** An element of a buffer; it is not read before `level`, where the buffer is complete. */
  load(buffer: Buffer, index: Atom, level = 0): Atom {
    const type = buffer.dtype === 'int' ? 'int' : 'float';
    const value: Expr = { kind: 'load', buffer, args: [index], type };
    const at = Math.max(level, this.levelOf(index));
    const position = index.kind === 'local' ? index.local.hint : keyOf(index);
    const atom = this.place(
      `load${buffer.id}.${this.versions[buffer.id] ?? 0} ${keyOf(index)}`,
      at,
      value,
      `${buffer.hint}_${position.slice(0, 8)}`,
    );
    return buffer.dtype === 'bool' ? this.condition(atom) : atom;
  }

  /** Whether a sum that starts with `start` has just the term as its first value, to the last bit. */
  isFirst(start: Atom, step: string, term: Atom): boolean {
    if (start.kind !== 'number') return false;
    if (step === 'mul') return start.value === 1;
    if (step !== 'add') return Math.abs(start.value) === Number.POSITIVE_INFINITY;
    return start.value === 0 && this.neverMinusZero(term);
  }

  private neverMinusZero(a: Atom): boolean {
    if (a.kind === 'number') return !Object.is(a.value, -0);
    return a.kind === 'bool' || a.type === 'bool' || this.unsigned.has(a.local.id);
  }

  /** Notes results that are never -0: squares, magnitudes, sums with such a term. */
  private noteSign(name: string, args: readonly Atom[], result: Atom): void {
    if (result.kind !== 'local') return;
    const square = name === 'mul' && keyOf(args[0] as Atom) === keyOf(args[1] as Atom);
    const sum = name === 'add' && args.some((a) => this.neverMinusZero(a));
    if (square || sum || name === 'exp' || name === 'abs') this.unsigned.add(result.local.id);
  }

  /** An expression for use in the very next statement: it reads variables that change. */
  inPlace(name: string, args: readonly Expr[], type: 'float' | 'int' = 'float'): Expr {
    return { kind: 'op', name, args, type };
  }

  // Statements

  declare(type: DType, hint: string, value: Expr): Local {
    const local = this.local(type, hint, true);
    this.push({ kind: 'define', local, value });
    return local;
  }

  /** A constant that is read here and now, whatever becomes of the variables in it. */
  pin(value: Atom, hint: string): Atom {
    const local: Local = { ...this.local(value.type, hint), pinned: true };
    this.push({ kind: 'define', local, value });
    return read(local);
  }

  assign(local: Local, value: Expr): void {
    this.push({ kind: 'assign', local, value });
  }

  store(buffer: Buffer, index: Atom, value: Atom, add = false): void {
    this.push({ kind: 'store', buffer, index, value: this.number(value), add });
  }

  fill(buffer: Buffer, value = 0): void {
    this.push({ kind: 'fill', buffer, value });
  }
}

export interface LoopOptions {
  readonly floor?: boolean;
  readonly reverse?: boolean;
}

/** The number of a word; new words get the next one. */
function numberIn(words: Map<string, number>, word: string): number {
  const old = words.get(word);
  if (old !== undefined) return old;
  words.set(word, words.size);
  return words.size - 1;
}
