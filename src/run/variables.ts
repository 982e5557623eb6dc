/** The variables of a program: declared with param and data, or taken from its free names. */
import type { DeclareStatement, Expr, ProgramNode } from '../../grammar/ast.js';
import { addDims, type Dim, mulDims, namedDim, type Shape } from '../core/affine.js';
import { badDimension } from '../core/errors/values.js';
import type { Span } from '../core/span.js';
import { isFunction } from '../ir/lower/call.js';
import { CONSTANTS } from '../ir/lower/constants.js';
import { type FreeName, type Names, namesOf } from '../ir/lower/free.js';

export interface ProgramVariable {
  readonly name: string;
  readonly role: 'param' | 'data';
  readonly integer: boolean;
  /** Serves as index or size, so the code is made for its value. */
  readonly known: boolean;
  readonly span: Span;
  /** The declared shape, where one is declared. */
  readonly shape: Shape | undefined;
  /** The rank that the program demands of it, where it demands one. */
  readonly rank: number | undefined;
  readonly value: Expr | undefined;
}

/** A dimension as written in a declaration. */
function dimOf(e: Expr): Dim {
  if (e.kind === 'number' && e.integer) return e.value;
  if (e.kind === 'name') return namedDim(e.name);
  if (e.kind === 'binary') {
    const [a, b] = [dimOf(e.left), dimOf(e.right)];
    if (e.operator === '+') return addDims(a, b);
    if (e.operator === '-') return addDims(a, b, -1);
    const product = e.operator === '*' ? mulDims(a, b) : undefined;
    if (product !== undefined) return product;
  }
  throw badDimension(e.span);
}

function declared(
  s: DeclareStatement,
  used: ReadonlyMap<string, { integer: boolean; rank: number | undefined }>,
): ProgramVariable {
  const free = used.get(s.name);
  const shape = s.shape?.map(dimOf);
  return {
    name: s.name,
    role: s.kind,
    integer: s.integer,
    known: s.integer && (shape?.length ?? 0) === 0,
    span: s.nameSpan,
    shape: shape ?? (s.integer ? [] : undefined),
    rank: shape?.length ?? free?.rank,
    value: s.value,
  };
}

/** Names that are given a value but only called, as in x(3): lowering says that they are no functions. */
function calledVariables({ free, called }: Names, given: ReadonlySet<string>): FreeName[] {
  return [...called]
    .filter(([name]) => given.has(name) && !free.has(name) && !isFunction(name))
    .map(([name, span]) => ({ name, span, rank: undefined, integer: false }));
}

/** The variables in order of declaration, or of first appearance; constants count where `given` names them. */
export function variablesOf(program: ProgramNode, given: ReadonlySet<string>): ProgramVariable[] {
  const names = namesOf(program);
  const declarations = program.statements.filter(
    (s): s is DeclareStatement => s.kind === 'param' || s.kind === 'data',
  );
  if (declarations.length > 0) return declarations.map((s) => declared(s, names.mentioned));
  const free = [...names.free.values()].filter((n) => !CONSTANTS.has(n.name) || given.has(n.name));
  return [...free, ...calledVariables(names, given)].map((n) => ({
    name: n.name,
    role: n.integer ? 'data' : 'param',
    integer: n.integer,
    known: n.integer,
    span: n.span,
    shape: n.integer ? [] : undefined,
    rank: n.rank,
    value: undefined,
  }));
}
