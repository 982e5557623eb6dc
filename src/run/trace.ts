/**
 * The trace of a formula: the forward table, one row for each elementary operation with value and tangents, and the
 * reverse table with the adjoints and the contributions they are the sum of, as a textbook works an example by hand.
 *
 * Both tables follow from the same links (operand, partial derivative): a tangent is the sum over a node's links, an
 * adjoint the sum over the links that lead to it. What does not depend on a variable is never multiplied by zero.
 */
import { printExpr } from '../../grammar/index.js';
import { printShape, sameShape } from '../core/affine.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { traceCotangent, traceTooMany } from '../core/errors/trace.js';
import { sumDifferentiated } from '../core/errors/values.js';
import { sizeOf, type Tensor } from '../core/tensor.js';
import type { Point, Problem } from './problem.js';
import type { Atom, Node } from './trace/atoms.js';
import { elementName, MOST_ELEMENTS, type Scalarised, scalarise } from './trace/scalarise.js';
import { productText } from './trace/terms.js';

/** A derivative times a partial. */
export interface Contribution {
  /** The node that the derivative belongs to: an operand in the forward table, a user in the reverse table. */
  readonly from: string;
  /** `v̄5 * cos(v2)`, without its sign. */
  readonly rule: string;
  readonly negative: boolean;
  /** The derivative and the partial. */
  readonly factors: readonly [derivative: number, partial: number];
  /** The denominator, where the partial is 1 over something. */
  readonly divisor?: number;
  readonly value: number;
}

export interface ForwardRow {
  readonly name: string;
  /** The name that the program has for it: `x1`, `y`, `A[0, 1]`. */
  readonly source?: string;
  readonly formula: string;
  readonly value: number;
  /** By seed. */
  readonly tangents: ReadonlyMap<string, number>;
  /** The terms of the tangent with respect to the first seed; none for a leaf. */
  readonly terms: readonly Contribution[];
  readonly note?: string;
}

export interface ReverseRow {
  readonly name: string;
  readonly source?: string;
  readonly adjoint: number;
  readonly contributions: readonly Contribution[];
}

/** Which names play which part. Nodes that the program has a name for come with it: `v3 (y)`. */
export interface Roles {
  readonly leaves: readonly string[];
  readonly data: readonly string[];
  readonly intermediates: readonly string[];
  readonly outputs: readonly string[];
  /** Those whose gradient is answered. */
  readonly gradients: readonly string[];
}

export interface Trace {
  readonly formula: string;
  readonly value: Tensor;
  readonly variables: Point;
  /** The variables, element by element, that tangents are taken with respect to; the first one with its rules. */
  readonly seeds: readonly string[];
  readonly forward: readonly ForwardRow[];
  /** From the output back to the variables; only what they lead to. */
  readonly reverse: readonly ReverseRow[];
  readonly gradient: Point;
  /** The weights of the output's elements; there when the output is not scalar. */
  readonly cotangent?: Tensor;
  readonly roles: Roles;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Traces a problem; `weights` are those of the elements of the output, ones when left out.
 * @throws AdcError where the program is too large for tables, or has loops, or the weights do not fit
 */
export function traceProblem(problem: Problem, weights?: Tensor): Trace {
  const elements = problem.variables.reduce((n, v) => n + sizeOf(v.shape), 0);
  if (elements > MOST_ELEMENTS) throw traceTooMany(elements, MOST_ELEMENTS);
  const wrt = problem.variables.filter((v) => v.wrt).map((v) => v.name);
  const args = problem.main.params.map((p) => problem.point.get(p.name) as Tensor);
  const graph = scalarise(problem.main, args, new Set(wrt), problem.source);
  const cotangent = cotangentOf(problem, weights);
  const adjoints = sweep(graph, cotangent);
  const summed = cotangent.shape.length > 0;
  return {
    formula: problem.source,
    value: { shape: problem.outputShape, data: Float64Array.from(graph.outputs, (o) => o.value) },
    variables: problem.point,
    ...forwardTable(graph, wrt),
    reverse: [...graph.nodes]
      .reverse()
      .filter((n) => n.active)
      .map((n) => reverseRow(n, adjoints)),
    gradient: gradientOf(problem, wrt, graph, adjoints),
    ...(summed && { cotangent }),
    roles: rolesOf(problem, wrt, graph),
    diagnostics: [
      ...problem.diagnostics,
      ...(summed && !weights ? [sumDifferentiated()] : []),
      ...problem.hardPoints(cotangent),
    ],
  };
}

function cotangentOf({ outputShape: shape }: Problem, weights: Tensor | undefined): Tensor {
  if (!weights) return { shape, data: new Float64Array(sizeOf(shape)).fill(1) };
  if (!sameShape(weights.shape, shape)) throw traceCotangent(printShape(weights.shape), printShape(shape));
  return weights;
}

const sum = (terms: readonly Contribution[]) => terms.reduce((total, t) => total + t.value, 0);
const labelled = (n: Node) => (n.label === undefined ? {} : { source: n.label });

/** Tangents with respect to one leaf, by node; a node that does not depend on it has none. */
function tangentsOf(nodes: readonly Node[], seed: Node): Map<Node, number> {
  const tangents = new Map([[seed, 1]]);
  for (const n of nodes) {
    const links = n.links.filter((l) => tangents.has(l.operand));
    if (links.length === 0) continue;
    tangents.set(
      n,
      links.reduce((total, l) => total + (tangents.get(l.operand) as number) * l.partial().value, 0),
    );
  }
  return tangents;
}

function forwardTable({ nodes, leaves }: Scalarised, wrt: readonly string[]) {
  const seeds = wrt.flatMap((name) => leaves.get(name) ?? []);
  const columns = seeds.map((seed) => [seed.label as string, tangentsOf(nodes, seed)] as const);
  const first = columns[0]?.[1] ?? new Map<Node, number>();
  const forward = nodes.map((n): ForwardRow => {
    const note = noteOf(n);
    return {
      name: n.name,
      ...labelled(n),
      formula: printExpr(n.formula()),
      value: n.value,
      tangents: new Map(columns.map(([name, tangents]) => [name, tangents.get(n) ?? 0])),
      terms: tangentTerms(n, first),
      ...(note !== undefined && { note }),
    };
  });
  return { forward, seeds: columns.map(([name]) => name) };
}

/** The terms of a node's tangent: all that the rule has, those that are structurally zero with the value 0. */
function tangentTerms(n: Node, tangents: ReadonlyMap<Node, number>): Contribution[] {
  return n.links
    .filter((l) => l.operand.active)
    .map((l) => {
      const tangent = tangents.get(l.operand);
      const terms = contribution(l.operand, 'v̇', tangent ?? 0, l.partial());
      return tangent === undefined ? { ...terms, value: 0 } : terms;
    });
}

function contribution(
  of: Node,
  mark: 'v̇' | 'v̄',
  derivative: number,
  partial: ReturnType<Node['links'][number]['partial']>,
): Contribution {
  const { negative, text } = productText(of.name.replace('v', mark), partial);
  return {
    from: of.name,
    rule: text,
    negative,
    factors: [derivative, partial.value],
    ...(partial.divisor !== undefined && { divisor: partial.divisor }),
    value: derivative * partial.value,
  };
}

function noteOf(n: Node): string | undefined {
  const note = n.note?.();
  if (!note) return undefined;
  if (note.kind === 'detached') return 'detached: no derivative passes';
  return `${printExpr(note.text)} ${note.holds ? 'holds' : 'does not hold'}`;
}

/** Contributions to each node that the output depends on, in the order of the nodes they come from. */
function sweep({ nodes, outputs }: Scalarised, cotangent: Tensor): Map<Node, Contribution[]> {
  const found = new Map<Node, Contribution[]>();
  const give = (to: Node, c: Contribution) => {
    if (to.active) found.set(to, [c, ...(found.get(to) ?? [])]);
  };
  for (const [i, o] of outputs.entries()) {
    const value = cotangent.data[i] as number;
    const seed = {
      from: 'output',
      rule: String(value),
      negative: false,
      factors: [value, 1],
      value,
    } as const;
    if (o.kind === 'node') give(o, seed);
  }
  for (const n of [...nodes].reverse()) {
    const own = found.get(n);
    if (!own) continue;
    const adjoint = sum(own);
    for (const l of [...n.links].reverse()) give(l.operand, contribution(n, 'v̄', adjoint, l.partial()));
  }
  return found;
}

function reverseRow(n: Node, adjoints: ReadonlyMap<Node, readonly Contribution[]>): ReverseRow {
  const contributions = adjoints.get(n) ?? [];
  return { name: n.name, ...labelled(n), adjoint: sum(contributions), contributions };
}

function gradientOf(
  problem: Problem,
  wrt: readonly string[],
  { leaves }: Scalarised,
  adjoints: ReadonlyMap<Node, readonly Contribution[]>,
): Point {
  const entries = wrt.map((name): [string, Tensor] => {
    const data = Float64Array.from(leaves.get(name) ?? [], (n) => sum(adjoints.get(n) ?? []));
    return [name, { shape: problem.variables.find((v) => v.name === name)?.shape ?? [], data }];
  });
  return new Map(entries);
}

function rolesOf(problem: Problem, wrt: readonly string[], { nodes, outputs }: Scalarised): Roles {
  const names = (role: 'param' | 'data') =>
    problem.variables.filter((v) => v.role === role).map((v) => v.name);
  const shown = (n: Node) => (n.label === undefined ? n.name : `${n.name} (${n.label})`);
  const outputNodes = new Set<Atom>(outputs);
  return {
    leaves: names('param'),
    data: names('data'),
    intermediates: nodes.filter((n) => !n.leaf && !outputNodes.has(n)).map(shown),
    outputs: outputs.map((o, i) =>
      o.kind === 'node' ? shown(o) : elementName('output', problem.outputShape, i),
    ),
    gradients: wrt,
  };
}
