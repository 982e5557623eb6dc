/**
 * Hard points: where an operation has no derivative, where a choice stands at its boundary, where numbers leave a
 * domain or overflow, and where rounding destroys what is computed. The interpreter finds the places; derivatives say
 * whether they matter.
 */
import type { Diagnostic } from '../../core/diagnostic.js';
import type { Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import type { Value } from '../../ir/types.js';
import { activeValues } from '../../passes/activity.js';
import { runPasses } from '../../passes/pass.js';
import { afterDerivatives } from '../../passes/pipeline.js';
import { reverse } from '../../passes/reverse/index.js';
import { cancellations } from './cancellation.js';
import { choiceWarning } from './choices.js';
import { isSteep, kinkWarning } from './kinks.js';
import { brokenGradient, brokenValue, overflows } from './nonfinite.js';
import { type Suspect, Watch } from './observe.js';
import { derivativeArgs, type Site } from './site.js';

export type { Site } from './site.js';

const broken = (t: Tensor) => t.data.some((x) => !Number.isFinite(x));

/** Diagnostics for the hard points that value and derivative went through. */
export function hardPoints(site: Site): Diagnostic[] {
  const { func, args, wrt } = site;
  const names = new Set(wrt);
  const sources = func.params.filter((p) => names.has(p.name)).map((p) => p.value);
  const active = activeValues(func, sources);
  const watch = new Watch(func, active);
  const [value] = interpret(func, args, { observe: watch.observe }) as [Tensor];
  const kinks = watch.suspects.length > 0 && weighs(site) ? reached(site, watch.suspects, active) : [];
  const numbers = broken(value) ? brokenValue(site) : [...brokenGradient(site, kinks), ...lostDigits(site)];
  return unique([...kinks, ...numbers]);
}

const weighs = (site: Site) => site.cotangent.data.some((g) => g !== 0);

function lostDigits(site: Site): Diagnostic[] {
  const overflown = overflows(site);
  return overflown.length > 0 ? overflown : cancellations(site);
}

/** Of the suspects those that a non-zero adjoint reached. */
function reached(site: Site, suspects: readonly Suspect[], active: ReadonlySet<number>): Diagnostic[] {
  const { func, wrt } = site;
  const taps = [...new Set(suspects.map((s) => s.op.results[0] as Value))];
  const tapped = runPasses(reverse(func, wrt, taps), afterDerivatives);
  const results = interpret(tapped, derivativeArgs(site));
  // A gradient that is not a number may be the work of a suspect whose own adjoint is zero: 0 * inf.
  const undefinedGradient = results.slice(1, 1 + wrt.length).some(broken);
  const adjoints = new Map(taps.map((v, i) => [v.id, results[1 + wrt.length + i] as Tensor]));
  return suspects.flatMap((s) => {
    const { data, shape } = adjoints.get((s.op.results[0] as Value).id) as Tensor;
    const counts = (i: number) =>
      data[i] !== 0 || (undefinedGradient && s.kind === 'kink' && isSteep(s, i, active));
    const kept = s.kind === 'kink' ? s.kept?.(data) : undefined;
    const elements = s.elements.filter((i) => counts(i) && !(kept && kept[i] === data[i]));
    if (elements.length === 0) return [];
    const warning =
      s.kind === 'kink'
        ? kinkWarning(site, s, elements, active, shape)
        : choiceWarning(site, s, elements, shape);
    return warning ? [warning] : [];
  });
}

/** What one line of the formula stands for may be several operations, with one and the same thing to say. */
function unique(all: readonly Diagnostic[]): Diagnostic[] {
  const seen = new Set<string>();
  return all.filter((d) => {
    const key = `${d.span?.start} ${d.span?.end} ${d.message}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
