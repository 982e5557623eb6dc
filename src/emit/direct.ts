/**
 * A loop function as the body of a function to run in process. Everything is passed in: arguments, named dimensions,
 * buffers for results and temporaries, and last an array that receives scalar results.
 */
import { type Buffer, type Expr, isBuffer, type LoopFunction } from '../loops/types.js';
import { numberText } from './expression.js';
import { Helpers } from './helpers.js';
import { Printer } from './javascript.js';
import { Names } from './names.js';

/** Literal data as an array expression. */
export function tableText(buffer: Buffer): string {
  const elements = (buffer.data ?? []).map((x) => numberText(x).text).join(', ');
  return `Float64Array.from([${elements}])`;
}

/** The text of a function body that returns the compiled function. */
export function directSource(fn: LoopFunction): string {
  const names = new Names();
  const helpers = new Helpers(false, names);
  helpers.collect(fn);
  const printer = new Printer(false, names, helpers);
  printer.line("'use strict';");
  for (const b of fn.buffers)
    if (b.role === 'const') printer.line(`const ${printer.nameBuffer(b)} = ${tableText(b)};`);
  for (const text of helpers.texts()) for (const line of text) printer.line(line);
  for (const piece of fn.pieces) printer.namePiece(piece, `part${piece.index + 1}`);
  for (const piece of fn.pieces) printer.piece(piece);
  names.enter();
  const params = fn.params.map((p) => (isBuffer(p.at) ? printer.nameBuffer(p.at) : printer.name(p.at)));
  const dims = fn.dims.map((d) => printer.name(d.local));
  const results = fn.results.flatMap((r) => (isBuffer(r.at) ? [printer.nameBuffer(r.at)] : []));
  const temps = fn.buffers.flatMap((b) => (b.role === 'temp' ? [printer.nameBuffer(b)] : []));
  printer.slots = names.give('slots');
  const scalars = names.give('scalars');
  const list = [...params, ...dims, ...results, ...temps, printer.slots, scalars].join(', ');
  printer.block(`return function ${names.give(fn.name)}(${list}) {`, () => {
    printer.statements(fn.body);
    let n = 0;
    for (const r of fn.results) {
      if (isBuffer(r.at)) continue;
      const value = r.at as Expr;
      printer.line(`${scalars}[${n++}] = ${printer.expr(value)}${value.type === 'bool' ? ' ? 1 : 0' : ''};`);
    }
  });
  return printer.take().join('\n');
}
