/**
 * From matrix notation to syntax: what occurs twice and is worth it becomes a `let`, under the program's own name for
 * it where there is one. Formulas that nest too deep for the parser are cut by a `let` too.
 */
import type { Expr, LetStatement } from '../../../grammar/ast.js';
import { type Matrix, partsOfMatrix } from './matrix.js';
import { isDecimal, isInteger, ratio, toNumber } from './rational.js';
import * as syntax from './syntax.js';

export interface Written {
  readonly statements: LetStatement[];
  readonly expression: Expr;
}

/** What writing a subformula once more would cost, in operations; matrix products count four times. */
const WORTH = 4;
/** A subformula with a name of its own in the program is shared sooner. */
const WORTH_NAMED = 2;
const DEEPEST = 60;

interface Draft {
  readonly e: Expr;
  readonly work: number;
  readonly depth: number;
  /** The counters of comprehensions around that it mentions: it can only stand inside them. */
  readonly counters: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

function reachable(root: Matrix): { order: Matrix[]; uses: Map<Matrix, number> } {
  const uses = new Map<Matrix, number>([[root, 1]]);
  const stack = [root];
  for (let m = stack.pop(); m !== undefined; m = stack.pop()) {
    for (const p of partsOfMatrix(m)) {
      const known = uses.get(p);
      uses.set(p, (known ?? 0) + 1);
      if (known === undefined) stack.push(p);
    }
  }
  return { order: [...uses.keys()].sort((a, b) => a.id - b.id), uses };
}

const ownWork = (m: Matrix) => {
  if (m.kind === 'binary') return m.op === '@' ? 4 : 1;
  if (m.kind === 'call')
    return m.name === 'length' || m.name === 'shape'
      ? 0
      : m.name === 'zeros' || m.name === 'ones'
        ? 0.5
        : m.name === 'dot' || m.name === 'outer'
          ? 3
          : 2;
  return m.kind === 'scale' || m.kind === 'choice' || m.kind === 'comprehension'
    ? 1
    : m.kind === 'negate' || m.kind === 'transpose'
      ? 0.5
      : 0;
};

class Names {
  private next = 1;

  constructor(private readonly taken: Set<string>) {}

  choose(wished: string | undefined): string {
    if (wished !== undefined && !this.taken.has(wished)) {
      this.taken.add(wished);
      return wished;
    }
    while (this.taken.has(`t${this.next}`)) this.next++;
    const name = `t${this.next++}`;
    this.taken.add(name);
    return name;
  }
}

/**
 * Writes a formula. `taken` are names that must not be declared; `named` gives the program's names of subformulas.
 */
export function write(
  root: Matrix,
  taken: ReadonlySet<string>,
  named: (m: Matrix) => string | undefined,
): Written {
  const { order, uses } = reachable(root);
  const repeated = insideComprehensions(order);
  const names = new Names(new Set(taken));
  const drafts = new Map<Matrix, Draft>();
  const statements: LetStatement[] = [];
  for (const m of order) {
    const draft = compose(m, (p) => drafts.get(p) as Draft);
    const count = uses.get(m) ?? 1;
    const wished = count > 1 && draft.work >= WORTH_NAMED ? named(m) : undefined;
    const worth = (count - 1) * draft.work >= (wished === undefined ? WORTH : WORTH_NAMED);
    const movable = m !== root && !isLeaf(m) && draft.counters.size === 0;
    const often = (count > 1 && worth) || repeated.has(m);
    const shared = movable && ((often && draft.work >= 2) || draft.depth > DEEPEST);
    if (!shared) {
      drafts.set(m, draft);
      continue;
    }
    const name = names.choose(wished ?? named(m));
    statements.push(syntax.letStatement(name, draft.e));
    drafts.set(m, { e: syntax.name(name), work: 0, depth: 0, counters: none });
  }
  return { statements, expression: (drafts.get(root) as Draft).e };
}

const isLeaf = (m: Matrix) =>
  m.kind === 'number' || m.kind === 'name' || m.kind === 'list' || m.kind === 'counter';

/** What stands inside comprehensions: computed once for every element unless a `let` before computes it. */
function insideComprehensions(order: readonly Matrix[]): Set<Matrix> {
  const inside = new Set<Matrix>();
  for (let k = order.length - 1; k >= 0; k--) {
    const m = order[k] as Matrix;
    if (m.kind === 'comprehension') inside.add(m.args[0] as Matrix);
    if (m.kind === 'comprehension' || inside.has(m)) {
      const parts = m.kind === 'comprehension' && !inside.has(m) ? [m.args[0] as Matrix] : partsOfMatrix(m);
      for (const p of parts) inside.add(p);
    }
  }
  return inside;
}

function countersOf(m: Matrix, parts: readonly Draft[]): ReadonlySet<string> {
  if (m.kind === 'counter') return new Set([m.name]);
  const own = parts.filter((p) => p.counters.size > 0);
  if (own.length === 0) return none;
  const all = new Set(own.flatMap((p) => [...p.counters]));
  if (m.kind === 'comprehension') for (const c of m.counters) all.delete(c);
  return all;
}

function compose(m: Matrix, of: (m: Matrix) => Draft): Draft {
  const parts = partsOfMatrix(m).map(of);
  let [work, depth] = [ownWork(m), 0];
  for (const [k, p] of parts.entries()) {
    work += p.work;
    depth = Math.max(depth, p.depth + (k === 0 && m.kind === 'binary' ? 0 : 1));
  }
  return { e: syntaxOf(m, parts.map((p) => p.e)), work, depth, counters: countersOf(m, parts) }; // biome-ignore format: one line
}

function syntaxOf(m: Matrix, parts: readonly Expr[]): Expr {
  const [x, y, z] = parts as [Expr, Expr, Expr];
  switch (m.kind) {
    case 'number':
      if (isInteger(m.value) || isDecimal(m.value)) return syntax.number(toNumber(m.value));
      return syntax.binary(
        '/',
        syntax.number(toNumber(ratio(m.value.n))),
        syntax.number(toNumber(ratio(m.value.d))),
      );
    case 'name':
      return syntax.name(m.name);
    case 'negate':
      return syntax.opposite(x);
    case 'not':
      return syntax.not(x);
    case 'transpose':
      return syntax.transposed(x);
    case 'binary':
      return syntax.binary(m.op, x, y);
    case 'scale':
      return syntax.scaled(x, y);
    case 'index':
      return syntax.index(x, m.items);
    case 'choice':
      return syntax.ternary(x, y, z);
    case 'call':
      return syntax.call(m.name, parts, m.axis);
    case 'counter':
      return syntax.name(m.name);
    case 'element':
      return syntax.element(x, parts.slice(1));
    case 'comprehension': {
      const ranges = m.counters.map((c, k): [string, Expr] => [c, parts[k + 1] as Expr]);
      return syntax.comprehension(x, ranges, m.reduction, m.filtered ? parts.at(-1) : undefined);
    }
    case 'list':
      return syntax.list(parts);
  }
}
