/**
 * Chains of products and quotients: `2 * A' @ (A @ x - y) / n`.
 *
 * Factors of numbers commute, so divisors gather in one fraction. A vector is a column: before a matrix it is
 * transposed, and where the product of a vector and matrices is a vector, it is written as a column again,
 * `x @ A` as Aᵀx.
 */
import type { BinaryNode } from '../../grammar/ast.js';
import { type Box, fraction, power, row, sign } from './box.js';
import {
  chainOf,
  closed,
  type Indices,
  type Layout,
  negative,
  type Piece,
  strength,
  within,
} from './piece.js';

const OPERATORS = new Set(['*', '/', '@', '%']);

export const isProduct = ({ operator }: BinaryNode) => OPERATORS.has(operator);

export const transposedBox = (piece: Piece): Box => power(within(piece, strength.atom), sign('⊤'));

/** The piece of a chain. */
export function productPiece(layout: Layout, e: BinaryNode, at: Indices | undefined): Piece {
  const chain = chainOf(
    e,
    (node) => OPERATORS.has(node.operator) && (at === undefined || node.operator !== '@'),
  );
  let { head } = chain;
  let minus = false;
  while (head.kind === 'unary' && head.operator === '-') {
    minus = !minus;
    head = head.operand;
  }
  const factors = new Chain(layout.of(head, at));
  for (const { operator, right } of chain.links) factors.append(operator, layout.of(right, at));
  const piece = factors.piece();
  return minus ? negative(piece) : piece;
}

class Chain {
  private above: Piece[] = [];
  private below: Piece[] = [];
  /** A vector that matrices to its right have been multiplied with: x @ A @ B. */
  private matrices: Piece[] = [];
  private rank: number;

  constructor(head: Piece) {
    this.above.push(head);
    this.rank = head.rank;
  }

  append(operator: string, right: Piece): void {
    switch (operator) {
      case '*':
        if (this.rank > 0 && right.rank > 0) this.elementwise('⊙', right);
        else this.times(right);
        break;
      case '/':
        if (right.rank === 0) this.below.push(right);
        else if (this.rank === 0) this.only(quotient(this.piece(), right, right.rank));
        else this.elementwise('⊘', right);
        break;
      case '%':
        this.only(remainder(this.piece(), right));
        break;
      default:
        this.matrixProduct(right);
    }
  }

  private only(piece: Piece): void {
    this.above = [piece];
    this.below = [];
    this.matrices = [];
    this.rank = piece.rank;
  }

  private times(right: Piece): void {
    if (this.matrices.length > 0) this.only(this.piece());
    this.above.push(right);
    this.rank = Math.max(this.rank, right.rank);
  }

  private elementwise(operator: string, right: Piece): void {
    const left = this.piece();
    const box = row(
      within(closed(left, 'product'), strength.elementwise),
      sign(operator),
      within(right, strength.product),
    );
    const rank = Math.max(left.rank, right.rank);
    this.only({ box, strength: strength.elementwise, rank, ...(right.open && { open: right.open }) });
  }

  private matrixProduct(right: Piece): void {
    const left = this.rank;
    if (left === 1 && right.rank === 2) {
      this.matrices.push(right);
      return;
    }
    if (left === 1 && right.rank === 1) {
      this.above = [...this.scalars(), this.transposedVector(), ...this.matrices, right];
      this.matrices = [];
      this.rank = 0;
      return;
    }
    this.above.push(right);
    this.rank = Math.max(0, left + right.rank - 2);
  }

  /** The numbers in front. */
  private scalars(): Piece[] {
    const first = this.above.findIndex((p) => p.rank > 0);
    return this.above.slice(0, first);
  }

  /** The factors from the first vector or matrix on, transposed. */
  private transposedVector(): Piece {
    const rest = this.above.slice(this.scalars().length);
    const piece = rest.length === 1 ? (rest[0] as Piece) : product(rest, 1);
    return { box: transposedBox(piece), strength: strength.script, rank: 1 };
  }

  /** The whole chain. */
  piece(): Piece {
    let factors = this.above;
    if (this.matrices.length > 0) {
      const first = this.scalars().length;
      const matrices = this.matrices
        .map((m): Piece => ({ box: transposedBox(m), strength: strength.script, rank: 2 }))
        .reverse();
      factors = [...factors.slice(0, first), ...matrices, ...factors.slice(first)];
    }
    const whole = product(factors, this.rank);
    if (this.below.length === 0) return whole;
    const below = product(this.below, 0);
    return quotient(whole, below, this.rank);
  }
}

function quotient(above: Piece, below: Piece, rank: number): Piece {
  return { box: fraction(above.box, below.box), strength: strength.product, rank };
}

function remainder(left: Piece, right: Piece): Piece {
  const box = row(
    within(closed(left, 'product'), strength.product),
    sign('mod'),
    within(right, strength.script),
  );
  return { box, strength: strength.not, rank: Math.max(left.rank, right.rank) };
}

/** Factors beside each other; between numbers, and behind words, stands a dot. */
function product(factors: readonly Piece[], rank: number): Piece {
  const plain = factors.filter((f, i) => !(i === 0 && factors.length > 1 && isOne(f)));
  const [only] = plain;
  if (plain.length === 1 && only) return { ...only, rank };
  const last = plain[plain.length - 1] as Piece;
  const items: Box[] = [];
  for (const [i, factor] of plain.entries()) {
    const end = i === plain.length - 1;
    const box = within(end ? factor : closed(factor, 'product'), strength.product);
    if (i > 0 && needsDot(items[items.length - 1] as Box, box)) items.push(sign('·'));
    items.push(box);
  }
  return { box: row(...items), strength: strength.product, rank, ...(last.open && { open: last.open }) };
}

const isOne = ({ box }: Piece) => box.kind === 'digits' && box.text === '1';

function needsDot(left: Box, right: Box): boolean {
  if (startsWithDigit(right)) return true;
  // A word or letter before parentheses looks like a function.
  return right.kind === 'fence' && right.open === '(' && endsInWord(left);
}

function startsWithDigit(box: Box): boolean {
  if (box.kind === 'digits') return true;
  if (box.kind === 'row') return box.items[0] !== undefined && startsWithDigit(box.items[0]);
  return box.kind === 'script' && startsWithDigit(box.base);
}

function endsInWord(box: Box): boolean {
  if (box.kind === 'letters') return box.text.length > 1;
  return box.kind === 'script' && endsInWord(box.base);
}
