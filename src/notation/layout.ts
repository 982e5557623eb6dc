/**
 * The syntax tree of a formula as boxes, as a mathematician would write it: fractions, roots, sums with indices, cases
 * for choices.
 */
import type { BinaryNode, CompareNode, Expr, IndexItem, ProgramNode } from '../../grammar/ast.js';
import { printExpr } from '../../grammar/index.js';
import { tick } from '../core/deadline.js';
import { type Box, fence, listed, power, prose, row, sign, subscript, table, tight, word } from './box.js';
import { callPiece, comprehensionPiece } from './calls.js';
import { choicePiece } from './choices.js';
import { indexBox, nameBox, numberBox } from './names.js';
import {
  atom,
  chainOf,
  closed,
  type Indices,
  type Layout,
  negative,
  type Piece,
  strength,
  within,
} from './piece.js';
import { isProduct, productPiece, transposedBox } from './products.js';
import { Ranks } from './ranks.js';

const RELATIONS = { '<': '<', '<=': '≤', '>': '>', '>=': '≥', '==': '=', '!=': '≠' } as const;
/** Functions whose powers are written behind the name: sin²x. */
const POWERS_AT_NAME = new Set('sin cos tan sinh cosh tanh log'.split(' '));
const INDEX_NAMES = [...'ijklmpqrs'];

/** The boxes of a program: its result, perhaps behind a label, and what its names stand for. */
export function programBox(
  program: ProgramNode,
  { ranks, label }: { readonly ranks: ReadonlyMap<string, number>; readonly label?: Box },
): Box {
  const names = new Set([...ranks.keys(), ...namesIn(program.statements)]);
  const layout = new FormulaLayout(new Ranks(new Map(ranks)), names);
  return layout.program(program.statements, label);
}

/** Every name that stands for a value. */
function* namesIn(statements: ProgramNode['statements']): Iterable<string> {
  const waiting: unknown[] = [...statements];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (typeof part !== 'object' || part === null) continue;
    const { kind, name } = part as { readonly kind?: string; readonly name?: string };
    if ((kind === 'name' || kind === 'let') && name !== undefined) yield name;
    for (const inner of Object.values(part)) if (typeof inner === 'object') waiting.push(inner);
  }
}

class FormulaLayout implements Layout {
  constructor(
    private readonly ranks: Ranks,
    private readonly names: ReadonlySet<string>,
  ) {}

  rank(e: Expr): number {
    return this.ranks.of(e);
  }

  taken(name: string): boolean {
    return this.names.has(name);
  }

  indices(count: number, at: Indices): string[] {
    const free = INDEX_NAMES.filter((name) => !this.names.has(name) && !at.includes(name));
    const more = Array.from({ length: count }, (_, i) => `i${i + 1}`).filter((name) => !this.names.has(name));
    return [...free, ...more].slice(0, count);
  }

  /** The result, and below it what names stand for. */
  program(statements: ProgramNode['statements'], label?: Box): Box {
    const lets: Box[] = [];
    let result: Box = row();
    for (const s of statements) {
      this.ranks.declare(s);
      if (s.kind === 'let') lets.push(row(nameBox(s.name), sign('='), this.of(s.value).box));
      else if (s.kind === 'expression') result = this.of(s.value).box;
    }
    if (label !== undefined) result = row(label, sign('='), result);
    if (lets.length === 0) return result;
    const lines = lets.map((box, i) => [tight(prose(i === 0 ? 'where ' : 'and '), box)]);
    return table('lines', [[result], ...lines]);
  }

  of(e: Expr, at?: Indices): Piece {
    tick();
    if (at !== undefined && this.rank(e) === 0) return this.of(e);
    switch (e.kind) {
      case 'number':
        return e.value < 0 ? negative(atom(numberBox(-e.value))) : this.number(e.value);
      case 'boolean':
        return atom(word(String(e.value)));
      case 'name':
        return atom(nameBox(e.name, this.subscripts(e, at)), at === undefined ? this.rank(e) : 0);
      case 'unary':
        return this.unary(e, at);
      case 'binary':
        return this.binary(e, at);
      case 'compare':
        return this.comparison(e, at);
      case 'ternary':
        return choicePiece(this, e, at);
      case 'call':
        return callPiece(this, e, at);
      case 'comprehension':
        return at === undefined ? comprehensionPiece(this, e) : this.element(e, at);
      case 'transpose':
        return this.transpose(e.operand, e, at);
      case 'index':
        return at === undefined ? this.index(e.base, e.items, this.rank(e)) : this.element(e, at);
      case 'list':
        return at === undefined ? this.list(e.items, this.rank(e)) : this.element(e, at);
      case 'block':
        return at === undefined
          ? { box: this.program(e.statements), strength: strength.choice, rank: this.rank(e) }
          : this.element(e, at);
      default:
        return { box: prose(printExpr(e)), strength: strength.choice, rank: this.rank(e) };
    }
  }

  private number(value: number): Piece {
    const box = numberBox(value);
    return { box, strength: box.kind === 'row' ? strength.product : strength.atom, rank: 0 };
  }

  /** The indices that belong to an expression: those of the last axes, as broadcasting aligns them. */
  private subscripts(e: Expr, at: Indices | undefined): Box[] {
    if (at === undefined) return [];
    return at.slice(Math.max(0, at.length - this.rank(e))).map((i) => nameBox(i));
  }

  /** An element of what has no element-wise form. */
  element(e: Expr, at: Indices): Piece {
    const whole = this.of(e);
    const box = subscript(fence(whole.box), indexBox(this.subscripts(e, at)));
    return { box, strength: strength.script, rank: 0 };
  }

  private unary(e: Expr & { kind: 'unary' }, at: Indices | undefined): Piece {
    const operand = this.of(e.operand, at);
    switch (e.operator) {
      case '-':
        return negative(operand);
      case '+':
        return operand;
      case 'sqrt':
        return { ...operand, box: { kind: 'root', of: operand.box }, strength: strength.atom };
      default:
        return {
          ...operand,
          box: row(sign('¬'), within(operand, strength.script)),
          strength: strength.not,
        };
    }
  }

  private binary(e: BinaryNode, at: Indices | undefined): Piece {
    if (at !== undefined && e.operator === '@') return this.element(e, at);
    if (isProduct(e)) return productPiece(this, e, at);
    if (e.operator === '^') return this.power(e, at);
    if (e.operator === '+' || e.operator === '-') return this.sum(e, at);
    return this.logical(e, at);
  }

  private logical(e: BinaryNode, at: Indices | undefined): Piece {
    const { head, links } = chainOf(e, (node) => node.operator === e.operator);
    const level = e.operator === 'and' ? strength.and : strength.or;
    const operands = [head, ...links.map((link) => link.right)].map((x) => within(this.of(x, at), level + 1));
    const joint = sign(e.operator === 'and' ? '∧' : '∨');
    const box = row(...operands.flatMap((x, i) => (i === 0 ? [x] : [joint, x])));
    return { box, strength: level, rank: at === undefined ? this.rank(e) : 0 };
  }

  private sum(e: BinaryNode, at: Indices | undefined): Piece {
    const { head, links } = chainOf(e, ({ operator }) => operator === '+' || operator === '-');
    const first = this.of(head, at);
    let last = first;
    let least: number = strength.sum;
    const items: Box[] = [];
    let { rank } = first;
    for (const { operator, right } of links) {
      let minus = operator === '-';
      let term = right;
      while (term.kind === 'unary' && term.operator === '-') {
        minus = !minus;
        term = term.operand;
      }
      items.push(within(closed(last, 'sum'), least), sign(minus ? '-' : '+'));
      last = this.of(term, at);
      least = strength.elementwise;
      rank = Math.max(rank, last.rank);
    }
    items.push(within(last, least));
    return { box: row(...items), strength: strength.sum, rank, ...(last.open && { open: last.open }) };
  }

  private power({ left, right }: BinaryNode, at: Indices | undefined): Piece {
    const rank = at === undefined ? Math.max(this.rank(left), this.rank(right)) : 0;
    const plain = this.exponent(right, at);
    // Of a matrix, the second power would be its product with itself.
    const exponent = rank > 0 ? tight(sign('∘'), plain) : plain;
    const named =
      left.kind === 'call' &&
      POWERS_AT_NAME.has(left.callee) &&
      left.args.length === 1 &&
      right.kind === 'number' &&
      Number.isInteger(right.value) &&
      right.value > 1;
    if (named) {
      const [argument] = left.args as [(typeof left.args)[0]];
      const box = tight(power(word(left.callee), exponent), fence(this.of(argument.value, at).box));
      return { box, strength: strength.script, rank };
    }
    return {
      box: power(within(this.of(left, at), strength.atom), exponent),
      strength: strength.script,
      rank,
    };
  }

  /** Simple fractions are written on the line in an exponent. */
  private exponent(e: Expr, at: Indices | undefined): Box {
    const simple = (part: Expr) => part.kind === 'number' || part.kind === 'name';
    if (e.kind === 'binary' && e.operator === '/' && simple(e.left) && simple(e.right))
      return tight(this.of(e.left, at).box, sign('/'), this.of(e.right, at).box);
    return this.of(e, at).box;
  }

  private comparison(e: CompareNode, at: Indices | undefined): Piece {
    const part = (operand: Expr) => within(this.of(operand, at), strength.sum);
    const rest = e.rest.flatMap(({ operator, operand }) => [sign(RELATIONS[operator]), part(operand)]);
    const rank = at === undefined ? this.rank(e) : 0;
    return { box: row(part(e.first), ...rest), strength: strength.relation, rank };
  }

  private transpose(operand: Expr, e: Expr, at: Indices | undefined): Piece {
    const rank = this.rank(operand);
    if (at !== undefined) return rank === 2 ? this.of(operand, [...at].reverse()) : this.of(operand, at);
    // The transpose of a vector is the vector itself.
    if (rank < 2) return this.of(operand);
    if (operand.kind === 'call' && operand.callee === 'inv' && operand.args[0]) {
      const base = within(this.of(operand.args[0].value), strength.atom);
      return { box: power(base, tight(sign('-'), sign('⊤'))), strength: strength.script, rank };
    }
    return { box: transposedBox(this.of(operand)), strength: strength.script, rank: this.rank(e) };
  }

  private index(base: Expr, items: readonly IndexItem[], rank: number): Piece {
    const places = items.map((item) => this.place(item));
    if (base.kind === 'name') return atom(nameBox(base.name, places), rank);
    const box = subscript(fence(this.of(base).box), indexBox(places));
    return { box, strength: strength.script, rank };
  }

  private place(item: IndexItem): Box {
    if (item.kind === 'at') return this.of(item.index).box;
    const part = (e: Expr | undefined) => (e === undefined ? [] : [this.of(e).box]);
    const step = item.step === undefined ? [] : [sign(':'), ...part(item.step)];
    return tight(...part(item.from), sign(':'), ...part(item.to), ...step);
  }

  private list(items: readonly Expr[], rank: number): Piece {
    const rowOf = (e: Expr) => (e.kind === 'list' ? e.items.map((x) => this.of(x).box) : [this.of(e).box]);
    if (rank > 2) return atom(fence(listed(items.map((x) => this.of(x).box)), '[', ']'), rank);
    return atom(fence(table('matrix', items.map(rowOf)), '[', ']'), rank);
  }
}
