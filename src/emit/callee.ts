/**
 * Functions of a program that others call, inside a module: arrays and numbers in, the sizes of their dimensions, and the
 * buffers for what they compute. See src/loops/invoke.ts.
 */
import { dimNames, type Shape } from '../core/affine.js';
import {
  argsOf,
  blocksOf,
  buffersOf,
  type Expr,
  exprsOf,
  isBuffer,
  type LoopFunction,
  resultExprs,
  type Stmt,
} from '../loops/types.js';
import { sizeText } from './dimensions.js';
import type { Printer } from './javascript.js';

/** What a function mentions: locals and buffers by number. */
function mentioned(fn: LoopFunction): {
  readonly locals: ReadonlySet<number>;
  readonly buffers: ReadonlySet<number>;
} {
  const locals = new Set<number>();
  const buffers = new Set<number>();
  const visit = (e: Expr): void => {
    if (e.kind === 'local') locals.add(e.local.id);
    if (e.kind === 'load') buffers.add(e.buffer.id);
    for (const a of argsOf(e)) visit(a);
  };
  const walk = (stmts: readonly Stmt[]): void => {
    for (const s of stmts) {
      for (const e of exprsOf(s)) visit(e);
      const { read, written } = buffersOf(s);
      for (const b of [...read, ...written]) buffers.add(b.id);
      for (const b of blocksOf(s)) walk(b);
    }
  };
  walk(fn.body);
  for (const e of resultExprs(fn.results)) visit(e);
  const names = new Set(
    fn.buffers.filter((b) => b.role === 'temp' && !b.dynamic).flatMap((b) => b.shape.flatMap(dimNames)),
  );
  for (const d of fn.dims) if (names.has(d.name)) locals.add(d.local.id);
  return { locals, buffers };
}

/** Declares the temporaries of a function. */
export function declareTemps(p: Printer, fn: LoopFunction, size: (shape: Shape) => string): void {
  for (const b of fn.buffers) {
    if (b.role !== 'temp') continue;
    if (b.dynamic) p.line(`let ${p.buffer(b)}${p.typed ? ': Float64Array' : ''} = new Float64Array(0);`);
    else p.line(`const ${p.buffer(b)} = new Float64Array(${size(b.shape)});`);
  }
}

/** The lines of a function that others call. */
export function calleeText(p: Printer, fn: LoopFunction, name: string): string[] {
  const used = mentioned(fn);
  p.names.enter();
  const wish = (hint: string, isUsed: boolean) => (isUsed ? hint : `_${hint}`);
  const number = p.typed ? ': number' : '';
  const array = p.typed ? ': Float64Array' : '';
  const list = fn.params.map(({ at }) =>
    isBuffer(at)
      ? p.nameBuffer(at, wish(at.hint, used.buffers.has(at.id))) + array
      : p.name(at, wish(at.hint, used.locals.has(at.id))) + number,
  );
  for (const d of fn.dims) list.push(p.name(d.local, wish(d.name, used.locals.has(d.local.id))) + number);
  const given = fn.results.flatMap((r) => (isBuffer(r.at) && !r.sizes ? [r.at] : []));
  for (const b of given) list.push(p.nameBuffer(b, wish(b.hint, used.buffers.has(b.id))) + array);
  const own = fn.results.filter((r) => r.sizes);
  const scalars = fn.results.flatMap((r) => (isBuffer(r.at) ? [] : [r.at as Expr]));
  const arriving = new Set(fn.dims.map((d) => d.name));
  const bound = [...new Set(own.flatMap((r) => r.shape.flatMap(dimNames)))].filter((n) => !arriving.has(n));
  const lengths = bound.map(
    (n) => own.find((r) => dimNames(r.shape[0] ?? 0).includes(n))?.sizes?.[0] as Expr,
  );
  const numbers = [...scalars, ...lengths];
  const plain = scalars.length === 1 && own.length === 0;
  const into = !plain && numbers.length > 0 ? p.names.give('numbers') : '';
  if (into !== '') list.push(into + array);
  for (const b of fn.buffers) if (b.role === 'temp') p.nameBuffer(b);
  if (fn.slots > 0) p.slots = p.names.give('slots');
  const arrays = own.length === 1 ? 'Float64Array' : `[${own.map(() => 'Float64Array').join(', ')}]`;
  const type = plain ? 'number' : own.length > 0 ? arrays : 'void';
  const dims = new Map(fn.dims.map((d) => [d.name, p.local(d.local)]));
  const text = (e: Expr) => (e.type === 'bool' ? `${p.expr(e, 3)} ? 1 : 0` : p.expr(e));
  p.block(`function ${name}(${list.join(', ')})${p.typed ? `: ${type}` : ''} {`, () => {
    declareTemps(p, fn, (shape) => sizeText(shape, (n) => dims.get(n) as string));
    if (fn.slots > 0) p.line(`const ${p.slots} = new Float64Array(${fn.slots});`);
    p.statements(fn.body);
    if (plain) p.line(`return ${text(scalars[0] as Expr)};`);
    else for (const [k, e] of numbers.entries()) p.line(`${into}[${k}] = ${text(e)};`);
    const arraysOut = own.map((r) => (isBuffer(r.at) ? p.buffer(r.at) : ''));
    if (own.length > 0) p.line(`return ${own.length === 1 ? arraysOut[0] : `[${arraysOut.join(', ')}]`};`);
  });
  p.names.leave();
  return p.take();
}
