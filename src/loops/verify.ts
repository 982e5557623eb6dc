/**
 * The verifier of the lower IR: names are defined once, before use and in scope, types fit, only variables are
 * assigned and only results and temporaries written, slots exist. Tests run it on everything they lower.
 */
import { InternalError } from '../core/diagnostic.js';
import { elementwiseRow } from '../ops/table.js';
import { printExpr, printLoops } from './print.js';
import {
  argsOf,
  type Buffer,
  buffersOf,
  type Expr,
  exprsOf,
  isBuffer,
  type Local,
  type LoopFunction,
  resultExprs,
  returnedLocal,
  type Stmt,
} from './types.js';

/**
 * Checks a function.
 * @throws InternalError that says what does not hold and shows the function
 */
export function verifyLoops(fn: LoopFunction): void {
  const verifier = new Verifier(fn);
  verifier.run();
  if (verifier.faults.length > 0)
    throw new InternalError(`invalid loops: ${verifier.faults.slice(0, 5).join('; ')}\n${printLoops(fn)}`);
}

class Verifier {
  readonly faults: string[] = [];
  private scopes: Set<number>[] = [];
  private readonly buffers = new Set<Buffer>();
  private loops = 0;

  constructor(private readonly fn: LoopFunction) {
    for (const p of fn.params) if (isBuffer(p.at)) this.buffers.add(p.at);
    for (const r of fn.results) if (isBuffer(r.at)) this.buffers.add(r.at);
    for (const b of fn.buffers) this.buffers.add(b);
  }

  run(): void {
    const { fn } = this;
    for (const piece of fn.pieces) {
      this.scopes = [new Set()];
      this.block(piece.body);
    }
    const arriving = [...fn.params.map((p) => p.at), ...fn.dims.map((d) => d.local)];
    this.scopes = [new Set(arriving.flatMap((at) => (isBuffer(at) ? [] : [at.id])))];
    this.statements(fn.body);
    for (const e of resultExprs(fn.results)) this.expr(e);
  }

  private check(holds: boolean, what: string): void {
    if (!holds) this.faults.push(what);
  }

  private define(l: Local): void {
    this.check(!this.visible(l), `${l.hint}%${l.id} is defined twice`);
    this.scopes.at(-1)?.add(l.id);
  }

  private visible(l: Local): boolean {
    return this.scopes.some((s) => s.has(l.id));
  }

  private block(stmts: readonly Stmt[], counter?: Local): void {
    this.scopes.push(new Set());
    if (counter) this.define(counter);
    this.statements(stmts);
    this.scopes.pop();
  }

  private statements(stmts: readonly Stmt[]): void {
    for (const s of stmts) this.statement(s);
  }

  private statement(s: Stmt): void {
    for (const e of exprsOf(s)) this.expr(e);
    switch (s.kind) {
      case 'define':
        this.fits(s.local.type, s.value);
        this.define(s.local);
        break;
      case 'assign':
        this.fits(s.local.type, s.value);
        this.check(s.local.mutable && this.visible(s.local), `${s.local.hint}%${s.local.id} is assigned`);
        break;
      case 'store':
        this.written(s.buffer);
        this.fits('float', s.index);
        this.fits('float', s.value);
        break;
      case 'fill':
        this.written(s.buffer);
        break;
      case 'copy':
        this.check(this.buffers.has(s.from), `${s.from.hint}@${s.from.id} is unknown`);
        this.written(s.to);
        break;
      case 'call':
        for (const b of s.inputs) this.check(this.buffers.has(b), `${b.hint}@${b.id} is unknown`);
        this.written(s.output);
        for (const size of s.sizes) this.fits('int', size);
        break;
      case 'allocate':
      case 'grow':
      case 'trim':
        this.written(s.buffer);
        this.check(s.buffer.dynamic === true, `${s.buffer.hint}@${s.buffer.id} is not dynamic`);
        this.fits('int', s.length);
        break;
      case 'check':
        for (const e of exprsOf(s)) this.fits('int', e);
        break;
      case 'guard':
        this.fits('int', s.count);
        break;
      case 'invoke': {
        for (const b of buffersOf(s).read) this.check(this.buffers.has(b), `${b.hint}@${b.id} is unknown`);
        for (const b of buffersOf(s).written) this.written(b);
        const returned = returnedLocal(s);
        if (returned) this.define(returned);
        break;
      }
      case 'for':
        this.fits('int', s.count);
        this.block(s.body, s.counter);
        break;
      default:
        this.control(s);
    }
  }

  private control(s: Stmt): void {
    if (s.kind === 'if') {
      this.fits('bool', s.condition);
      this.block(s.then);
      this.block(s.otherwise);
    } else if (s.kind === 'loop') {
      this.loops++;
      this.block(s.body);
      this.loops--;
    } else if (s.kind === 'break') {
      this.check(this.loops > 0, 'a break outside of a loop');
      this.fits('bool', s.condition);
    } else if (s.kind === 'keep') this.check(s.slot < this.fn.slots, `slot ${s.slot} does not exist`);
    else if (s.kind === 'piece') {
      const listed = this.fn.pieces.some((p) => p.index === s.piece.index);
      this.check(listed, 'a piece that is not listed');
    }
  }

  private written(b: Buffer): void {
    this.check(this.buffers.has(b), `${b.hint}@${b.id} is unknown`);
    this.check(b.role === 'result' || b.role === 'temp', `${b.hint}@${b.id} is written`);
  }

  private fits(type: Local['type'], e: Expr): void {
    this.check((type === 'bool') === (e.type === 'bool'), `${printExpr(e)} is not ${type}`);
  }

  private expr(e: Expr): void {
    if (e.kind === 'local') this.check(this.visible(e.local), `${printExpr(e)} is not in scope`);
    if (e.kind === 'slot') this.check(e.slot < this.fn.slots, `slot ${e.slot} does not exist`);
    if (e.kind === 'load') this.check(this.buffers.has(e.buffer), `${printExpr(e)}: unknown buffer`);
    for (const a of argsOf(e)) this.expr(a);
    if (e.kind === 'op') this.operation(e);
    if (e.kind === 'select') {
      this.fits('bool', e.args[0]);
      this.fits(e.type, e.args[1]);
      this.fits(e.type, e.args[2]);
    }
  }

  private operation(e: Extract<Expr, { kind: 'op' }>): void {
    const row = elementwiseRow(e.name);
    this.check(row?.params.length === e.args.length, `${printExpr(e)}: arity`);
    this.check((row?.result === 'bool') === (e.type === 'bool'), `${printExpr(e)}: type ${e.type}`);
    const logical = e.name === 'and' || e.name === 'or' || e.name === 'not';
    const either = (e.name === 'eq' || e.name === 'ne') && e.args.every((a) => a.type === 'bool');
    const fit = e.args.every((a) => (a.type === 'bool') === logical);
    this.check(fit || either, `${printExpr(e)}: operands`);
  }
}
