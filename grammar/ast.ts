/**
 * The syntax tree: what the parser makes of a text, before names, types and shapes are known.
 *
 * Every node carries its span. Left-associative chains of binary operators are left-deep and may be 10^5 long, so
 * whoever walks a tree follows `left` in a loop; every other way down is at most 256 deep.
 */
import type { Span } from '../src/core/span.js';

export type BinaryOperator = '+' | '-' | '*' | '/' | '%' | '@' | '^' | 'and' | 'or';
export type CompareOperator = '<' | '<=' | '>' | '>=' | '==' | '!=';
export type UnaryOperator = '-' | '+' | 'not' | 'sqrt';

export interface NumberNode {
  readonly kind: 'number';
  readonly value: number;
  /** Written without dot and exponent, so usable as an integer. */
  readonly integer: boolean;
  readonly span: Span;
}
export interface BooleanNode {
  readonly kind: 'boolean';
  readonly value: boolean;
  readonly span: Span;
}
export interface NameNode {
  readonly kind: 'name';
  readonly name: string;
  readonly span: Span;
}
export interface UnaryNode {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expr;
  readonly span: Span;
}
export interface BinaryNode {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  /** True for a product that was written without an operator: `2x`. */
  readonly implicit?: boolean;
  readonly left: Expr;
  readonly right: Expr;
  readonly operatorSpan: Span;
  readonly span: Span;
}
/** `a < b <= c`: a conjunction of neighbours. */
export interface CompareNode {
  readonly kind: 'compare';
  readonly first: Expr;
  readonly rest: readonly {
    readonly operator: CompareOperator;
    readonly operatorSpan: Span;
    readonly operand: Expr;
  }[];
  readonly span: Span;
}
export interface TernaryNode {
  readonly kind: 'ternary';
  readonly condition: Expr;
  readonly then: Expr;
  readonly otherwise: Expr;
  readonly span: Span;
}
export interface Argument {
  /** `axis` in `sum(A, axis=0)`. */
  readonly name?: string;
  readonly value: Expr;
  readonly span: Span;
}
export interface CallNode {
  readonly kind: 'call';
  readonly callee: string;
  readonly calleeSpan: Span;
  readonly args: readonly Argument[];
  readonly span: Span;
}
export type IndexItem =
  | { readonly kind: 'at'; readonly index: Expr; readonly span: Span }
  | {
      readonly kind: 'slice';
      readonly from?: Expr;
      readonly to?: Expr;
      readonly step?: Expr;
      readonly span: Span;
    };
export interface IndexNode {
  readonly kind: 'index';
  readonly base: Expr;
  readonly items: readonly IndexItem[];
  readonly span: Span;
}
export interface TransposeNode {
  readonly kind: 'transpose';
  readonly operand: Expr;
  readonly span: Span;
}
export interface ListNode {
  readonly kind: 'list';
  readonly items: readonly Expr[];
  readonly span: Span;
}
/** `{ let u = …; u*u }`: statements whose last expression is the value. `detach { … }` is a call of `detach` on a block. */
export interface BlockNode {
  readonly kind: 'block';
  readonly statements: readonly Statement[];
  readonly span: Span;
}

/** `if c { … } else if d { … } else { … }`. As a value it needs every branch; as a statement its blocks need no value. */
export interface IfNode {
  readonly kind: 'if';
  readonly branches: readonly { readonly condition: Expr; readonly body: BlockNode }[];
  readonly otherwise?: BlockNode;
  readonly span: Span;
}
/** `for i in a..b`, in a loop or a comprehension; `b` is excluded. */
export interface ForClause {
  readonly name: string;
  readonly nameSpan: Span;
  readonly from: Expr;
  readonly to: Expr;
  readonly span: Span;
}
/** `[e for i in a..b]`, and with filters `e for i in a..b if c` as the argument of a reduction. */
export interface ComprehensionNode {
  readonly kind: 'comprehension';
  /** In brackets of its own; otherwise it is the argument of a call. */
  readonly list: boolean;
  readonly value: Expr;
  readonly clauses: readonly ForClause[];
  readonly filters: readonly Expr[];
  readonly span: Span;
}

export type Expr =
  | NumberNode
  | BooleanNode
  | NameNode
  | UnaryNode
  | BinaryNode
  | CompareNode
  | TernaryNode
  | CallNode
  | IndexNode
  | TransposeNode
  | ListNode
  | BlockNode
  | IfNode
  | ComprehensionNode;

/** `let y = …`, and `var y = …` for a name that may be assigned again. */
export interface LetStatement {
  readonly kind: 'let' | 'var';
  readonly name: string;
  readonly nameSpan: Span;
  readonly value: Expr;
  readonly span: Span;
}
/** `param x: [n, 3] = …`, `data idx: int[p]`: a shape of undefined means that it was not written. */
export interface DeclareStatement {
  readonly kind: 'param' | 'data';
  readonly name: string;
  readonly nameSpan: Span;
  readonly integer: boolean;
  readonly shape?: readonly Expr[];
  readonly value?: Expr;
  readonly span: Span;
}
export interface ExpressionStatement {
  readonly kind: 'expression';
  readonly value: Expr;
  readonly span: Span;
}
/** `x = …`, `x[i] += …`; `operator` is what stands before the `=`. */
export interface AssignStatement {
  readonly kind: 'assign';
  readonly target: NameNode | (IndexNode & { readonly base: NameNode });
  readonly operator?: BinaryOperator;
  /** Of the sign of assignment. */
  readonly operatorSpan: Span;
  readonly value: Expr;
  readonly span: Span;
}
/** A parameter of a function: `a`, `b: [n]`, `k: int`. */
export interface FnParam {
  readonly name: string;
  readonly integer: boolean;
  readonly shape?: readonly Expr[];
  readonly span: Span;
}
/** `fn f(a, b: [n]) = …`, `fn f(a) { … }`. */
export interface FnStatement {
  readonly kind: 'fn';
  readonly name: string;
  readonly nameSpan: Span;
  readonly params: readonly FnParam[];
  readonly body: Expr;
  readonly span: Span;
}
export interface WhileStatement {
  readonly kind: 'while';
  readonly condition: Expr;
  readonly body: BlockNode;
  readonly span: Span;
}
export interface ForStatement {
  readonly kind: 'for';
  readonly clause: ForClause;
  readonly body: BlockNode;
  readonly span: Span;
}
export interface JumpStatement {
  readonly kind: 'break' | 'continue';
  readonly span: Span;
}
export type Statement =
  | LetStatement
  | DeclareStatement
  | ExpressionStatement
  | AssignStatement
  | FnStatement
  | WhileStatement
  | ForStatement
  | JumpStatement;

export interface ProgramNode {
  readonly source: string;
  readonly statements: readonly Statement[];
}

/** One line of a suite: `name: formula where x = … expect value = …`. */
export interface CaseNode {
  readonly name?: string;
  readonly program: ProgramNode;
  readonly where: readonly WhereItem[];
  readonly expect: readonly ClaimNode[];
  readonly span: Span;
}
export type WhereItem =
  | { readonly kind: 'value'; readonly name: string; readonly value: Expr; readonly span: Span }
  | {
      readonly kind: 'range';
      readonly name: string;
      readonly from: Expr;
      readonly to: Expr;
      readonly span: Span;
    };
export interface ClaimNode {
  readonly kind: 'value' | 'grad' | 'jac' | 'hess';
  /** The variables of `grad x`, `hess x y`. */
  readonly names: readonly string[];
  readonly value: Expr;
  readonly tolerance?: number;
  readonly span: Span;
}
