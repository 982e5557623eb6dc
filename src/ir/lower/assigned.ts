/**
 * What statements do to the names around them, read off the syntax: which they assign, and whether they jump. An
 * assignment to a name that the block itself has declared before stays inside. Jumps count as assignments to the two flags that
 * stand for them, up to the loop that they end.
 */
import type { BlockNode, Expr, Statement } from '../../../grammar/ast.js';
import { partsOf } from '../../../grammar/parts.js';

/** Names that cannot be written: set where a loop is left, or its iteration. */
export const LEFT = '%left';
export const SKIPPED = '%skipped';

const known = new WeakMap<object, ReadonlySet<string>>();

function addFrom(first: Expr, names: Set<string>): void {
  const waiting: Expr[] = [first];
  for (let e = waiting.pop(); e; e = waiting.pop()) {
    for (const part of partsOf(e)) waiting.push(part);
    const blocks = e.kind === 'block' ? [e] : e.kind === 'if' ? e.branches.map((b) => b.body) : [];
    for (const block of blocks) for (const name of assignedInBlock(block)) names.add(name);
    if (e.kind === 'if' && e.otherwise) for (const name of assignedInBlock(e.otherwise)) names.add(name);
  }
}

function addAll(s: Statement, names: Set<string>): void {
  switch (s.kind) {
    case 'let':
    case 'var':
    case 'expression':
      addFrom(s.value, names);
      break;
    case 'assign':
      names.add(s.target.kind === 'name' ? s.target.name : s.target.base.name);
      addFrom(s.target, names);
      addFrom(s.value, names);
      break;
    case 'while':
      addFrom(s.condition, names);
      for (const name of assignedInLoop(s.body)) names.add(name);
      break;
    case 'for':
      addFrom(s.clause.from, names);
      addFrom(s.clause.to, names);
      for (const name of assignedInLoop(s.body)) if (name !== s.clause.name) names.add(name);
      break;
    case 'break':
      names.add(LEFT);
      break;
    case 'continue':
      names.add(SKIPPED);
      break;
    default:
      break;
  }
}

function assignedInLoop(body: BlockNode): string[] {
  return [...assignedInBlock(body)].filter((name) => name !== LEFT && name !== SKIPPED);
}

/** The names around a block that it assigns. */
export function assignedInBlock(block: BlockNode): ReadonlySet<string> {
  const before = known.get(block);
  if (before) return before;
  const names = assignedIn(block.statements);
  known.set(block, names);
  return names;
}

/** The same for statements in a row. */
export function assignedIn(statements: readonly Statement[]): ReadonlySet<string> {
  const names = new Set<string>();
  const own = new Set<string>();
  for (const s of statements) {
    const assigned = new Set<string>();
    addAll(s, assigned);
    for (const name of assigned) if (!own.has(name)) names.add(name);
    if (s.kind === 'let' || s.kind === 'var') own.add(s.name);
  }
  return names;
}

/** The same for expressions. */
export function assignedBy(...expressions: readonly Expr[]): ReadonlySet<string> {
  const names = new Set<string>();
  for (const e of expressions) addFrom(e, names);
  return names;
}

/** Whether what follows a statement may be skipped because of it. */
export function mayJump(s: Statement): boolean {
  if (s.kind === 'break' || s.kind === 'continue') return true;
  if (s.kind !== 'expression' && s.kind !== 'let' && s.kind !== 'var' && s.kind !== 'assign') return false;
  const names = new Set<string>();
  addAll(s, names);
  return names.has(LEFT) || names.has(SKIPPED);
}

/** Whether an expression mentions one of the names; of one with blocks it is assumed. */
export function mentions(first: Expr, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  const waiting: Expr[] = [first];
  for (let e = waiting.pop(); e; e = waiting.pop()) {
    if (e.kind === 'block' || e.kind === 'if' || (e.kind === 'name' && names.has(e.name))) return true;
    for (const part of partsOf(e)) waiting.push(part);
  }
  return false;
}
