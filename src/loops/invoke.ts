/**
 * Calls of other functions of the module. A function gets its arguments and the sizes that its dimensions have, and writes
 * results into buffers of the caller; it returns a number where that is its only one, and buffers whose lengths only it
 * knows. Further numbers, and those lengths, go into a buffer of their own.
 */
import { addDims, type Dim, dimNames, type Shape, substituteDim } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import type { CallOp, Func } from '../ir/types.js';
import { leadingBound, wholeBuffer } from './control.js';
import type { Generator } from './generate.js';
import type { Node } from './graph.js';
import type { Atom, Buffer, Expr } from './types.js';
import { int } from './writer.js';

/** How a function hands over its results: by number of the result. */
export interface Returns {
  /** Results that are numbers. */
  readonly scalars: readonly number[];
  /** Results in buffers of the caller. */
  readonly given: readonly number[];
  /** Results in buffers of its own. */
  readonly own: readonly number[];
  /** The names of dimensions that only it knows, as the callee has them. */
  readonly bound: readonly string[];
}

/** Names of dimensions that arrive with the parameters of a function, in order. */
export function arrivingDims(func: Func): readonly string[] {
  return [...new Set(func.params.flatMap((p) => p.value.type.shape.flatMap(dimNames)))];
}

export function returnsOf(func: Func): Returns {
  const arriving = new Set(arrivingDims(func));
  const all = func.body.results.map((r, k) => ({ k, shape: r.type.shape }));
  const isOwn = (shape: Shape) => shape.some((d) => dimNames(d).some((n) => !arriving.has(n)));
  const own = all.filter(({ shape }) => isOwn(shape));
  return {
    scalars: all.filter(({ shape }) => shape.length === 0).map(({ k }) => k),
    given: all.filter(({ shape }) => shape.length > 0 && !isOwn(shape)).map(({ k }) => k),
    own: own.map(({ k }) => k),
    bound: [...new Set(own.flatMap(({ shape }) => shape.flatMap(dimNames)))].filter((n) => !arriving.has(n)),
  };
}

/** Whether a function returns its only number as such. */
export const returnsNumber = (r: Returns) => r.scalars.length === 1 && r.own.length === 0;

/** The sizes that the callee's dimensions have, from the shapes of the arguments. */
function sizesOf(g: Generator, callee: Func, args: readonly Node[]): Map<string, Dim | Atom> {
  const { w } = g;
  const known = new Map<string, Dim | Atom>();
  const pairs = callee.params.flatMap((p, k) =>
    p.value.type.shape.map((its, axis) => ({ its, ours: args[k]?.shape[axis] as Dim })),
  );
  for (let before = -1; before !== known.size; ) {
    before = known.size;
    for (const { its, ours } of pairs) {
      if (typeof its === 'number') continue;
      const open = its.terms.filter(([name]) => !known.has(name));
      const [term] = open;
      if (open.length !== 1 || !term) continue;
      const rest: Dim = { ...its, terms: its.terms.filter((t) => t !== term) };
      const dims = new Map([...known].filter((e): e is [string, Dim] => isDim(e[1])));
      if (rest.terms.some(([name]) => !dims.has(name))) continue;
      const left = addDims(ours, substituteDim(rest.terms.length > 0 ? rest : rest.constant, dims), -1);
      known.set(term[0], divided(w, left, term[1]));
    }
  }
  return known;
}

const isDim = (d: Dim | Atom): d is Dim => typeof d === 'number' || 'terms' in d;

function divided(w: Generator['w'], d: Dim, by: number): Dim | Atom {
  if (by === 1) return d;
  const parts = typeof d === 'number' ? [d] : [d.constant, ...d.terms.map(([, c]) => c)];
  if (!parts.every((c) => c % by === 0))
    return w.op('floor', [w.op('div', [w.dim(d), int(by)], 'float')], 'int');
  if (typeof d === 'number') return d / by;
  return { constant: d.constant / by, terms: d.terms.map(([n, c]) => [n, c / by] as const) };
}

export function writeCall(g: Generator, op: CallOp, args: readonly Node[], results: readonly Node[]): void {
  const { w } = g;
  const callee = g.functions.get(op.callee);
  if (!callee) throw new InternalError(`no function ${op.callee}`);
  const returns = returnsOf(callee);
  const sizes = sizesOf(g, callee, args);
  const inputs = args.map((a): Expr | Buffer => {
    if (a.shape.length > 0) return wholeBuffer(g, a);
    return w.as(g.elements.at(a, []), a.dtype === 'bool' ? 'int' : a.dtype);
  });
  const dims = arrivingDims(callee).map((name) => {
    const size = sizes.get(name);
    if (size === undefined) throw new InternalError(`the size ${name} of ${op.callee} is not known`);
    return isDim(size) ? w.dim(size) : size;
  });
  const outputs = returns.given.map((k) => (results[k] as Node).buffer as Buffer);
  const own = returns.own.map((k) => (results[k] as Node).buffer as Buffer);
  const all = [...inputs, ...dims, ...outputs];
  if (returnsNumber(returns)) {
    const node = results[returns.scalars[0] as number] as Node;
    const local = w.local(
      node.dtype === 'bool' ? 'int' : node.dtype,
      node.value.name ?? op.callee.replace(/\W.*/, ''),
    );
    w.push({ kind: 'invoke', callee: op.callee, args: all, outputs, returns: local });
    node.atom = w.as({ kind: 'local', local, type: local.type }, node.dtype);
  } else {
    const count = returns.scalars.length + returns.bound.length;
    const numbers = count > 0 ? [w.buffer('temp', 'float', [count], 'numbers')] : [];
    w.push({
      kind: 'invoke',
      callee: op.callee,
      args: [...all, ...numbers],
      outputs: [...outputs, ...numbers],
      returns: own,
    });
    const [from] = numbers;
    if (from) takeNumbers(g, op, from, callee, returns, results);
  }
  for (const b of [...outputs, ...own]) w.changes(b);
}

/** Reads the numbers that a function has left in a buffer: results, and sizes of other results. */
function takeNumbers(
  g: Generator,
  op: CallOp,
  from: Buffer,
  callee: Func,
  returns: Returns,
  results: readonly Node[],
): void {
  const { w } = g;
  w.changes(from);
  const number = (k: number, hint: string) => w.pin(w.load(from, int(k), w.level), hint);
  for (const [at, k] of returns.scalars.entries()) {
    const node = results[k] as Node;
    node.atom = w.as(number(at, node.value.name ?? 'result'), node.dtype);
  }
  const sizes = new Map(returns.bound.map((name, at) => [name, returns.scalars.length + at]));
  for (const k of returns.own) {
    const ours = leadingBound(results[k] as Node, op.binds);
    const [its] = dimNames(callee.body.results[k]?.type.shape[0] ?? 0);
    const at = its === undefined ? undefined : sizes.get(its);
    if (ours !== undefined && at !== undefined) w.bindDim(ours, number(at, ours.replace(/%.*/, '')));
  }
}
