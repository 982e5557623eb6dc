/**
 * Functions of the program. A call is lowered with the terms of its arguments, so a function is generic over shapes, and
 * what is known of an argument when lowering (a size, a constant integer) is known inside: recursion on it ends there.
 */
import type { CallNode, Expr, FnParam, FnStatement } from '../../../grammar/ast.js';
import { addDims, type Dim, mulDims, printDim, printShape, substituteDim } from '../../core/affine.js';
import * as errors from '../../core/errors/programs.js';
import { arityText, redeclared, shapeMismatch, wrongArity } from '../../core/errors/types.js';
import { MOST_CALLS, MOST_COPIES } from '../../core/limits.js';
import type { Span } from '../../core/span.js';
import { dimTerm, poison, type Term } from '../term.js';
import { type Context, type FunctionBinding, type Instance, Scope, shapeOf } from './context.js';
import { invoke, worthCalling } from './invoke.js';

/** Makes a function known in the current scope. @throws AdcError where the scope has one of that name */
export function define(cx: Context, node: FnStatement): void {
  if (cx.scope.hasFunction(node.name)) throw redeclared(node.nameSpan, node.name);
  const names = new Set<string>();
  for (const p of node.params) {
    if (names.has(p.name)) throw redeclared(p.span, p.name);
    names.add(p.name);
  }
  cx.scope.define(node.name, { node, scope: cx.scope });
}

/** A call of a function of the program. */
export function callFunction(cx: Context, node: CallNode, callee: FunctionBinding): Term {
  const { params, name } = callee.node;
  const named = node.args.find((a) => a.name !== undefined);
  if (named) throw errors.namedArgument(named.span, name);
  const args = node.args.map((a) => cx.expression(a.value));
  if (args.length !== params.length) {
    throw wrongArity(node.span, name, arityText(params.length, params.length), args.length);
  }
  if (args.some((t) => t.poison)) return poison;
  const instances = cx.instances.get(callee) ?? new Map<string, Instance>();
  cx.instances.set(callee, instances);
  const key = keyOf(cx, callee, args);
  const known = instances.get(key);
  if (known?.term) return { ...known.term, span: node.span };
  checkDepth(cx, node.span, name, key);
  if (known && worthCalling(cx, known)) {
    const term = invoke(cx, node, callee, args, key, known);
    if (term) return term;
  }
  if (++cx.copies > MOST_COPIES) throw errors.tooManyCopies(node.span, MOST_COPIES);
  const before = cx.b.valueCount;
  const term = within(cx, key, new Scope(callee.scope, 'function', cx.b), () => {
    declareParams(cx, callee.node, node, args);
    return cx.expression(callee.node.body);
  });
  const cost = cx.b.valueCount - before;
  cx.copied += cost;
  if (!term.poison && !known) instances.set(key, { cost, ...(!term.value && { term }) });
  return { ...term, span: node.span };
}

/** Runs `work` inside a call. */
export function within<T>(cx: Context, key: string, scope: Scope, work: () => T): T {
  const outer = cx.scope;
  cx.scope = scope;
  cx.calls.push(key);
  try {
    return work();
  } finally {
    cx.calls.pop();
    cx.scope = outer;
  }
}

/** What one instance of a function is made for: the types of the arguments, and what is known of them. */
function keyOf(cx: Context, { node }: FunctionBinding, args: readonly Term[]): string {
  const parts = args.map((t) => {
    if (t.dim !== undefined) return printDim(cx.dims.resolve(t.dim));
    if (t.literal !== undefined) return Object.is(t.literal, -0) ? '-0.' : `${t.literal}.`;
    if (t.dims) return `(${t.dims.map(printDim).join()})`;
    return t.truth === undefined ? `${t.type.dtype}${printShape(shapeOf(cx, t))}` : String(t.truth);
  });
  return `${node.name}@${node.span.start}(${parts.join('; ')})`;
}

/** Recursion must end while lowering: no instance may need itself, and chains of calls are finite. */
function checkDepth(cx: Context, span: Span, name: string, key: string): void {
  if (cx.calls.includes(key)) throw errors.endlessRecursion(span, name);
  if (cx.calls.length >= MOST_CALLS) throw errors.deepRecursion(span, name, MOST_CALLS);
}

/** Declares the parameters with the terms of a call, and the sizes that the signature names. */
export function declareParams(cx: Context, fn: FnStatement, node: CallNode, args: readonly Term[]): void {
  const dims = new Map<string, Dim>();
  for (const [i, p] of fn.params.entries()) {
    const term = args[i] as Term;
    const { span } = node.args[i] as CallNode['args'][number];
    if (p.shape || p.integer) fitArgument(cx, fn, p, { ...term, span }, dims);
    const value = term.value?.name === undefined ? term.value && cx.b.named(term.value, p.name) : term.value;
    cx.scope.declare(p.name, value ? { ...term, value } : term, p.span, false);
  }
  for (const [name, dim] of dims) {
    if (!cx.scope.has(name)) cx.scope.declare(name, dimTerm(dim, fn.nameSpan, true), fn.nameSpan, false);
  }
}

/** Fits an argument to the type in the signature; names of sizes are bound by the first argument that has them. */
function fitArgument(cx: Context, fn: FnStatement, p: FnParam, term: Term, dims: Map<string, Dim>): void {
  const shape = shapeOf(cx, term);
  const wanted = p.shape ?? [];
  const mismatch = () =>
    shapeMismatch(
      term.span,
      `${fn.name}: ${p.name} has shape [${wanted.map((e) => sizeText(e)).join(', ')}] and the argument ${printShape(shape)}`,
    );
  if (p.integer && term.type.dtype !== 'int')
    throw errors.notAnInteger(term.span, `the argument ${p.name} of ${fn.name}`);
  if (shape.length !== wanted.length) throw mismatch();
  for (const [k, e] of wanted.entries()) {
    const size = shape[k] as Dim;
    const form = substituteDim(sizeOf(cx, e), dims);
    const open = typeof form === 'number' ? [] : form.terms.filter(([n]) => !dims.has(n) && isOwn(fn, n));
    const [only] = open;
    if (open.length === 1 && only) {
      // size = coefficient·name + rest
      const rest = addDims(form, { constant: 0, terms: [only] }, -1);
      const solution = divided(addDims(size, rest, -1), only[1]);
      if (solution === undefined) throw mismatch();
      dims.set(only[0], solution);
    } else if (open.length > 0 || !cx.dims.unify(form, size)) throw mismatch();
  }
}

/** A size divided by an integer, where it goes into all of it. */
function divided(dim: Dim, by: number): Dim | undefined {
  if (typeof dim === 'number') return dim % by === 0 ? dim / by : undefined;
  const terms = dim.terms.map(([name, c]) => [name, c / by] as const);
  const whole = [dim.constant / by, ...terms.map(([, c]) => c)].every(Number.isInteger);
  return whole ? { constant: dim.constant / by, terms } : undefined;
}

/** Whether a name in the sizes of a signature is bound by it. */
function isOwn(fn: FnStatement, name: string): boolean {
  return fn.params.some((p) => (p.shape ?? []).some((e) => names(e).includes(name)));
}

function names(e: Expr): string[] {
  if (e.kind === 'name') return [e.name];
  return e.kind === 'binary' ? [...names(e.left), ...names(e.right)] : [];
}

/** A size as written in a signature. */
function sizeOf(cx: Context, e: Expr): Dim {
  if (e.kind === 'number' && e.integer) return e.value;
  if (e.kind === 'name') return { constant: 0, terms: [[e.name, 1]] };
  if (e.kind === 'binary') {
    const [a, b] = [sizeOf(cx, e.left), sizeOf(cx, e.right)];
    if (e.operator === '+') return addDims(a, b);
    if (e.operator === '-') return addDims(a, b, -1);
    const product = e.operator === '*' ? mulDims(a, b) : undefined;
    if (product !== undefined) return product;
  }
  throw errors.badSize(e.span);
}

function sizeText(e: Expr): string {
  if (e.kind === 'number') return String(e.value);
  if (e.kind === 'name') return e.name;
  return e.kind === 'binary' ? `${sizeText(e.left)}${e.operator}${sizeText(e.right)}` : '…';
}
