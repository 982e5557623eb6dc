/** Parts of a formula with what decides whether they need parentheses where they stand. */
import type { BinaryNode, Expr } from '../../grammar/ast.js';
import { type Box, fence, sign, tight } from './box.js';

/** How strongly the outermost operator of a piece binds. */
export const strength = {
  choice: 0,
  or: 1,
  and: 2,
  not: 3,
  relation: 4,
  sum: 5,
  /** A piece that begins with a minus: it may begin a sum or product, and follow nothing. */
  negative: 6,
  elementwise: 7,
  product: 8,
  script: 9,
  atom: 10,
} as const;

export interface Piece {
  readonly box: Box;
  readonly strength: number;
  readonly rank: number;
  /** A further factor (after a sum over an index), or further term (after cases) would be read as part of it. */
  readonly open?: 'product' | 'sum';
}

export const atom = (box: Box, rank = 0): Piece => ({ box, strength: strength.atom, rank });

/** The box of a piece where only pieces of at least this strength stand without parentheses. */
export function within(piece: Piece, least: number): Box {
  return piece.strength >= least ? piece.box : fence(piece.box);
}

/** A piece with parentheses where what follows, a term of a sum or a factor, would be read into it. */
export function closed(piece: Piece, before: 'product' | 'sum'): Piece {
  if (piece.open === undefined || (before === 'sum' && piece.open === 'product')) return piece;
  return { box: fence(piece.box), strength: strength.atom, rank: piece.rank };
}

/** A left-deep chain of operators, without recursion: its first operand, and its links from left to right. */
export function chainOf(
  e: BinaryNode,
  belongs: (node: BinaryNode) => boolean,
): { head: Expr; links: BinaryNode[] } {
  const links: BinaryNode[] = [];
  let head: Expr = e;
  for (; head.kind === 'binary' && belongs(head); head = head.left) links.push(head);
  return { head, links: links.reverse() };
}

/** -p. */
export function negative(piece: Piece): Piece {
  const box = tight(sign('-'), within(piece, strength.elementwise));
  return { ...piece, box, strength: strength.negative };
}

/** The elements that are meant where an index runs over tensors: `i` in Σᵢ xᵢ². */
export type Indices = readonly string[];

/** What the parts of the layout need of each other. */
export interface Layout {
  /** The piece of an expression, or of its element at some indices. */
  of(e: Expr, at?: Indices): Piece;
  /** The element of an expression whose elements have no form of their own: (f(x))ᵢ. */
  element(e: Expr, at: Indices): Piece;
  rank(e: Expr): number;
  /** Names for indices that the program and the surroundings do not use. */
  indices(count: number, at: Indices): string[];
  /** Whether a variable has this name, which must not stand for a function then. */
  taken(name: string): boolean;
}
