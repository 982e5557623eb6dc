/**
 * Lowering: from syntax to the upper IR. Names get types, shapes are worked out and unified, broadcasting becomes
 * explicit, library functions become operations.
 *
 * The caller states the type of every variable; dimensions among them that are listed as flexible may be bound by what
 * the program does with them (`dot(x, y)` makes two lengths one).
 */
import type { ProgramNode } from '../../../grammar/ast.js';
import { type Dim, printDim, type Shape } from '../../core/affine.js';
import { during } from '../../core/deadline.js';
import { AdcError, type Diagnostic } from '../../core/diagnostic.js';
import { redeclared, unknownOutput } from '../../core/errors/types.js';
import { noSpan, type Span } from '../../core/span.js';
import { nearest } from '../../core/suggest.js';
import { Builder } from '../builder.js';
import { asFloat, dimTerm, type Term, valueTerm } from '../term.js';
import { type DType, type Module, type Param, type Role, tensor, type Value } from '../types.js';
import { Unifier } from '../unify.js';
import { type Context, Scope } from './context.js';
import { lowerExpression } from './expression.js';
import { namesOf } from './free.js';
import { statements } from './statements.js';

export interface VariableType {
  readonly name: string;
  readonly role: Extract<Role, 'param' | 'data'>;
  readonly dtype: DType;
  readonly shape: Shape;
  readonly span: Span;
  /** What an integer that serves as index or size is: its value, or a named dimension. It is then no parameter. */
  readonly known?: Dim;
}

export interface LowerOptions {
  readonly variables: readonly VariableType[];
  /** Names of dimensions in scope as integers, with their sizes. */
  readonly dims?: ReadonlyMap<string, Dim>;
  /** Names of dimensions that the program may bind. */
  readonly flexible?: ReadonlySet<string>;
  /** A named value to compute instead of the output. */
  readonly of?: string;
}

export interface Lowered {
  readonly module: Module;
  readonly diagnostics: readonly Diagnostic[];
  /** What was found out about flexible dimensions. */
  readonly dims: Unifier;
}

/**
 * Lowers a program.
 * @throws AdcError with every independent fault of names, types and shapes
 */
export function lower(program: ProgramNode, options: LowerOptions): Lowered {
  during('working out names and shapes');
  const b = new Builder();
  const names = namesOf(program);
  const cx: Context = {
    b,
    program,
    dims: new Unifier(options.flexible),
    bound: names.bound,
    errors: [],
    remarks: [],
    named: new Map(),
    requires: [],
    scope: new Scope(),
    expression: (e) => lowerExpression(cx, e),
  };
  const params = declare(cx, options);
  const result = statements(cx, program.statements, { start: 0, end: program.source.length }, true);
  const output = cx.errors.length === 0 ? outputOf(cx, result, options.of) : undefined;
  if (!output) throw AdcError.of(cx.errors);
  const requires = requirements(cx);
  const main = {
    ...b.finish('value', params, [output], ['value']),
    ...(requires.length > 0 && { requires }),
  };
  return {
    module: { source: program.source, main, functions: new Map() },
    diagnostics: cx.remarks,
    dims: cx.dims,
  };
}

/** What was required of sizes and only the run can tell: of forms that differ by a constant the least. */
function requirements(cx: Context): Dim[] {
  const least = new Map<string, Exclude<Dim, number>>();
  for (const dim of cx.requires.map((d) => cx.dims.resolve(d))) {
    if (typeof dim === 'number') continue;
    if (dim.constant >= 0 && dim.terms.every(([, coefficient]) => coefficient > 0)) continue;
    const key = printDim({ ...dim, constant: 0 });
    if (dim.constant < (least.get(key)?.constant ?? Number.POSITIVE_INFINITY)) least.set(key, dim);
  }
  return [...least.values()];
}

function declare(cx: Context, options: LowerOptions): Param[] {
  const params: Param[] = [];
  for (const [name, dim] of options.dims ?? [])
    cx.scope.declare(name, dimTerm(dim, noSpan, true), noSpan, false);
  const declared = new Set<string>();
  for (const v of options.variables) {
    if (declared.has(v.name)) cx.errors.push(...redeclared(v.span, v.name).diagnostics);
    declared.add(v.name);
    if (v.known !== undefined) {
      cx.scope.declare(v.name, dimTerm(v.known, v.span, true), v.span, false);
      continue;
    }
    const p = cx.b.param(v.name, tensor(v.dtype, v.shape), v.role);
    params.push(p);
    cx.scope.declare(v.name, valueTerm(p.value, v.span), v.span, false);
    cx.named.set(v.name, p.value);
  }
  return params;
}

function outputOf(cx: Context, result: Term, of: string | undefined): Value {
  if (of === undefined) return floatOutput(cx, result);
  const value = cx.named.get(of);
  if (!value) throw unknownOutput(of, nearest(of, cx.named.keys()));
  return floatOutput(cx, valueTerm(value, result.span));
}

function floatOutput(cx: Context, t: Term): Value {
  if (t.type.dtype !== 'bool') return asFloat(cx.b, t);
  const v = t.value as Value;
  return cx.b.select(v, cx.b.full(1, v.type.shape), cx.b.full(0, v.type.shape));
}
