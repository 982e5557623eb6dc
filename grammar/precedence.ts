/**
 * Precedence: the flat list of operands and operators that the one grammar rule reads becomes a tree here, by the
 * shunting-yard method with explicit stacks, in linear time and without recursion.
 *
 * Levels grow with the strength of binding. The list alternates: prefix operators and one operand, then an infix
 * operator, and so on; the grammar guarantees that. A node's span covers its text; one in parentheses has been given
 * the span of the parentheses, which is how a bare product or comparison is told from a bracketed one.
 */
import type { IToken, TokenType } from 'chevrotain';
import type { Diagnostic } from '../src/core/diagnostic.js';
import * as errors from '../src/core/errors/syntax.js';
import { cover } from '../src/core/span.js';
import type { BinaryOperator, CompareNode, CompareOperator, Expr, UnaryOperator } from './ast.js';
import * as t from './tokens.js';

export const levels = {
  ternary: 1,
  or: 2,
  and: 3,
  not: 4,
  compare: 5,
  sum: 6,
  product: 7,
  implicit: 8,
  unary: 9,
  power: 10,
  postfix: 11,
  atom: 12,
} as const;

const infixLevels = new Map<TokenType, number>([
  [t.Or, levels.or],
  [t.And, levels.and],
  [t.Compare, levels.compare],
  [t.Plus, levels.sum],
  [t.Minus, levels.sum],
  [t.Times, levels.product],
  [t.Divide, levels.product],
  [t.Modulo, levels.product],
  [t.At, levels.product],
  [t.ImplicitTimes, levels.implicit],
  [t.Power, levels.power],
]);
const binaryOperators = new Map<TokenType, BinaryOperator>([
  [t.Or, 'or'],
  [t.And, 'and'],
  [t.Plus, '+'],
  [t.Minus, '-'],
  [t.Times, '*'],
  [t.Divide, '/'],
  [t.Modulo, '%'],
  [t.At, '@'],
  [t.ImplicitTimes, '*'],
  [t.Power, '^'],
]);
const unaryOperators = new Map<TokenType, UnaryOperator>([
  [t.Plus, '+'],
  [t.Minus, '-'],
  [t.Not, 'not'],
  [t.Root, 'sqrt'],
]);
const compareOperators: Readonly<Record<string, CompareOperator>> = { '≤': '<=', '≥': '>=', '≠': '!=' };

export function infixLevel(token: IToken): number {
  return infixLevels.get(token.tokenType) as number;
}

export function prefixLevel(token: IToken): number {
  return token.tokenType === t.Not ? levels.not : levels.unary;
}

export function rightAssociative(level: number): boolean {
  return level === levels.power;
}

/** Not in parentheses of its own: its text begins where its first part begins. */
function bare(node: Expr, first: Expr): boolean {
  return node.span.start === first.span.start;
}

interface Pending {
  readonly token: IToken;
  readonly level: number;
  readonly prefix: boolean;
}
export type ChainItem = Expr | IToken;

/** The tree of one flat list. What is wrong with its operators goes to `problems`, and a tree results all the same. */
export function resolveChain(items: readonly ChainItem[], source: string, problems: Diagnostic[]): Expr {
  if (items.length === 1) return items[0] as Expr;
  return new Resolver(source, problems).run(items);
}

class Resolver {
  private readonly operands: Expr[] = [];
  private readonly pending: Pending[] = [];

  constructor(
    private readonly source: string,
    private readonly problems: Diagnostic[],
  ) {}

  run(items: readonly ChainItem[]): Expr {
    let afterOperand = false;
    for (const item of items) {
      if (!('tokenType' in item)) {
        this.operands.push(item);
        afterOperand = true;
      } else if (afterOperand) {
        this.infix(item);
        afterOperand = false;
      } else {
        this.prefix(item);
      }
    }
    while (this.pending.length > 0) this.reduce();
    return this.operands[0] as Expr;
  }

  private top(): Pending | undefined {
    return this.pending[this.pending.length - 1];
  }

  private prefix(token: IToken): void {
    const level = prefixLevel(token);
    const top = this.top();
    if (token.tokenType === t.Not && top !== undefined && top.level > level) {
      this.problems.push(errors.looseNot(t.spanOf(token), token.image, top.token.image || '*'));
    }
    this.pending.push({ token, level, prefix: true });
  }

  /** Neighbouring comparisons wait together, so that a chain becomes one node. */
  private infix(token: IToken): void {
    const level = infixLevel(token);
    if (token.tokenType === t.ImplicitTimes) this.checkExponent(token);
    const waits = rightAssociative(level) || level === levels.compare;
    for (let top = this.top(); top !== undefined; top = this.top()) {
      if (top.level < level || (top.level === level && waits)) break;
      this.reduce();
    }
    this.pending.push({ token, level, prefix: false });
  }

  private reduce(): void {
    const { token, prefix, level } = this.top() as Pending;
    if (prefix) this.reducePrefix(token);
    else if (level === levels.compare) this.reduceCompare();
    else this.reduceBinary(token);
  }

  private reducePrefix(token: IToken): void {
    this.pending.pop();
    const operand = this.operands.pop() as Expr;
    if (token.image === '!' && operand.kind === 'compare' && bare(operand, operand.first)) {
      const operator = operand.rest[0]?.operator ?? '==';
      this.problems.push(errors.negatedComparison(t.spanOf(token), operator));
    }
    const operator = unaryOperators.get(token.tokenType) as UnaryOperator;
    this.operands.push({ kind: 'unary', operator, operand, span: cover(t.spanOf(token), operand.span) });
  }

  private reduceBinary(token: IToken): void {
    this.pending.pop();
    const right = this.operands.pop() as Expr;
    const left = this.operands.pop() as Expr;
    const operator = binaryOperators.get(token.tokenType) as BinaryOperator;
    if (operator === '/') this.checkDivisor(left, right);
    const implicit = token.tokenType === t.ImplicitTimes;
    this.operands.push({
      kind: 'binary',
      operator,
      ...(implicit && { implicit }),
      left,
      right,
      operatorSpan: t.spanOf(token),
      span: cover(left.span, right.span),
    });
  }

  private reduceCompare(): void {
    const rest: CompareNode['rest'][number][] = [];
    for (let top = this.top(); top?.level === levels.compare; top = this.top()) {
      this.pending.pop();
      const operator = compareOperators[top.token.image] ?? (top.token.image as CompareOperator);
      rest.push({ operator, operatorSpan: t.spanOf(top.token), operand: this.operands.pop() as Expr });
    }
    rest.reverse();
    const first = this.operands.pop() as Expr;
    const last = rest[rest.length - 1]?.operand ?? first;
    this.operands.push({ kind: 'compare', first, rest, span: cover(first.span, last.span) });
  }

  private text(node: Expr): string {
    return this.source.slice(node.span.start, Math.min(node.span.end, node.span.start + 200));
  }

  /** `1/2x`. */
  private checkDivisor(left: Expr, right: Expr): void {
    if (right.kind !== 'binary' || right.implicit !== true || !bare(right, right.left)) return;
    const divisor = this.text(right);
    const reading = `${this.text(left)}/(${divisor})`;
    const other = `${this.text(left)}/${this.text(right.left)}*${this.text(right.right)}`;
    this.problems.push(errors.ambiguousProduct(right.span, divisor, reading, other));
  }

  /** `2^3x`. */
  private checkExponent(token: IToken): void {
    let i = this.pending.length - 1;
    while (this.pending[i]?.prefix === true) i--;
    if (this.pending[i]?.token.tokenType !== t.Power) return;
    const exponent = this.operands[this.operands.length - 1] as Expr;
    const base = this.operands[this.operands.length - 2] as Expr;
    const after = /^[\p{XID_Continue}]+|^\([^()]{0,20}\)/u.exec(
      this.source.slice(token.startOffset, token.startOffset + 60),
    );
    const start = (this.pending[i]?.token.endOffset ?? 0) + 1;
    const sign = this.source.slice(start, exponent.span.start);
    this.problems.push(
      errors.exponentProduct(exponent.span, this.text(base), sign + this.text(exponent), after?.[0] ?? '(…)'),
    );
  }
}
