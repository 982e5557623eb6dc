/**
 * The lower IR: loops over buffers, one step away from text.
 *
 * A *local* is a scalar variable, constant unless `mutable`. A *buffer* is a row-major `Float64Array`: an argument, a
 * result, a temporary, or literal data. Expressions have no effects; statements are executed in order. Conditions are
 * booleans in locals and expressions, and 0 or 1 in buffers. Most buffers have their size on entry; a *dynamic* one gets
 * it on the way, and may get another one each time. A *piece* is a run of statements moved into a function of
 * its own, because very long functions are not optimised by the engines that run them.
 */
import type { Dim, Shape } from '../core/affine.js';
import type { Span } from '../core/span.js';
import type { DType } from '../ir/types.js';

export interface Local {
  readonly id: number;
  readonly type: DType;
  /** What the program calls it, or what it is for; unique names are given when code is printed. */
  readonly hint: string;
  readonly mutable: boolean;
  /** Its definition must stay where it is. */
  readonly pinned?: boolean;
  /** The name is one of the program's own. */
  readonly named?: boolean;
}

export type BufferRole = 'param' | 'result' | 'temp' | 'const';

export interface Buffer {
  readonly id: number;
  readonly role: BufferRole;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly hint: string;
  /** The elements of a `const` buffer. */
  readonly data?: readonly number[];
  /** Its length is known only where it is allocated. */
  readonly dynamic?: boolean;
}

export interface NumberExpr {
  readonly kind: 'number';
  readonly value: number;
  readonly type: 'float' | 'int';
}
export interface BoolExpr {
  readonly kind: 'bool';
  readonly value: boolean;
  readonly type: 'bool';
}
export interface LocalExpr {
  readonly kind: 'local';
  readonly local: Local;
  readonly type: DType;
}
export interface LoadExpr {
  readonly kind: 'load';
  readonly buffer: Buffer;
  readonly args: readonly [index: Expr];
  readonly type: 'float' | 'int';
}
/** A row of the table of primitives. */
export interface OpExpr {
  readonly kind: 'op';
  readonly name: string;
  readonly args: readonly Expr[];
  readonly type: DType;
}
/** `condition ? a : b`; only the chosen one is evaluated. */
export interface SelectExpr {
  readonly kind: 'select';
  readonly args: readonly [condition: Expr, a: Expr, b: Expr];
  readonly type: DType;
}
/** A condition as 0 or 1 (`type: 'int'`), or a number as the condition that it is not 0 (`type: 'bool'`). */
export interface ConvertExpr {
  readonly kind: 'convert';
  readonly args: readonly [Expr];
  readonly type: 'int' | 'bool';
}

/** A slot of the array that pieces share. */
export interface SlotExpr {
  readonly kind: 'slot';
  readonly slot: number;
  readonly type: DType;
}

/** An expression without parts. */
export type Atom = NumberExpr | BoolExpr | LocalExpr;
export type Expr = Atom | LoadExpr | OpExpr | SelectExpr | ConvertExpr | SlotExpr;

export type Stmt =
  | { readonly kind: 'define'; readonly local: Local; readonly value: Expr }
  | { readonly kind: 'assign'; readonly local: Local; readonly value: Expr }
  /** `buffer[index] = value`, or `+=` where `add` is set. */
  | {
      readonly kind: 'store';
      readonly buffer: Buffer;
      readonly index: Expr;
      readonly value: Expr;
      readonly add: boolean;
    }
  | { readonly kind: 'fill'; readonly buffer: Buffer; readonly value: number }
  /** All elements of one buffer into another of the same size. */
  | { readonly kind: 'copy'; readonly from: Buffer; readonly to: Buffer }
  /** The counter runs from 0 below `count`, or backwards down to 0. */
  | {
      readonly kind: 'for';
      readonly counter: Local;
      readonly count: Expr;
      readonly reverse: boolean;
      readonly body: readonly Stmt[];
    }
  | {
      readonly kind: 'if';
      readonly condition: Expr;
      readonly then: readonly Stmt[];
      readonly otherwise: readonly Stmt[];
    }
  /** Gives a dynamic buffer its length; what it held is lost. */
  | { readonly kind: 'allocate'; readonly buffer: Buffer; readonly length: Expr }
  /** Makes a dynamic buffer at least so long, keeping what it holds. */
  | { readonly kind: 'grow'; readonly buffer: Buffer; readonly length: Expr }
  /** Cuts a dynamic buffer that has grown to its length. */
  | { readonly kind: 'trim'; readonly buffer: Buffer; readonly length: Expr }
  /** Gives up where an index is outside its axis; `element` is the place within the index, where that is a tensor. */
  | {
      readonly kind: 'check';
      readonly index: Expr;
      readonly length: Expr;
      readonly axis: number;
      readonly element: readonly Expr[];
      readonly span: Span;
    }
  /** Gives up where a loop has run too often. */
  | { readonly kind: 'guard'; readonly count: Expr; readonly span: Span }
  /** For ever, until a `break`. */
  | { readonly kind: 'loop'; readonly body: readonly Stmt[] }
  /** Leaves the innermost `loop` where the condition holds. */
  | { readonly kind: 'break'; readonly condition: Expr }
  /** Writes a slot of the array that pieces share. */
  | { readonly kind: 'keep'; readonly slot: number; readonly value: Expr }
  /** Calls a function of src/ops/carried: `name(…inputs, output, …sizes)`. */
  | {
      readonly kind: 'call';
      readonly name: string;
      readonly inputs: readonly Buffer[];
      readonly output: Buffer;
      readonly sizes: readonly Expr[];
    }
  /**
   * Calls another function of the module. What has a size beforehand it writes into `outputs`, the last arguments; it
   * returns a number or buffers whose lengths only it knows.
   */
  | {
      readonly kind: 'invoke';
      readonly callee: string;
      readonly args: readonly (Expr | Buffer)[];
      readonly outputs: readonly Buffer[];
      readonly returns: Local | readonly Buffer[];
    }
  /** Runs a piece. */
  | { readonly kind: 'piece'; readonly piece: Piece };

/** Statements in a function of their own. It gets the shared slots and the buffers that it uses. */
export interface Piece {
  readonly index: number;
  readonly body: readonly Stmt[];
  readonly buffers: readonly Buffer[];
}

export interface LoopParam {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  readonly role: string;
  /** Where it is found: a local for a scalar, else a buffer. */
  readonly at: Local | Buffer;
}

export interface LoopResult {
  readonly name: string;
  readonly shape: Shape;
  readonly dtype: DType;
  /** The value of a scalar; a buffer that the caller provides otherwise, unless it is dynamic. */
  readonly at: Expr | Buffer;
  /** The sizes of a dynamic buffer's axes. */
  readonly sizes?: readonly Expr[];
}

export interface NamedDim {
  readonly name: string;
  readonly local: Local;
}

export interface LoopFunction {
  readonly name: string;
  readonly dims: readonly NamedDim[];
  /** Sizes that may not be negative, to be checked on entry. */
  readonly requires: readonly Dim[];
  readonly params: readonly LoopParam[];
  readonly results: readonly LoopResult[];
  /** Temporaries and literal data, in order of first use. */
  readonly buffers: readonly Buffer[];
  readonly body: readonly Stmt[];
  /** The number of slots that pieces share; 0 where there are none. */
  readonly slots: number;
  readonly pieces: readonly Piece[];
}

export function isBuffer(at: Local | Buffer | Expr): at is Buffer {
  return 'role' in at;
}

/** The expressions that say what a function's results are. */
export function resultExprs(results: readonly LoopResult[]): Expr[] {
  return results.flatMap((r) => (isBuffer(r.at) ? (r.sizes ?? []) : [r.at as Expr]));
}

/** The results with their expressions rewritten. */
export function rewriteResults(results: readonly LoopResult[], by: (e: Expr) => Expr): LoopResult[] {
  return results.map((r) => {
    if (!isBuffer(r.at)) return { ...r, at: by(r.at as Expr) };
    return r.sizes ? { ...r, sizes: r.sizes.map(by) } : r;
  });
}

export function isAtom(e: Expr): e is Atom {
  return e.kind === 'number' || e.kind === 'bool' || e.kind === 'local';
}

export function argsOf(e: Expr): readonly Expr[] {
  return 'args' in e ? e.args : [];
}

/** The expressions that a statement evaluates itself, nested statements left out. */
export function exprsOf(s: Stmt): readonly Expr[] {
  switch (s.kind) {
    case 'define':
    case 'assign':
    case 'keep':
      return [s.value];
    case 'store':
      return [s.index, s.value];
    case 'for':
      return [s.count];
    case 'call':
      return s.sizes;
    case 'allocate':
    case 'grow':
    case 'trim':
      return [s.length];
    case 'check':
      return [s.index, s.length, ...s.element];
    case 'guard':
      return [s.count];
    case 'invoke':
      return s.args.filter((a): a is Expr => !isBuffer(a));
    case 'if':
    case 'break':
      return [s.condition];
    default:
      return [];
  }
}

/** The buffers that a statement names, beside those that its expressions load from. */
export function buffersOf(s: Stmt): {
  readonly read: readonly Buffer[];
  readonly written: readonly Buffer[];
} {
  switch (s.kind) {
    case 'store':
    case 'fill':
    case 'allocate':
    case 'grow':
    case 'trim':
      return { read: [], written: [s.buffer] };
    case 'copy':
      return { read: [s.from], written: [s.to] };
    case 'call':
      return { read: s.inputs, written: [s.output] };
    case 'invoke': {
      const returned = Array.isArray(s.returns) ? (s.returns as readonly Buffer[]) : [];
      return { read: s.args.filter(isBuffer), written: [...s.outputs, ...returned] };
    }
    default:
      return NO_BUFFERS;
  }
}

const NO_BUFFERS = { read: [], written: [] } as const;

/** The local that a call of a function defines, if it returns a number. */
export function returnedLocal(s: Extract<Stmt, { kind: 'invoke' }>): Local | undefined {
  return Array.isArray(s.returns) ? undefined : (s.returns as Local);
}

export function blocksOf(s: Stmt): readonly (readonly Stmt[])[] {
  switch (s.kind) {
    case 'for':
    case 'loop':
      return [s.body];
    case 'if':
      return [s.then, s.otherwise];
    case 'piece':
      return [s.piece.body];
    default:
      return [];
  }
}

export type { Dim, Shape };
