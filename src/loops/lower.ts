/**
 * Lowering: a function of the upper IR as loops over buffers.
 */
import { dimNames } from '../core/affine.js';
import type { Func, Param } from '../ir/types.js';
import { Generator } from './generate.js';
import { chooseStored, type Graph, GraphMaker, type Node } from './graph.js';
import { tidy } from './tidy.js';
import type { Buffer, LoopFunction, LoopParam, LoopResult } from './types.js';
import { read, Writer } from './writer.js';

/**
 * The loops that compute a function. The function should have been simplified before: no operation is dropped or
 * merged here except where a loop is shared.
 * @throws InternalError for operations that are not lowered yet
 */
export function lowerFunc(func: Func): LoopFunction {
  const graph = new GraphMaker(func.valueCount).region(func.body);
  chooseStored(graph);
  const w = new Writer();
  for (const name of namesOfDims(func)) w.namedDim(name);
  const params = func.params.map((p, k) => bindParam(w, p, graph.params[k] as Node));
  const buffers = resultBuffers(w, func, graph);
  const generator = new Generator(w);
  generator.graph(graph);
  const results = func.resultNames.map((name, k) => finishResult(generator, graph, k, name, buffers[k]));
  const { dims } = w;
  const requires = func.requires ?? [];
  return tidy({ name: func.name, dims, requires, params, results, buffers: w.buffers, body: w.finish() });
}

function namesOfDims(func: Func): Set<string> {
  return new Set(func.params.flatMap((p) => p.value.type.shape.flatMap(dimNames)));
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
    if (node.shape.length === 0) return undefined;
    const buffer = w.buffer('result', node.dtype, node.shape, func.resultNames[k] ?? 'result');
    if (node.op && !node.buffer) node.buffer = buffer;
    return buffer;
  });
}

function finishResult(
  g: Generator,
  graph: Graph,
  k: number,
  name: string,
  buffer: Buffer | undefined,
): LoopResult {
  const node = graph.results[k] as Node;
  const { shape, dtype } = node;
  if (!buffer) return { name, shape, dtype, at: g.elements.at(node, []) };
  if (node.buffer && node.buffer !== buffer) g.w.push({ kind: 'copy', from: node.buffer, to: buffer });
  return { name, shape, dtype, at: buffer };
}
