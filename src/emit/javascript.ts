/**
 * Loop functions as JavaScript or TypeScript text: statements, names in scopes, helper functions carried along.
 *
 * A `Printer` is made for one module; it remembers which helpers its functions use, and prints those once.
 */
import { tick } from '../core/deadline.js';
import {
  type Buffer,
  type Expr,
  isBuffer,
  type Local,
  type Piece,
  returnedLocal,
  type Stmt,
} from '../loops/types.js';
import type { ElementwiseRow } from '../ops/row.js';
import { numberText, print, type Surroundings } from './expression.js';
import type { Helpers } from './helpers.js';
import type { Names } from './names.js';
import type { Runtime } from './runtime.js';

/** What the code around has for it: arrays and errors, and the names of the functions that it calls. */
export interface Outside {
  readonly runtime: Runtime;
  readonly calls: ReadonlyMap<string, string>;
}

export class Printer implements Surroundings {
  private readonly localNames = new Map<number, string>();
  private readonly bufferNames = new Map<number, string>();
  private readonly lines: string[] = [];
  private indent = 0;

  constructor(
    readonly typed: boolean,
    readonly names: Names,
    private readonly helpers: Helpers,
    private readonly outside: Outside,
  ) {}

  local(local: Local): string {
    return this.localNames.get(local.id) ?? this.name(local);
  }

  buffer(buffer: Buffer): string {
    return this.bufferNames.get(buffer.id) ?? this.nameBuffer(buffer);
  }

  helper(row: ElementwiseRow): string {
    return this.helpers.name(row);
  }

  /** Gives a local its name in the current scope. */
  name(local: Local, wish = local.hint): string {
    const name = this.names.give(wish);
    this.localNames.set(local.id, name);
    return name;
  }

  nameBuffer(buffer: Buffer, wish = buffer.hint): string {
    const name = this.names.give(wish);
    this.bufferNames.set(buffer.id, name);
    return name;
  }

  line(text: string): void {
    tick();
    this.lines.push(text === '' ? '' : '  '.repeat(this.indent) + text);
  }

  block(head: string, write: () => void, tail = '}'): void {
    this.line(head);
    this.indent++;
    this.names.enter();
    write();
    this.names.leave();
    this.indent--;
    this.line(tail);
  }

  take(): string[] {
    return this.lines.splice(0);
  }

  expr(e: Expr, around = 0): string {
    return print(e, this, around);
  }

  statements(stmts: readonly Stmt[]): void {
    for (const s of stmts) this.statement(s);
  }

  private statement(s: Stmt): void {
    switch (s.kind) {
      case 'define': {
        const value = this.expr(s.value);
        const type = this.typed && s.local.mutable && s.value.kind === 'bool' ? ': boolean' : '';
        this.line(`${s.local.mutable ? 'let' : 'const'} ${this.name(s.local)}${type} = ${value};`);
        break;
      }
      case 'assign':
        this.line(`${this.update(s.local, s.value)};`);
        break;
      case 'store':
        this.store(s);
        break;
      case 'fill':
        this.line(`${this.buffer(s.buffer)}.fill(${numberText(s.value).text});`);
        break;
      case 'copy':
        this.line(`${this.buffer(s.to)}.set(${this.buffer(s.from)});`);
        break;
      case 'for':
        this.loop(s);
        break;
      case 'loop':
        this.forever(s.body);
        break;
      case 'allocate': {
        const [name, length] = [this.buffer(s.buffer), this.expr(s.length)];
        const test = `${name}.length !== ${this.expr(s.length, 10)}`;
        this.line(`if (${test}) ${name} = ${this.outside.runtime.array(length)};`);
        break;
      }
      case 'grow': {
        const name = this.buffer(s.buffer);
        const test = `${name}.length < ${this.expr(s.length, 10)}`;
        this.line(`if (${test}) ${name} = ${this.outside.runtime.grown(name, this.expr(s.length))};`);
        break;
      }
      case 'trim': {
        const name = this.buffer(s.buffer);
        this.line(`${name} = ${name}.subarray(0, ${this.expr(s.length)});`);
        break;
      }
      case 'check':
        this.outside.runtime.check(this, s);
        break;
      case 'guard':
        this.outside.runtime.guard(this, s);
        break;
      case 'invoke':
        this.invoke(s);
        break;
      case 'break':
        this.line(`if (${this.expr(s.condition)}) break;`);
        break;
      case 'if':
        this.branches(s);
        break;
      case 'call': {
        const buffers = [...s.inputs, s.output].map((b) => this.buffer(b));
        const sizes = s.sizes.map((e) => this.expr(e));
        this.line(`${this.helpers.carried(s.name)}(${[...buffers, ...sizes].join(', ')});`);
        break;
      }
      case 'keep': {
        const value = s.value.type === 'bool' ? `${this.expr(s.value, 3)} ? 1 : 0` : this.expr(s.value);
        this.line(`${this.slots}[${s.slot}] = ${value};`);
        break;
      }
      default:
        this.line(`${this.call(s.piece)};`);
    }
  }

  /** `sum += term` where the update has that form. */
  private update(local: Local, value: Expr): string {
    const name = this.local(local);
    if (value.kind === 'op' && (value.name === 'add' || value.name === 'mul')) {
      const [first, second] = value.args as [Expr, Expr];
      const self = first.kind === 'local' && first.local.id === local.id;
      if (self) return `${name} ${value.name === 'add' ? '+=' : '*='} ${this.expr(second)}`;
    }
    return `${name} = ${this.expr(value)}`;
  }

  private store(s: Extract<Stmt, { kind: 'store' }>): void {
    const target = `${this.buffer(s.buffer)}[${this.expr(s.index)}]`;
    if (!s.add) this.line(`${target} = ${this.expr(s.value)};`);
    else if (this.typed) this.line(`${target} = (${target} as number) + ${this.expr(s.value, 12)};`);
    else this.line(`${target} += ${this.expr(s.value)};`);
  }

  private loop(s: Extract<Stmt, { kind: 'for' }>): void {
    const count = this.expr(s.count, 10);
    this.names.enter();
    const i = this.name(s.counter);
    const head = s.reverse
      ? `for (let ${i} = ${this.expr(s.count)} - 1; ${i} >= 0; ${i}--) {`
      : `for (let ${i} = 0; ${i} < ${count}; ${i}++) {`;
    this.block(head, () => this.statements(s.body));
    this.names.leave();
  }

  /** `while (condition) {` where the loop begins with its test. */
  private forever(body: readonly Stmt[]): void {
    const [first, ...rest] = body;
    if (first?.kind !== 'break') this.block('while (true) {', () => this.statements(body));
    else {
      const { condition } = first;
      const goesOn: Expr =
        condition.kind === 'op' && condition.name === 'not'
          ? (condition.args[0] as Expr)
          : { kind: 'op', name: 'not', args: [condition], type: 'bool' };
      this.block(`while (${this.expr(goesOn)}) {`, () => this.statements(rest));
    }
  }

  private invoke(s: Extract<Stmt, { kind: 'invoke' }>): void {
    const args = s.args.map((a) => (isBuffer(a) ? this.buffer(a) : this.expr(a))).join(', ');
    const call = `${this.outside.calls.get(s.callee)}(${args})`;
    const returned = returnedLocal(s);
    if (returned) this.line(`const ${this.name(returned)} = ${call};`);
    else {
      const arrays = (s.returns as readonly Buffer[]).map((b) => this.buffer(b));
      const to = arrays.length > 1 ? `[${arrays.join(', ')}]` : arrays[0];
      this.line(to === undefined ? `${call};` : `${to} = ${call};`);
    }
  }

  private branches(s: Extract<Stmt, { kind: 'if' }>): void {
    if (s.then.length === 0) {
      const condition: Expr = { kind: 'op', name: 'not', args: [s.condition], type: 'bool' };
      this.block(`if (${this.expr(condition)}) {`, () => this.statements(s.otherwise));
      return;
    }
    const more = s.otherwise.length > 0;
    this.block(`if (${this.expr(s.condition)}) {`, () => this.statements(s.then), more ? '} else {' : '}');
    if (!more) return;
    this.indent++;
    this.names.enter();
    this.statements(s.otherwise);
    this.names.leave();
    this.indent--;
    this.line('}');
  }

  // Pieces

  private readonly pieceNames = new Map<number, string>();
  /** The array through which pieces pass values. */
  slots = '';

  private call(piece: Piece): string {
    const name = this.pieceNames.get(piece.index) as string;
    return `${name}(${[this.slots, ...piece.buffers.map((b) => this.buffer(b))].join(', ')})`;
  }

  namePiece(piece: Piece, wish: string): void {
    this.pieceNames.set(piece.index, this.names.give(wish));
  }

  /** A piece as a function of its own. Its locals get other names than they have elsewhere. */
  piece(piece: Piece): void {
    const inner = new Printer(this.typed, this.names, this.helpers, this.outside);
    this.names.enter();
    inner.indent = this.indent;
    inner.slots = this.names.give('slots');
    for (const [p, name] of this.pieceNames) inner.pieceNames.set(p, name);
    for (const [b, name] of this.bufferNames) inner.bufferNames.set(b, name);
    const number = this.typed ? ': Float64Array' : '';
    const params = [inner.slots, ...piece.buffers.map((b) => inner.nameBuffer(b))].map((p) => p + number);
    inner.block(
      `function ${this.pieceNames.get(piece.index)}(${params.join(', ')})${this.typed ? ': void' : ''} {`,
      () => {
        inner.statements(piece.body);
      },
    );
    for (const line of inner.take()) this.lines.push(line);
    this.names.leave();
  }
}
