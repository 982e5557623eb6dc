/**
 * Lowering: from syntax to the upper IR. Names get types, shapes are worked out and unified, broadcasting becomes
 * explicit, library functions become operations.
 *
 * The caller states the type of every variable; dimensions among them that are listed as flexible may be bound by what
 * the program does with them (`dot(x, y)` makes two lengths one).
 */
import type { LetStatement, ProgramNode } from '../../../grammar/ast.js';
import { type Dim, dimNames, printDim, type Shape } from '../../core/affine.js';
import { during } from '../../core/deadline.js';
import { AdcError, type Diagnostic } from '../../core/diagnostic.js';
import { redeclared, unknownOutput } from '../../core/errors/types.js';
import { noSpan, type Span } from '../../core/span.js';
import { nearest } from '../../core/suggest.js';
import { Builder } from '../builder.js';
import { asFloat, dimTerm, poison, type Term, valueTerm } from '../term.js';
import { type DType, type Module, type Param, type Role, tensor, type Value } from '../types.js';
import { Unifier } from '../unify.js';
import { type Context, Scope } from './context.js';
import { lowerExpression } from './expression.js';
import { type Names, namesOf } from './free.js';
import { statements } from './statements.js';
import { contents } from './vars.js';

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
 * Lowers a program. A var begins as an integer if its first value is one; where something else turns out to be assigned
 * to it, everything is lowered anew with the var as a float.
 * @throws AdcError with every independent fault of names, types and shapes
 */
export function lower(program: ProgramNode, options: LowerOptions): Lowered {
  during('working out names and shapes');
  const names = namesOf(program);
  const floats = new Set<LetStatement>();
  for (;;) {
    const cx = contextOf(program, options, names, floats);
    const lowered = attempt(cx, options);
    if (!cx.stale) return lowered();
  }
}

function contextOf(
  program: ProgramNode,
  options: LowerOptions,
  names: Names,
  floats: Set<LetStatement>,
): Context {
  const b = new Builder();
  return {
    b,
    program,
    dims: new Unifier(options.flexible),
    bound: names.bound,
    counters: names.counters,
    floats,
    stale: false,
    errors: [],
    remarks: [],
    named: new Map(),
    requires: [],
    calls: [],
    copies: 0,
    copied: 0,
    instances: new WeakMap(),
    functions: new Map(),
    frame: undefined,
    mapping: 0,
    scope: new Scope(undefined, undefined, b),
    expression(e) {
      return lowerExpression(this, e);
    },
  };
}

/** One attempt; its outcome is asked for only if no var changed its type on the way. */
function attempt(cx: Context, options: LowerOptions): () => Lowered {
  const { program, b } = cx;
  const params = declare(cx, options);
  const span = { start: 0, end: program.source.length };
  const result = statements(cx, program.statements, span, { top: true, wanted: true }) ?? poison;
  for (const [name, binding] of cx.scope.vars()) {
    if (!binding.term.poison) cx.named.set(name, contents(cx, binding));
  }
  return () => {
    const output = cx.errors.length === 0 ? outputOf(cx, result, options.of) : undefined;
    if (!output) throw AdcError.of(distinct(cx.errors));
    const requires = requirements(cx);
    const main = {
      ...b.finish('value', params, [output], ['value']),
      ...(requires.length > 0 && { requires }),
      ...(cx.functions.size > 0 && { functions: cx.functions }),
    };
    return {
      module: { source: program.source, main, functions: cx.functions },
      diagnostics: distinct(cx.remarks),
      dims: cx.dims,
    };
  };
}

/** Diagnostics without repetition: a function is lowered for every call. */
function distinct(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const keys = new Set<string>();
  return diagnostics.filter(({ code, message, span }) => {
    const key = `${code} ${span?.start} ${span?.end} ${message}`;
    return !keys.has(key) && keys.add(key);
  });
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
  const sized = new Set(
    options.variables.flatMap((v) => (v.known === undefined ? v.shape.flatMap(dimNames) : [])),
  );
  for (const v of options.variables) {
    if (declared.has(v.name)) cx.errors.push(...redeclared(v.span, v.name).diagnostics);
    declared.add(v.name);
    // An integer without a value that no shape tells is a parameter of the run.
    if (v.known !== undefined && dimNames(v.known).every((name) => sized.has(name))) {
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
