/**
 * Vars: names that are assigned again. The IR has no assignment, so a var is the term that it holds at the moment;
 * where paths meet, the values that they leave in it are joined, and a loop carries it along.
 */
import type { LetStatement } from '../../../grammar/ast.js';
import { printShape } from '../../core/affine.js';
import * as errors from '../../core/errors/programs.js';
import { shapeMismatch, typeMismatch } from '../../core/errors/types.js';
import type { Span } from '../../core/span.js';
import { asFloat, materialise, type Term, valueTerm } from '../term.js';
import { tensor, type Value } from '../types.js';
import { type Binding, type Context, shapeOf } from './context.js';

/** Declares a var of the current scope. */
export function declareVar(cx: Context, s: LetStatement, term: Term): void {
  const float = term.type.dtype === 'int' && cx.floats.has(s);
  const type = float ? tensor('float', term.type.shape) : term.type;
  const binding: Binding = {
    kind: 'var',
    term,
    span: s.nameSpan,
    type,
    declaration: s,
    watched: true,
    used: false,
  };
  binding.term = held(cx, binding, term);
  cx.scope.bind(s.name, binding);
}

/** A flag of a loop: a condition that no name of the program has. */
export function declareFlag(cx: Context, name: string, span: Span): void {
  const off: Term = { ...valueTerm(cx.b.constant([0], tensor('bool', [])), span), truth: false };
  cx.scope.bind(name, { kind: 'var', term: off, span, type: off.type, watched: false, used: true });
}

/** A term as a var of its type holds it. */
function held(cx: Context, { type }: Binding, term: Term): Term {
  if (type.dtype !== 'float' || term.type.dtype === 'float' || term.poison) return term;
  if (typeof term.dim === 'number' && !term.size) return { type, span: term.span, literal: term.dim };
  return valueTerm(asFloat(cx.b, term), term.span);
}

/**
 * Gives a var another value.
 * @throws AdcError where the value has another shape, or is a condition where the var is a number
 */
export function assign(cx: Context, binding: Binding, name: string, term: Term, span: Span): void {
  const { type } = binding;
  if (term.poison || binding.term.poison) {
    binding.term = term;
    return;
  }
  if ((type.dtype === 'bool') !== (term.type.dtype === 'bool')) {
    const [is, gets] = type.dtype === 'bool' ? ['a condition', 'a number'] : ['a number', 'a condition'];
    throw typeMismatch(span, `${name} is ${is} and cannot become ${gets}`);
  }
  if (!cx.dims.unifyShapes(type.shape, term.type.shape)) {
    const [was, is] = [printShape(cx.dims.resolveShape(type.shape)), printShape(shapeOf(cx, term))];
    throw shapeMismatch(span, ...errors.shapeChange(name, was, is));
  }
  if (type.dtype === 'int' && term.type.dtype === 'float' && binding.declaration) {
    cx.floats.add(binding.declaration);
    cx.stale = true;
  }
  binding.term = held(cx, binding, { ...term, span });
}

/** What a var holds, as a value of its type. */
export function contents(cx: Context, { term, type }: Binding): Value {
  if (term.poison) return cx.b.full(0, type.shape, type.dtype);
  return type.dtype === 'float' ? asFloat(cx.b, term) : materialise(cx.b, term);
}

export interface Carried {
  readonly name: string;
  readonly binding: Binding;
}

/** The vars among names that are visible and can be assigned here. */
export function varsAmong(cx: Context, names: Iterable<string>): Carried[] {
  const carried: Carried[] = [];
  for (const name of names) {
    const found = cx.scope.find(name);
    if (found?.binding.kind === 'var' && found.walls.size === 0)
      carried.push({ name, binding: found.binding });
  }
  return carried;
}

/** Lets vars hold values. */
export function hold(cx: Context, carried: readonly Carried[], values: readonly Value[]): void {
  for (const [k, { name, binding }] of carried.entries()) {
    const value = values[k] as Value;
    const term = valueTerm(name.startsWith('%') ? value : cx.b.named(value, name), binding.term.span);
    binding.term = { ...term, type: binding.type };
  }
}

/** The binding of a name that is to be assigned. @throws AdcError where it is no var, or not one that can be here */
export function target(cx: Context, name: string, span: Span, signSpan: Span, sign: string): Binding {
  const found = cx.scope.find(name);
  const later = Number.isFinite(cx.bound.get(name) ?? Number.POSITIVE_INFINITY);
  if (!found) throw errors.undeclared(span, signSpan, name, sign, later);
  const { binding, walls } = found;
  if (walls.has('function')) throw errors.assignOutside(span, name, 'function');
  if (binding.kind !== 'var') throw errors.assignFixed(span, name, binding.kind, declares(cx, name));
  if (walls.has('comprehension')) throw errors.assignOutside(span, name, 'comprehension');
  return binding;
}

/** How a name that cannot be assigned is declared. */
function declares(cx: Context, name: string): string {
  const s = cx.program.statements.find((x) => 'name' in x && x.name === name && x.kind !== 'fn');
  return s?.kind === 'param' || s?.kind === 'data' ? s.kind : s?.kind === 'let' ? 'let' : 'parameter';
}
