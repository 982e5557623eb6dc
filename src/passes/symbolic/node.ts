/**
 * The expression algebra: scalars with named indices.
 *
 * A node stands for a number that depends on its free indices; `at` reads a tensor at a place on each of its axes.
 * An *index* runs over a dimension. Free indices stand for the axes of a result; bound ones belong to a sum or another
 * reduction, and their height is above that of every binder inside, so no substitution ever captures one. A *place*
 * is an integer: start + step·index, or just start. Nodes are immutable and hash-consed within a `Space`: equal nodes
 * are one object, and the ids of a node's parts are below its own.
 */
import { type Dim, printDim } from '../../core/affine.js';
import { keyOf, type Rational } from './rational.js';

export interface Index {
  readonly id: number;
  readonly dim: Dim;
  /** 0 for free indices. */
  readonly height: number;
}

export interface Place {
  readonly base: Index | undefined;
  readonly start: Dim;
  readonly step: number;
}

interface TensorBase {
  readonly id: number;
  readonly dims: readonly Dim[];
  /** Whether an element may be infinite where the tensors it is made of are finite. */
  readonly singular: boolean;
}
export type Tensor = TensorBase &
  (
    | { readonly kind: 'param'; readonly name: string }
    | { readonly kind: 'const'; readonly data: readonly number[] }
    /** The tensor whose element at `indices` is `body`. */
    | { readonly kind: 'lambda'; readonly body: Node; readonly indices: readonly Index[] }
    | { readonly kind: 'reshape' | 'softmax'; readonly part: Tensor }
    | {
        readonly kind: 'pad';
        readonly part: Tensor;
        readonly starts: readonly Dim[];
        readonly steps: readonly number[];
      }
    | { readonly kind: 'concat'; readonly parts: readonly Tensor[]; readonly axis: number }
    /** A row of the array primitives applied. */
    | { readonly kind: 'array'; readonly name: string; readonly parts: readonly Tensor[] }
  );

interface NodeBase {
  readonly id: number;
  readonly free: readonly Index[];
  /** About as many symbols as the node takes when it is written out as a tree. */
  readonly size: number;
  /** The number of binders inside each other. */
  readonly height: number;
  readonly singular: boolean;
}
export type Term = readonly [coefficient: Rational, node: Node];
export type Factor = readonly [base: Node, exponent: Rational];

export type NumNode = NodeBase & { readonly kind: 'num'; readonly value: Rational };
export type AddNode = NodeBase & {
  readonly kind: 'add';
  readonly constant: Rational;
  readonly terms: readonly Term[];
};
export type MulNode = NodeBase & {
  readonly kind: 'mul';
  readonly coefficient: Rational;
  readonly factors: readonly Factor[];
};
export type SumNode = NodeBase & {
  readonly kind: 'sum';
  readonly indices: readonly Index[];
  readonly body: Node;
};
export type SelectNode = NodeBase & {
  readonly kind: 'select';
  readonly condition: Node;
  readonly then: Node;
  readonly otherwise: Node;
};
export type AtNode = NodeBase & {
  readonly kind: 'at';
  readonly tensor: Tensor;
  readonly places: readonly Place[];
};
export type CallNode = NodeBase & {
  readonly kind: 'call';
  readonly name: string;
  readonly args: readonly Node[];
};
export type ReduceNode = NodeBase & {
  readonly kind: 'reduce';
  readonly name: string;
  readonly indices: readonly Index[];
  readonly body: Node;
};
export type DeltaNode = NodeBase & { readonly kind: 'delta'; readonly left: Place; readonly right: Place };
export type OthersNode = NodeBase & {
  /** The product of `body` over all values of `indices` but `places`. */
  readonly kind: 'others';
  readonly indices: readonly Index[];
  readonly places: readonly Place[];
  readonly body: Node;
};
export type Node =
  | NumNode
  | AddNode
  | MulNode
  | SumNode
  | SelectNode
  | AtNode
  | CallNode
  | ReduceNode
  | DeltaNode
  | OthersNode
  | (NodeBase & { readonly kind: 'constant'; readonly name: string })
  | (NodeBase & { readonly kind: 'dim'; readonly dim: Dim })
  | (NodeBase & { readonly kind: 'iota'; readonly place: Place });

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type NodeDraft = Without<Node, keyof NodeBase>;
export type TensorDraft = Without<Tensor, 'id' | 'singular'>;

export const placeKey = (p: Place) =>
  `${p.base ? `${p.step === 1 ? '' : p.step}i${p.base.id}` : ''}${p.start === 0 ? '' : `+${printDim(p.start)}`}`;

export const placeOf = (base: Index): Place => ({ base, start: 0, step: 1 });

export const fixedPlace = (start: Dim): Place => ({ base: undefined, start, step: 0 });

export function isPlain(p: Place): p is Place & { readonly base: Index } {
  return p.base !== undefined && p.start === 0 && p.step === 1;
}

const places = (ps: readonly Place[]) => ps.map(placeKey).join(',');
const indices = (is: readonly Index[]) => is.map((i) => i.id).join(',');
const dims = (ds: readonly Dim[]) => ds.map(printDim).join(',');

/** The text by which equal nodes are known. Sums and products compare without regard to order. */
export function nodeKey(n: NodeDraft): string {
  switch (n.kind) {
    case 'num':
      return `#${keyOf(n.value)}`;
    case 'constant':
      return `c${n.name}`;
    case 'dim':
      return `d${printDim(n.dim)}`;
    case 'iota':
      return `n${placeKey(n.place)}`;
    case 'at':
      return `@${n.tensor.id}[${places(n.places)}]`;
    case 'add':
      return `+${keyOf(n.constant)} ${n.terms
        .map(([c, t]) => `${t.id}:${keyOf(c)}`)
        .sort()
        .join(' ')}`;
    case 'mul':
      return `*${keyOf(n.coefficient)} ${n.factors
        .map(([b, e]) => `${b.id}:${keyOf(e)}`)
        .sort()
        .join(' ')}`;
    case 'call':
      return `f${n.name}(${n.args.map((a) => a.id).join(',')})`;
    case 'select':
      return `?${n.condition.id},${n.then.id},${n.otherwise.id}`;
    case 'sum':
      return `S${indices(n.indices)};${n.body.id}`;
    case 'reduce':
      return `R${n.name}${indices(n.indices)};${n.body.id}`;
    case 'delta':
      return `D${placeKey(n.left)};${placeKey(n.right)}`;
    case 'others':
      return `O${indices(n.indices)};${places(n.places)};${n.body.id}`;
  }
}

export function tensorKey(t: TensorDraft): string {
  const shape = `[${dims(t.dims)}]`;
  switch (t.kind) {
    case 'param':
      return `param ${t.name}`;
    case 'const':
      return `const ${t.data.join(',')}${shape}`;
    case 'lambda':
      return `lambda ${t.body.id};${indices(t.indices)}`;
    case 'reshape':
    case 'softmax':
      return `${t.kind} ${t.part.id}${shape}`;
    case 'pad':
      return `pad ${t.part.id}${shape}${dims(t.starts)};${t.steps.join(',')}`;
    case 'array':
      return `array ${t.name} ${t.parts.map((p) => p.id).join(',')}`;
    case 'concat':
      return `concat ${t.parts.map((p) => p.id).join(',')};${t.axis}`;
  }
}

/** The nodes that a node is made of. */
export function partsOf(n: NodeDraft): readonly Node[] {
  switch (n.kind) {
    case 'add':
      return n.terms.map(([, t]) => t);
    case 'mul':
      return n.factors.map(([b]) => b);
    case 'call':
      return n.args;
    case 'select':
      return [n.condition, n.then, n.otherwise];
    case 'sum':
    case 'reduce':
    case 'others':
      return [n.body];
    default:
      return [];
  }
}
