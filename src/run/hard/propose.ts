/**
 * What to write instead: formulas of the table of hints that stand where a program failed. One is proposed only after
 * it was tried: its value and derivative are finite at the point, and keep their digits.
 */
import type { Argument, BinaryNode, Expr, ProgramNode, Statement } from '../../../grammar/ast.js';
import { parseExpression, printExpr } from '../../../grammar/index.js';
import { partsOf } from '../../../grammar/parts.js';
import { AdcError } from '../../core/diagnostic.js';
import { better } from '../../core/errors/hard.js';
import { noSpan, type Span } from '../../core/span.js';
import type { Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import { isFunction } from '../../ir/lower/call.js';
import { derive, reverseDerivation } from '../../passes/pipeline.js';
import { textAt } from './call.js';
import { hints } from './hints.js';
import { measureLoss } from './loss.js';
import { type Match, matchExpr, type Scope, sameExpr } from './match.js';
import { saturation } from './saturation.js';
import { derivativeArgs, type Site } from './site.js';

/** Nodes up to which a program is searched. */
const LONGEST = 2000;

interface Place {
  readonly expr: Expr;
  readonly scope: Scope;
}

/** Every expression of a program, with the lets that are in scope there; outer ones before what they hold. */
function* placesOf(statements: readonly Statement[], outer: Scope): Generator<Place> {
  const scope = new Map(outer);
  for (const s of statements) {
    if (s.kind === 'expression' || s.kind === 'let') yield* within(s.value, scope);
    if (s.kind === 'let') scope.set(s.name, s.value);
  }
}

function* within(e: Expr, scope: Scope): Generator<Place> {
  const waiting: Expr[] = [e];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield { expr: next, scope };
    if (next.kind === 'block') yield* placesOf(next.statements, scope);
    // What a comprehension holds speaks of its counters, which have no value here.
    else if (next.kind !== 'comprehension' && next.kind !== 'if')
      waiting.push(...[...partsOf(next)].reverse());
  }
}

/** A template with its letters replaced; reductions in it take over the arguments that were given by name. */
function filled(e: Expr, { letters, named }: Match): Expr {
  const go = (x: Expr) => filled(x, { letters, named, parts: [] });
  switch (e.kind) {
    case 'name':
      return letters.get(e.name) ?? e;
    case 'unary':
      return { ...e, operand: go(e.operand) };
    case 'binary':
      return { ...e, left: go(e.left), right: go(e.right) } satisfies BinaryNode;
    case 'compare':
      return { ...e, first: go(e.first), rest: e.rest.map((r) => ({ ...r, operand: go(r.operand) })) };
    case 'list':
      return { ...e, items: e.items.map(go) };
    case 'call': {
      const args = e.args.map((a): Argument => ({ ...a, value: go(a.value) }));
      return { ...e, args: [...args, ...named] };
    }
    default:
      return e;
  }
}

/** Templates are parsed when they are first needed. */
const parsed = new Map<string, Expr>();

function template(text: string): Expr {
  let e = parsed.get(text);
  if (!e) {
    e = parseExpression(text);
    parsed.set(text, e);
  }
  return e;
}

const sameSpan = (a: Span, b: Span) => a.start === b.start && a.end === b.end;

/** Whether a match has a part in what stands at a place: the part itself, or one that says the same. */
function covers({ parts }: Match, culprit: Place | undefined, span: Span, scope: Scope): boolean {
  return parts.some(
    (p) => sameSpan(p.span, span) || (culprit !== undefined && sameExpr(p, culprit.expr, scope)),
  );
}

/**
 * What to write instead of the part of the program that failed at a place, or anywhere if the place is not known.
 * @param span the place of the operation that overflowed, left its domain or lost digits
 */
export function improvement(site: Site, span: Span | undefined): string | undefined {
  const places = [...takeSome(placesOf(site.program.statements, new Map()))];
  const culprit = span && places.find((p) => sameSpan(p.expr.span, span));
  for (const { from, to } of hints) {
    if (!functionsOf(template(to)).every(isFunction)) continue;
    for (const { expr, scope } of places) {
      const match = matchExpr(template(from), expr, scope);
      if (!match || (span && !covers(match, culprit, span, scope))) continue;
      const instead = filled(template(to), match);
      if (works(site, expr, instead))
        return better(textAt(site.program.source, expr.span), printExpr(instead));
    }
  }
  return undefined;
}

function* takeSome(places: Iterable<Place>): Generator<Place> {
  let n = 0;
  for (const p of places) {
    if (n++ === LONGEST) return;
    yield p;
  }
}

function functionsOf(e: Expr): string[] {
  const own = e.kind === 'call' ? [e.callee] : [];
  return [...own, ...partsOf(e).flatMap(functionsOf)];
}

/** Whether an expression fails at the point where the other one in its place does not. */
function works(site: Site, expr: Expr, instead: Expr): boolean {
  const before = trouble(site, expr);
  const after = before === undefined ? undefined : trouble(site, instead);
  return before !== undefined && after !== undefined && after < before / 100;
}

/**
 * How badly an expression fails on its own: Infinity where value or derivative are not finite, else its largest
 * relative error; undefined where it cannot be taken out of the program.
 */
function trouble(site: Site, expr: Expr): number | undefined {
  const own = site.program.statements.filter((s) => s.kind !== 'expression');
  const statements: Statement[] = [...own, { kind: 'expression', value: expr, span: noSpan }];
  const alone = attempt(() => siteOf(site, { ...site.program, statements }));
  if (!alone) return undefined;
  const results = interpret(alone.gradient(), derivativeArgs(alone));
  const finite = results.every((t) => t.data.every(Number.isFinite));
  if (!finite || saturation(alone)) return Number.POSITIVE_INFINITY;
  return (measureLoss(alone)?.spoilt ?? []).reduce((most, s) => Math.max(most, s.relative), 0);
}

function siteOf(site: Site, program: ProgramNode): Site {
  const func = site.lower(program);
  const [output] = interpret(func, site.args) as [Tensor];
  const gradient = derive(func, reverseDerivation(site.wrt));
  // Unequal weights: the sum of a softmax has no derivative to speak of.
  const cotangent = { shape: output.shape, data: output.data.map((_, i) => 1 / (1 + i)) };
  return { ...site, program, func, cotangent, gradient: () => gradient };
}

function attempt<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    return undefined;
  }
}
