/**
 * The upper IR: typed tensors, pure operations, structured control flow, in single-assignment form.
 *
 * A function holds one region; a region holds parameters, operations in order of computation, and results. Values are
 * numbered within their function, nested regions included, and a region sees the values of those around it.
 * Everything is immutable once built. Broadcasting, integer-to-float conversion and dimension look-up are operations
 * of their own, so no rule ever thinks about shapes by stealth.
 *
 * Dimensions are affine forms in names. The names come from the parameters' shapes, or are bound by an operation, and then
 * seen by all that follows it in its region. Nothing binds a name that is seen already; regions beside each other may
 * bind the same one.
 */
import { type Dim, dimNames, type Shape } from '../core/affine.js';
import type { Span } from '../core/span.js';

export type DType = 'float' | 'int' | 'bool';

export interface TensorType {
  readonly dtype: DType;
  readonly shape: Shape;
}

export interface Value {
  readonly id: number;
  readonly type: TensorType;
  /** The name of the program that the value was given to. Only for readers: it need not be unique. */
  readonly name?: string;
}

interface OpBase {
  readonly operands: readonly Value[];
  readonly results: readonly Value[];
  readonly span: Span;
}

/** A literal. `data` is row-major; one element stands for a scalar (shape []). */
export interface ConstOp extends OpBase {
  readonly kind: 'const';
  readonly data: readonly number[];
}
/** The size of a dimension as an integer scalar. */
export interface DimOp extends OpBase {
  readonly kind: 'dim';
  readonly dim: Dim;
}
/** The integers 0, 1, … along one axis of length `dim`. */
export interface IotaOp extends OpBase {
  readonly kind: 'iota';
  readonly dim: Dim;
}
/** A row of the table, element by element; operands and result have one shape. */
export interface ElementwiseOp extends OpBase {
  readonly kind: 'elementwise';
  readonly name: string;
}
/** An integer tensor as a float tensor. */
export interface CastOp extends OpBase {
  readonly kind: 'cast';
}
/** `condition ? a : b` element by element, three operands of one shape, the first a condition. */
export interface SelectOp extends OpBase {
  readonly kind: 'select';
}
/** The operand's value with derivative zero. */
export interface DetachOp extends OpBase {
  readonly kind: 'detach';
}
/** Axis k of the operand becomes axis `axes[k]` of the result (increasing); the other axes repeat. */
export interface BroadcastOp extends OpBase {
  readonly kind: 'broadcast';
  readonly axes: readonly number[];
}
/** A row of the reductions over `axes` (increasing), which disappear. */
export interface ReduceOp extends OpBase {
  readonly kind: 'reduce';
  readonly name: string;
  readonly axes: readonly number[];
}
/**
 * Σ over the labels that `out` lacks of left·right. Labels are distinct within one operand, and every label occurs
 * in at least two of left, right and out; so the adjoint of a contraction is again a contraction.
 */
export interface ContractOp extends OpBase {
  readonly kind: 'contract';
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly out: readonly number[];
}
/** Axis k of the result is axis `permutation[k]` of the operand. */
export interface TransposeOp extends OpBase {
  readonly kind: 'transpose';
  readonly permutation: readonly number[];
}
/** The same elements in row-major order under another shape. */
export interface ReshapeOp extends OpBase {
  readonly kind: 'reshape';
}
/** Element i of axis k of the result is element `starts[k] + i*steps[k]` of the operand (steps may be negative). */
export interface SliceOp extends OpBase {
  readonly kind: 'slice';
  readonly starts: readonly Dim[];
  readonly steps: readonly number[];
}
/** The adjoint of slice: element i of the operand goes to `starts[k] + i*steps[k]` of the result, zeros elsewhere. */
export interface PadOp extends OpBase {
  readonly kind: 'pad';
  readonly starts: readonly Dim[];
  readonly steps: readonly number[];
}
/** The operands one behind the other along `axis`. */
export interface ConcatOp extends OpBase {
  readonly kind: 'concat';
  readonly axis: number;
}
/**
 * result[i…] = data[index[i…], rest…]: operands data and an integer tensor; its axes replace axis 0 of data.
 * `trusted`, here and on the next two: the indices have been found inside their axis by an operation before, or are so by
 * construction, and generated code need not look again.
 */
export interface GatherOp extends OpBase {
  readonly kind: 'gather';
  readonly trusted?: true;
}
/** The adjoint of gather: operands updates and index; a tensor of zeros into which updates are added at index. */
export interface ScatterAddOp extends OpBase {
  readonly kind: 'scatterAdd';
  readonly trusted?: true;
}
/**
 * The linear recurrence along `axis`: s₀ = init, sᵢ₊₁ = aᵢ·sᵢ + bᵢ; element i of the result is sᵢ (so the last update
 * is not seen). `reverse` runs from the end. Operands a and b have the result's shape. Closed under differentiation;
 * init 1, b 0 gives running products.
 */
export interface RecurOp extends OpBase {
  readonly kind: 'recur';
  readonly axis: number;
  readonly init: 0 | 1;
  readonly reverse: boolean;
}
/** A row of the array primitives: a function of whole matrices or rows. */
export interface ArrayOp extends OpBase {
  readonly kind: 'array';
  readonly name: string;
}
/** operand: an integer scalar n. Binds a dimension to max(0, n); the result is its size as an integer scalar. */
export interface ExtentOp extends OpBase {
  readonly kind: 'extent';
  readonly dim: string;
}
/** Along one axis: `null` where an operand picks the index, else the elements `start + i*step` (step not 0). */
export type Place = null | { readonly start: Dim; readonly step: number };
/**
 * operands: a tensor, a value, then an integer scalar for each axis picked by index. The result is the tensor with the
 * elements at the places set to the value, or increased by it (`add`); picked axes are missing in the value.
 */
export interface UpdateOp extends OpBase {
  readonly kind: 'update';
  readonly axes: readonly Place[];
  readonly add: boolean;
  readonly trusted?: true;
}
/**
 * operand: a scalar condition; two regions without parameters; results are those of the region taken. A result whose
 * leading dimension is in `binds` has the leading length of what the taken region yields.
 */
export interface IfOp extends OpBase {
  readonly kind: 'if';
  readonly binds: readonly string[];
  readonly then: Region;
  readonly otherwise: Region;
}
/**
 * operands: initial carried values; `condition` (carried → one condition) and `body` (carried → carried, then `saved`
 * values, which the loop's results hold for every iteration). A saved result is *stacked*: behind a leading axis, whose
 * dimension `trips` the loop binds to the number of iterations; or, where its leading dimension is in `binds`,
 * *joined*: the tensors of the iterations, whose leading lengths may differ, one behind the other.
 */
export interface WhileOp extends OpBase {
  readonly kind: 'while';
  readonly condition: Region;
  readonly body: Region;
  readonly saved: number;
  readonly trips: string;
  readonly binds: readonly string[];
}
/**
 * operands: initial carried values; the body's parameters are the counter (from 0 below `count`) and the carried
 * values, its results the next carried values, then `saved` values: stacked behind an axis of length `count`, or joined
 * where the leading dimension of the result is in `binds`, as for `while`.
 */
export interface ForOp extends OpBase {
  readonly kind: 'for';
  readonly count: Dim;
  readonly body: Region;
  readonly saved: number;
  readonly binds: readonly string[];
}
/** A comprehension: the body's parameters are one counter per leading axis of the results, `dims` long. */
export interface MapOp extends OpBase {
  readonly kind: 'map';
  readonly dims: readonly Dim[];
  readonly body: Region;
}
/**
 * A call of another function of the module. The callee's own names of dimensions stand for the sizes of the arguments;
 * `binds` lists the dimensions of results that only the callee knows.
 */
export interface CallOp extends OpBase {
  readonly kind: 'call';
  readonly callee: string;
  readonly binds: readonly string[];
}

export type Op =
  | ConstOp | DimOp | IotaOp | ElementwiseOp | CastOp | SelectOp | DetachOp | BroadcastOp | ReduceOp | ContractOp
  | TransposeOp | ReshapeOp | SliceOp | PadOp | ConcatOp | GatherOp | ScatterAddOp | UpdateOp | RecurOp | ArrayOp
  | ExtentOp | IfOp | WhileOp | ForOp | MapOp | CallOp; // biome-ignore format: a list of words

export interface Region {
  readonly params: readonly Value[];
  readonly ops: readonly Op[];
  readonly results: readonly Value[];
}

/** `param` is differentiated, `data` is not; `tangent` and `cotangent` stand in for other values in derivatives. */
export type Role = 'param' | 'data' | 'tangent' | 'cotangent' | 'frozen';

export interface Param {
  readonly value: Value;
  readonly name: string;
  readonly role: Role;
}

export interface Func {
  readonly name: string;
  readonly params: readonly Param[];
  /** Names of the results: `value`, a variable's name for its gradient, … */
  readonly resultNames: readonly string[];
  readonly body: Region;
  /** All value ids are below this. */
  readonly valueCount: number;
  /** Sizes that may not be negative (`n-2` where `x[1]` is read): checked on entry, when sizes are known. */
  readonly requires?: readonly Dim[];
  /** The functions that calls name, directly or not: the function that a program begins with carries them all. */
  readonly functions?: ReadonlyMap<string, Func>;
}

/** A program after lowering: its main function, the functions it calls, and the text that all spans point into. */
export interface Module {
  readonly source: string;
  readonly main: Func;
  readonly functions: ReadonlyMap<string, Func>;
}

export const floatScalar: TensorType = Object.freeze({ dtype: 'float', shape: Object.freeze([]) as Shape });
export const intScalar: TensorType = Object.freeze({ dtype: 'int', shape: Object.freeze([]) as Shape });
export const boolScalar: TensorType = Object.freeze({ dtype: 'bool', shape: Object.freeze([]) as Shape });

export function tensor(dtype: DType, shape: Shape): TensorType {
  if (shape.length > 0) return { dtype, shape };
  return dtype === 'float' ? floatScalar : dtype === 'int' ? intScalar : boolScalar;
}

/** The regions of an operation, in order. */
export function regionsOf(op: Op): readonly Region[] {
  switch (op.kind) {
    case 'if':
      return [op.then, op.otherwise];
    case 'while':
      return [op.condition, op.body];
    case 'for':
    case 'map':
      return [op.body];
    default:
      return [];
  }
}

/** The names of dimensions that an operation binds. */
export function dimsBoundBy(op: Op): readonly string[] {
  switch (op.kind) {
    case 'extent':
      return [op.dim];
    case 'while':
      return [op.trips, ...op.binds];
    case 'if':
    case 'for':
    case 'call':
      return op.binds;
    default:
      return [];
  }
}

/** The dimensions that an operation mentions beside its types. */
function attributeDims(op: Op): readonly Dim[] {
  switch (op.kind) {
    case 'dim':
    case 'iota':
      return [op.dim];
    case 'slice':
    case 'pad':
      return op.starts;
    case 'update':
      return op.axes.flatMap((place) => (place ? [place.start] : []));
    case 'for':
      return [op.count];
    case 'map':
      return op.dims;
    default:
      return [];
  }
}

/** The names of dimensions in the attributes and result types of an operation, its regions left out. */
export function dimsUsedBy(op: Op): readonly string[] {
  const dims = [...attributeDims(op), ...op.results.flatMap((r) => r.type.shape)];
  return dims.flatMap(dimNames);
}
