/** Warnings about numbers that are not finite: in the value, in the derivative, and on the way to a finite answer. */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/hard.js';
import type { Span } from '../../core/span.js';
import { Breakage, brokenOf, type Culprit } from './broken.js';
import { textAt } from './call.js';
import { improvement } from './propose.js';
import { saturation } from './saturation.js';
import { derivativeArgs, outputName, type Site } from './site.js';

/** The first operation that made a value that is not finite. */
export function brokenValue(site: Site): Diagnostic[] {
  const culprit = new Breakage(site.func, site.args).origin(0);
  if (!culprit) return [];
  const { span } = culprit.op;
  return [errors.notFinite(span, brokenOf(culprit), improvement(site, span))];
}

const samePlace = (a: Span, b: Span) => a.start === b.start && a.end === b.end;

/**
 * The first operations that made derivatives that are not finite, and what made NaN of infinities. What a kink of the
 * same place accounts for is not told again.
 */
export function brokenGradient(site: Site, kinks: readonly Diagnostic[]): Diagnostic[] {
  const breakage = new Breakage(site.gradient(), derivativeArgs(site));
  if (breakage.results.slice(1).every((t) => t.data.every(Number.isFinite))) return [];
  const inFormula = new Breakage(site.func, site.args).first();
  const found: Diagnostic[] = [];
  for (let k = 1; k < breakage.results.length; k++) {
    const first = breakage.origin(k);
    const undefinedBy = breakage.origin(k, Number.isNaN);
    if (!first) continue;
    // The formula's own operation, where it is one: derivatives are rewritten, so it may look different there.
    const own = inFormula.find((c) => samePlace(c.op.span, first.op.span));
    const known = kinks.some((d) => d.span !== undefined && samePlace(d.span, first.op.span));
    if (known && !undefinedBy) continue;
    const then = undefinedBy && undefinedBy.op !== first.op ? undefinedBy : undefined;
    found.push(known && then ? told(site, then, undefined, undefined) : told(site, first, own, then));
  }
  return found;
}

function told(site: Site, culprit: Culprit, own: Culprit | undefined, then: Culprit | undefined): Diagnostic {
  const { span } = culprit.op;
  return errors.derivativeNotFinite(
    span,
    brokenOf(own ?? culprit),
    own ? undefined : textAt(site.program.source, span),
    then && brokenOf(then),
    improvement(site, span),
  );
}

/** Overflows on the way to a finite answer that rests on them. */
export function overflows(site: Site): Diagnostic[] {
  const first = saturation(site);
  if (!first) return [];
  const { culprit, output, offset } = first;
  const { span } = culprit.op;
  const own = new Breakage(site.func, site.args).first().find((c) => samePlace(c.op.span, span));
  return [
    errors.overflowMatters(
      span,
      brokenOf(own ?? culprit),
      outputName(site, output, offset),
      improvement(site, span),
    ),
  ];
}
