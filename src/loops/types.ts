/**
 * The lower IR: loops over buffers, one step away from text.
 *
 * A *local* is a scalar variable, constant unless `mutable`. A *buffer* is a row-major `Float64Array`: an argument, a
 * result, a temporary, or literal data. Expressions have no effects; statements are executed in order. Conditions are
 * booleans in locals and expressions, and 0 or 1 in buffers. A *piece* is a run of statements moved into a function of
 * its own, because very long functions are not optimised by the engines that run them.
 */
import type { Dim, Shape } from '../core/affine.js';
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
  /** The value of a scalar; a buffer that the caller provides otherwise. */
  readonly at: Expr | Buffer;
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
    case 'if':
    case 'break':
      return [s.condition];
    default:
      return [];
  }
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
