/**
 * Lowering: a function of the upper IR as loops over buffers, and the functions that it calls.
 */
import { InternalError } from '../core/diagnostic.js';
import { type Func, type Param, type Region, regionsOf } from '../ir/types.js';
import { wholeBuffer } from './control.js';
import { Generator } from './generate.js';
import { chooseStored, type Graph, GraphMaker, type Node } from './graph.js';
import { chooseInPlace } from './inplace.js';
import { arrivingDims } from './invoke.js';
import { tidy } from './tidy.js';
import type { Buffer, Expr, LoopFunction, LoopParam, LoopResult } from './types.js';
import { read, Writer } from './writer.js';

export type Functions = ReadonlyMap<string, Func>;

/**
 * The loops that compute a function. The function should have been simplified before: no operation is dropped or
 * merged here except where a loop is shared.
 */
export function lowerFunc(func: Func, functions: Functions = func.functions ?? new Map()): LoopFunction {
  const graph = new GraphMaker(func.valueCount).region(func.body);
  chooseStored(graph);
  chooseInPlace(graph);
  const w = new Writer();
  for (const name of arrivingDims(func)) w.arrivingDim(name);
  const params = func.params.map((p, k) => bindParam(w, p, graph.params[k] as Node));
  const buffers = resultBuffers(w, func, graph);
  const generator = new Generator(w, functions);
  generator.graph(graph);
  const taken = new Set<Buffer>();
  const results = func.resultNames.map((name, k) =>
    finishResult(generator, graph.results[k] as Node, name, buffers[k], taken),
  );
  const { dims } = w;
  const requires = func.requires ?? [];
  return tidy({ name: func.name, dims, requires, params, results, buffers: w.buffers, body: w.finish() });
}

/** The functions that some functions call, directly or through others, in the order of the first calls. */
export function calledBy(funcs: readonly Func[], functions: Functions): Func[] {
  const found = new Map<string, Func>();
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      if (op.kind === 'call' && !found.has(op.callee)) {
        const callee = functions.get(op.callee);
        if (!callee) throw new InternalError(`no function ${op.callee}`);
        found.set(op.callee, callee);
        visit(callee.body);
      }
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  for (const f of funcs) visit(f.body);
  return [...found.values()];
}

function bindParam(w: Writer, param: Param, node: Node): LoopParam {
  const { name, role } = param;
  const { shape, dtype } = node;
  if (shape.length > 0) {
    node.buffer = w.buffer('param', dtype, shape, name);
    return { name, role, shape, dtype, at: node.buffer };
  }
  const local = w.local(dtype === 'bool' ? 'int' : dtype, name);
  node.atom = w.as(read(local), dtype);
  return { name, role, shape, dtype, at: local };
}

/** One buffer for each result that is a tensor; what is computed for it alone is written there at once. */
function resultBuffers(w: Writer, func: Func, graph: Graph): (Buffer | undefined)[] {
  return graph.results.map((node, k) => {
    if (node.shape.length === 0 || !w.arrives(node.shape)) return undefined;
    const buffer = w.buffer('result', node.dtype, node.shape, func.resultNames[k] ?? 'result');
    if (node.op && !node.buffer) node.buffer = buffer;
    return buffer;
  });
}

function finishResult(
  g: Generator,
  node: Node,
  name: string,
  buffer: Buffer | undefined,
  taken: Set<Buffer>,
): LoopResult {
  const { shape, dtype } = node;
  if (buffer) {
    if (node.buffer && node.buffer !== buffer) g.w.push({ kind: 'copy', from: node.buffer, to: buffer });
    return { name, shape, dtype, at: buffer };
  }
  if (shape.length === 0) return { name, shape, dtype, at: g.elements.at(node, []) };
  let at = wholeBuffer(g, node);
  if (!at.dynamic || taken.has(at)) {
    at = g.temp(node, name);
    g.w.push({ kind: 'copy', from: wholeBuffer(g, node), to: at });
  }
  taken.add(at);
  const sizes = shape.map((d): Expr => g.w.dim(d));
  return { name, shape, dtype, at, sizes };
}
