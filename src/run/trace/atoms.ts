/**
 * Atoms: the scalars that a trace is made of. A node gets a row of its own and a name v1, v2, …; constants and
 * conditions are written into the formulas of the nodes that use them.
 *
 * Nodes are named once all of them are known, so whatever is written with names is a function.
 */
import type { Expr } from '../../../grammar/index.js';
import type { ElementwiseRow, ReductionRow } from '../../ops/row.js';
import {
  callText,
  literal,
  nameText,
  partialTerm,
  reductionText,
  rowText,
  rowValue,
  type Term,
  weightTerms,
} from './terms.js';

/** The way from a node to one that it is computed from. */
export interface Link {
  readonly operand: Node;
  readonly partial: () => Term;
}

export interface Constant {
  readonly kind: 'constant';
  readonly value: number;
}
export interface Condition {
  readonly kind: 'condition';
  readonly value: number;
  readonly level: number;
  readonly formula: () => Expr;
  readonly uses: readonly Atom[];
}
export interface Node {
  readonly kind: 'node';
  readonly value: number;
  /** Length of the longest way from a leaf. */
  readonly level: number;
  readonly formula: () => Expr;
  readonly links: readonly Link[];
  /** All that the formula mentions. */
  readonly uses: readonly Atom[];
  /** Whether it depends on what is differentiated. */
  readonly active: boolean;
  readonly leaf: boolean;
  /** What is worth saying about this node: the branch taken, a derivative cut off. */
  readonly note?: () => Note;
  /** `v3`; given last. */
  name: string;
  /** The name that the program has for it. */
  label?: string;
}
export type Note =
  | { readonly kind: 'condition'; readonly text: Expr; readonly holds: boolean }
  | { readonly kind: 'detached' };

export type Atom = Constant | Condition | Node;

export const constant = (value: number): Constant => ({ kind: 'constant', value });

export function leaf(value: number, label: string, active: boolean): Node {
  const formula = () => nameText(label);
  return { kind: 'node', value, level: 0, formula, links: [], uses: [], active, leaf: true, name: '', label };
}

/** The nodes that the formulas of the given atoms need, these included. */
export function neededBy(atoms: readonly Atom[]): Set<Atom> {
  const needed = new Set<Atom>(atoms);
  for (const atom of needed) if (atom.kind !== 'constant') for (const a of atom.uses) needed.add(a);
  return needed;
}

export const levelOf = (atom: Atom): number => (atom.kind === 'constant' ? 0 : atom.level);

export function textOf(atom: Atom): Expr {
  return termOf(atom).text;
}

export function termOf(atom: Atom): Term {
  if (atom.kind === 'constant') return literal(atom.value);
  return { value: atom.value, text: atom.kind === 'node' ? nameText(atom.name) : atom.formula() };
}

const highest = (atoms: readonly Atom[]) => Math.max(0, ...atoms.map(levelOf));
const one = () => literal(1);

interface NodeDraft {
  readonly value: number;
  readonly from: readonly Atom[];
  readonly formula: () => Expr;
  readonly links: readonly Link[];
  readonly note?: () => Note;
}

function node({ value, from, formula, links, note }: NodeDraft): Node {
  return {
    kind: 'node',
    value,
    level: 1 + highest(from),
    formula,
    links,
    uses: from,
    active: links.some((l) => l.operand.active),
    leaf: false,
    ...(note && { note }),
    name: '',
  };
}

function link(atom: Atom, partial: () => Term): Link[] {
  return atom.kind === 'node' ? [{ operand: atom, partial }] : [];
}

/** A row of the table applied to atoms. */
export function elementwiseAtom(row: ElementwiseRow, args: readonly Atom[], alias?: string): Atom {
  const value = rowValue(
    row,
    args.map((a) => a.value),
  );
  if (args.every((a) => a.kind === 'constant')) return constant(value);
  const formula = () => rowText(row, args.map(textOf), alias);
  if (row.result === 'bool') return { kind: 'condition', value, level: highest(args), formula, uses: args };
  const links = args.flatMap((a, i) => {
    const partial = row.partials[i];
    if (partial === undefined || partial === 'zero') return [];
    return link(a, () => partialTerm(partial, args.map(termOf), termOf(self)));
  });
  const self: Node = node({ value, from: args, formula, links });
  return self;
}

/** A reduction of atoms. */
export function reductionAtom(row: ReductionRow, args: readonly Atom[]): Atom {
  const value = row.value(args.map((a) => a.value));
  const [only] = args;
  if (args.every((a) => a.kind === 'constant')) return constant(value);
  if (row.weights === 'ones' && args.length === 1) return only as Atom;
  const formula = () => reductionText(row, args.map(textOf));
  if (row.result === 'bool') return { kind: 'condition', value, level: highest(args), formula, uses: args };
  let weights: readonly Term[] | undefined;
  const weight = (i: number) => {
    weights ??= weightTerms(row, args.map(termOf), termOf(self)) as readonly Term[];
    return weights[i] as Term;
  };
  const links = row.weights === 'zero' ? [] : args.flatMap((a, i) => link(a, () => weight(i)));
  const self: Node = node({ value, from: args, formula, links });
  return self;
}

/** `where(c, a, b)`: only the branch that is taken is linked. */
export function selectAtom(c: Atom, a: Atom, b: Atom): Atom {
  const taken = c.value ? a : b;
  if (c.kind === 'constant') return taken;
  const formula = () => callText('where', textOf(c), textOf(a), textOf(b));
  return choice(c, taken, [c, a, b], formula);
}

/** `c ? a : b`, of which only the branch taken was computed. */
export function branchAtom(c: Atom, taken: Atom): Atom {
  if (c.kind === 'constant') return taken;
  const unknown = nameText('…');
  const formula = (): Expr => ({
    kind: 'ternary',
    condition: textOf(c),
    then: c.value ? textOf(taken) : unknown,
    otherwise: c.value ? unknown : textOf(taken),
    span: { start: 0, end: 0 },
  });
  return choice(c, taken, [c, taken], formula);
}

function choice(c: Atom, taken: Atom, from: readonly Atom[], formula: () => Expr): Atom {
  const { value } = taken;
  if (taken.kind === 'condition')
    return { kind: 'condition', value, level: highest(from), formula, uses: from };
  const note = (): Note => ({ kind: 'condition', text: textOf(c), holds: c.value !== 0 });
  return node({ value, from, formula, links: link(taken, one), note });
}

export function detachedAtom(a: Atom): Atom {
  if (a.kind === 'constant') return a;
  const formula = () => callText('detach', textOf(a));
  return node({ value: a.value, from: [a], formula, links: [], note: () => ({ kind: 'detached' }) });
}
