/**
 * Matching patterns of formulas with what a program says, as a reader would: factors and terms in either order, `x*x` as
 * `x^2`, names that stand for an earlier expression looked through.
 */
import type { BinaryNode, CallNode, Expr } from '../../../grammar/ast.js';
import { CONSTANTS } from '../../ir/lower/constants.js';
import { elementwiseRow, reductionRow } from '../../ops/table.js';

/** What names stand for: the values of the lets in scope. */
export type Scope = ReadonlyMap<string, Expr>;

export interface Match {
  /** What the letters of the pattern stand for. */
  readonly letters: ReadonlyMap<string, Expr>;
  /** The parts of the formula that the pattern itself spells out, the whole of it among them. */
  readonly parts: readonly Expr[];
  /** Arguments given by name, such as an axis, to the reductions in it. */
  readonly named: CallNode['args'];
}

const LETTERS = new Set(['a', 'b', 'c']);

/** The canonical name of a function: `ln` is `log`. */
const canonical = (name: string) => elementwiseRow(name)?.name ?? reductionRow(name)?.name ?? name;

/** An expression in the form in which patterns are written. */
function plain(e: Expr, scope: Scope): Expr {
  let inner = e;
  for (let value = e; value.kind === 'name'; inner = value) {
    const next = scope.get(value.name);
    if (!next) break;
    value = next;
  }
  if (inner.kind === 'unary' && inner.operator === 'sqrt') return asCall('sqrt', inner.operand, inner);
  if (inner.kind === 'unary' && inner.operator === '+') return plain(inner.operand, scope);
  if (inner.kind === 'binary' && inner.operator === '^' && isE(inner.left, scope))
    return asCall('exp', inner.right, inner);
  return inner;
}

const asCall = (callee: string, value: Expr, e: Expr): CallNode => ({
  kind: 'call',
  callee,
  calleeSpan: e.span,
  args: [{ value, span: value.span }],
  span: e.span,
});

const isE = (e: Expr, scope: Scope) =>
  e.kind === 'name' && e.name === 'e' && !scope.has('e') && CONSTANTS.has('e');

/** Whether two expressions say the same. */
export function sameExpr(a: Expr, b: Expr, scope: Scope): boolean {
  const [p, q] = [plain(a, scope), plain(b, scope)];
  if (p === q) return true;
  if (p.kind !== q.kind) return false;
  const same = (x: Expr, y: Expr) => sameExpr(x, y, scope);
  switch (p.kind) {
    case 'number':
    case 'boolean':
      return p.value === (q as typeof p).value;
    case 'name':
      return p.name === (q as typeof p).name;
    case 'unary':
      return p.operator === (q as typeof p).operator && same(p.operand, (q as typeof p).operand);
    case 'binary': {
      const other = q as typeof p;
      return p.operator === other.operator && same(p.right, other.right) && same(p.left, other.left);
    }
    case 'call': {
      const other = q as typeof p;
      const names = p.args.length === other.args.length && canonical(p.callee) === canonical(other.callee);
      return (
        names &&
        p.args.every((x, i) => x.name === other.args[i]?.name && same(x.value, other.args[i]?.value as Expr))
      );
    }
    case 'transpose':
      return same(p.operand, (q as typeof p).operand);
    case 'index': {
      const other = q as typeof p;
      const at = (e: typeof p) => e.items.map((item) => (item.kind === 'at' ? item.index : undefined));
      const [mine, theirs] = [at(p), at(other)];
      const plainItems =
        mine.length === theirs.length && mine.every((x, i) => x && theirs[i] && same(x, theirs[i]));
      return plainItems && same(p.base, other.base);
    }
    case 'list': {
      const other = q as typeof p;
      return (
        p.items.length === other.items.length && p.items.every((x, i) => same(x, other.items[i] as Expr))
      );
    }
    default:
      return false;
  }
}

/** A matching in the making: what was bound is undone when a way turns out to lead nowhere. */
class Matching {
  readonly letters = new Map<string, Expr>();
  parts: Expr[] = [];
  named: CallNode['args'] = [];

  constructor(private readonly scope: Scope) {}

  private attempt(way: () => boolean): boolean {
    const [letters, parts, named] = [new Map(this.letters), this.parts.length, this.named];
    if (way()) return true;
    this.letters.clear();
    for (const [name, e] of letters) this.letters.set(name, e);
    this.parts = this.parts.slice(0, parts);
    this.named = named;
    return false;
  }

  match(pattern: Expr, e: Expr): boolean {
    if (pattern.kind === 'name' && LETTERS.has(pattern.name)) return this.bind(pattern.name, e);
    const found = plain(e, this.scope);
    this.parts.push(found);
    if (pattern.kind === 'number') return found.kind === 'number' && found.value === pattern.value;
    if (pattern.kind === 'unary')
      return (
        found.kind === 'unary' &&
        found.operator === pattern.operator &&
        this.match(pattern.operand, found.operand)
      );
    if (pattern.kind === 'call') return found.kind === 'call' && this.call(pattern, found);
    if (pattern.kind === 'binary') return this.binary(pattern, found);
    return false;
  }

  private bind(name: string, e: Expr): boolean {
    const known = this.letters.get(name);
    if (known) return sameExpr(known, e, this.scope);
    this.letters.set(name, e);
    return true;
  }

  private call(pattern: CallNode, found: CallNode): boolean {
    if (canonical(pattern.callee) !== canonical(found.callee)) return false;
    const positional = found.args.filter((a) => a.name === undefined);
    const named = found.args.filter((a) => a.name !== undefined);
    if (positional.length !== pattern.args.length) return false;
    if (named.length > 0) this.named = named;
    return pattern.args.every((a, i) => this.match(a.value, positional[i]?.value as Expr));
  }

  private binary(pattern: BinaryNode, found: Expr): boolean {
    if (found.kind !== 'binary') return false;
    const { operator, left, right } = pattern;
    if (operator === '^' && right.kind === 'number' && right.value === 2 && found.operator === '*')
      return sameExpr(found.left, found.right, this.scope) && this.match(left, found.left);
    if (operator === '@' && found.operator === '@') return this.inner(pattern, found);
    if (operator !== found.operator) return false;
    if (this.attempt(() => this.match(left, found.left) && this.match(right, found.right))) return true;
    const either = operator === '+' || operator === '*';
    return either && this.attempt(() => this.match(left, found.right) && this.match(right, found.left));
  }

  /** `x'@x` of a vector is `x@x`. */
  private inner(pattern: BinaryNode, found: BinaryNode): boolean {
    const left = found.left.kind === 'transpose' ? found.left.operand : found.left;
    return this.match(pattern.left, left) && this.match(pattern.right, found.right);
  }
}

/** Matches a pattern with an expression as a whole. */
export function matchExpr(pattern: Expr, e: Expr, scope: Scope): Match | undefined {
  const matching = new Matching(scope);
  return matching.match(pattern, e) ? matching : undefined;
}
