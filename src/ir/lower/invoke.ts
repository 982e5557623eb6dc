/**
 * Calls that stay calls. A function is copied to where it is called; once copies have made much code, one that was needed
 * before in the same way is built on its own, and called from then on. So code grows with what is written, not with how
 * calls multiply. Values around the function that it uses become further arguments.
 */
import type { CallNode } from '../../../grammar/ast.js';
import { type Dim, dimNames } from '../../core/affine.js';
import { Builder } from '../builder.js';
import { materialise, type Term, valueTerm } from '../term.js';
import { dimsBoundBy, dimsUsedBy, type Func, type Op, type Param, type Region, regionsOf } from '../types.js';
import {
  type Callable,
  type Context,
  type FunctionBinding,
  type Instance,
  Scope,
  termOf,
} from './context.js';
import { declareParams, within } from './functions.js';

/** Values that copies may make before calls stay calls. */
const COPIED = 4000;
/** A function that makes fewer values is always copied; in a comprehension, where copies can be spread, one with more. */
const SMALL = 60;
const SMALL_IN_MAPS = 1000;

export function worthCalling(cx: Context, { cost }: Instance): boolean {
  return cx.copied > COPIED && cost > (cx.mapping > 0 ? SMALL_IN_MAPS : SMALL);
}

/** Known when lowering, so that the function is made for it. */
const isKnown = (t: Term) => !t.value || t.truth !== undefined;

/** The call of an instance; undefined where it can only be copied, or is wrong, which has been noted. */
export function invoke(
  cx: Context,
  node: CallNode,
  callee: FunctionBinding,
  args: readonly Term[],
  key: string,
  instance: Instance,
): Term | undefined {
  if (instance.func === undefined) instance.func = build(cx, node, callee, args, key) ?? null;
  const { func } = instance;
  if (!func) return undefined;
  const given = args.filter((t) => !isKnown(t)).map((t) => materialise(cx.b, t));
  const captured = func.captures.map((found) => materialise(cx.b, termOf(cx, found)));
  cx.b.span = node.span;
  const [result] = cx.b.call(func.name, [...given, ...captured], [func.result]);
  return result && valueTerm(result, node.span);
}

function build(
  cx: Context,
  node: CallNode,
  callee: FunctionBinding,
  args: readonly Term[],
  key: string,
): Callable | undefined {
  const { b, frame, mapping } = cx;
  const own = new Builder(b.valueCount);
  const inner = { captures: new Map(), params: [] as Param[] };
  Object.assign(cx, { b: own, frame: inner, mapping: 0 });
  try {
    const params: Param[] = [];
    const terms = args.map((t, i) => {
      if (isKnown(t)) return t;
      const param = own.param(
        callee.node.params[i]?.name ?? '',
        t.type,
        t.type.dtype === 'float' ? 'param' : 'data',
      );
      params.push(param);
      return valueTerm(param.value, t.span);
    });
    const faults = cx.errors.length;
    const term = within(cx, key, new Scope(callee.scope, 'function', own), () => {
      declareParams(cx, callee.node, node, terms);
      return cx.expression(callee.node.body);
    });
    if (term.poison || cx.errors.length > faults) return undefined;
    const value = materialise(own, term);
    const name = nameFor(cx, callee.node.name);
    const func = own.finish(name, [...params, ...inner.params], [value], ['value']);
    if (!stands(func)) return undefined;
    cx.functions.set(name, func);
    const captures = [...inner.captures.values()].map(({ found }) => found);
    return { name, result: value.type, captures };
  } finally {
    Object.assign(cx, { b, frame, mapping });
    b.skip(own.valueCount);
  }
}

function nameFor(cx: Context, name: string): string {
  let free = name;
  for (let k = 2; cx.functions.has(free); k++) free = `${name}%${k}`;
  return free;
}

/**
 * Whether a function can stand alone: the sizes that it uses follow from its arguments, and it holds nothing detached,
 * since detached values are found in the function that a program begins with.
 */
function stands(func: Func): boolean {
  const known = new Set<string>();
  let open: Dim[] = func.params.flatMap((p) => p.value.type.shape);
  for (let before = -1; open.length !== before; ) {
    before = open.length;
    open = open.filter((d) => {
      const unknown = dimNames(d).filter((n) => !known.has(n));
      if (unknown.length === 1) known.add(unknown[0] as string);
      return unknown.length > 1;
    });
  }
  const visit = (region: Region): boolean => region.ops.every((op) => fits(op));
  const fits = (op: Op): boolean => {
    for (const name of dimsBoundBy(op)) known.add(name);
    if (op.kind === 'detach') return false;
    return regionsOf(op).every(visit) && dimsUsedBy(op).every((name) => known.has(name));
  };
  return open.length === 0 && visit(func.body);
}
