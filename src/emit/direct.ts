/**
 * A loop function as the body of a function to run in process. Everything is passed in: arguments, named dimensions,
 * buffers for results and temporaries, and last an array that receives scalar results. What it cannot do by itself it
 * asks of `hooks`.
 */
import { type Buffer, type Expr, isBuffer, type LoopFunction } from '../loops/types.js';
import { calleeText } from './callee.js';
import { numberText } from './expression.js';
import { Helpers } from './helpers.js';
import { Printer } from './javascript.js';
import { Names } from './names.js';
import { HookedRuntime, type Site } from './runtime.js';

/** Literal data as an array expression. */
export function tableText(buffer: Buffer): string {
  const elements = (buffer.data ?? []).map((x) => numberText(x).text).join(', ');
  return `Float64Array.from([${elements}])`;
}

export interface DirectSource {
  /** The text of a function body with the parameter `hooks` that returns the compiled function. */
  readonly text: string;
  /** The places that the code names when it asks. */
  readonly sites: readonly Site[];
}

/** The name of the parameter that the text expects. */
export const HOOKS = 'hooks';

/**
 * The text of a function, and of those that it calls. Results whose sizes only the run knows it returns, with the sizes of
 * their axes.
 */
export function directSource(fn: LoopFunction, callees: readonly LoopFunction[] = []): DirectSource {
  const names = new Names([HOOKS]);
  const helpers = new Helpers(false, names);
  const runtime = new HookedRuntime(HOOKS);
  const called = callees.map((callee) => [callee.name, names.give(callee.name)] as const);
  for (const f of [fn, ...callees]) helpers.collect(f);
  const lines = ["'use strict';"];
  const append = (more: readonly string[]) => {
    for (const line of more) lines.push(line);
  };
  const printerFor = (f: LoopFunction, prefix: string): Printer => {
    const printer = new Printer(false, names, helpers, { runtime, calls: new Map(called) });
    for (const b of f.buffers)
      if (b.role === 'const') printer.line(`const ${printer.nameBuffer(b)} = ${tableText(b)};`);
    for (const piece of f.pieces) printer.namePiece(piece, `${prefix}${piece.index + 1}`);
    for (const piece of f.pieces) printer.piece(piece);
    append(printer.take());
    return printer;
  };
  for (const text of helpers.texts()) append(text);
  for (const [k, callee] of callees.entries()) {
    const name = called[k]?.[1] as string;
    append(calleeText(printerFor(callee, `${name}Part`), callee, name));
  }
  const printer = printerFor(fn, 'part');
  append(mainText(printer, fn));
  return { text: lines.join('\n'), sites: runtime.sites };
}

function mainText(printer: Printer, fn: LoopFunction): string[] {
  const { names } = printer;
  names.enter();
  const params = fn.params.map((p) => (isBuffer(p.at) ? printer.nameBuffer(p.at) : printer.name(p.at)));
  const dims = fn.dims.map((d) => printer.name(d.local));
  const given = fn.results.flatMap((r) => (isBuffer(r.at) && !r.sizes ? [r.at] : []));
  const results = given.map((b) => printer.nameBuffer(b));
  const temps = fn.buffers.filter((b) => b.role === 'temp');
  const kept = temps.filter((b) => !b.dynamic).map((b) => printer.nameBuffer(b));
  for (const b of temps) if (b.dynamic) printer.nameBuffer(b);
  printer.slots = names.give('slots');
  const scalars = names.give('scalars');
  const list = [...params, ...dims, ...results, ...kept, printer.slots, scalars].join(', ');
  printer.block(`return function ${names.give(fn.name)}(${list}) {`, () => {
    for (const b of temps) if (b.dynamic) printer.line(`let ${printer.buffer(b)} = new Float64Array(0);`);
    printer.statements(fn.body);
    let n = 0;
    for (const r of fn.results) {
      if (isBuffer(r.at)) continue;
      const value = r.at as Expr;
      printer.line(`${scalars}[${n++}] = ${printer.expr(value)}${value.type === 'bool' ? ' ? 1 : 0' : ''};`);
    }
    const own = fn.results.flatMap((r) => {
      if (!isBuffer(r.at) || !r.sizes) return [];
      return [`[${printer.buffer(r.at)}, [${r.sizes.map((e) => printer.expr(e)).join(', ')}]]`];
    });
    if (own.length > 0) printer.line(`return [${own.join(', ')}];`);
  });
  return printer.take();
}
