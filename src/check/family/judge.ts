/**
 * Checking derivatives that have many elements: the derivative of each element of the output, or of random
 * combinations of them where there are too many, is compared as a gradient is. The worst of all verdicts counts.
 */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/family.js';
import { sizeOf, type Tensor } from '../../core/tensor.js';
import type { Point } from '../../run/problem.js';
import { compare } from '../compare.js';
import { type Differences, takeDifferences } from '../differences.js';
import type { Check, ModeName, Verdict } from '../findings.js';
import { binade, type Differentiable, wanted } from '../function.js';
import { randomFrom } from '../random.js';

/** One gradient that is compared with differences: that of Σ cotangent·output. */
export interface Unit {
  readonly source: Differentiable;
  readonly cotangent: Tensor;
  /** The output in words for messages. */
  readonly output?: string;
  readonly modes: ReadonlyMap<ModeName, Point>;
  readonly value: number;
  readonly interpreted: number;
  /** The largest derivative of all outputs. */
  readonly largest: number;
}

export interface Judged {
  readonly unit: Unit;
  readonly check: Check;
  readonly differences?: Differences;
}

export function judge(unit: Unit, hardPoints: readonly Diagnostic[], seed?: number): Judged {
  const { source, cotangent, modes, value, interpreted, output, largest } = unit;
  const expected = [...modes.values()][0];
  const differences = Number.isFinite(value)
    ? takeDifferences(source, cotangent, {
        ...(expected && { expected }),
        ...(seed !== undefined && { seed }),
      })
    : undefined;
  const insight = source.insight?.(cotangent);
  const check = compare({
    variables: wanted(source),
    point: source.point,
    value: { shape: [], data: Float64Array.of(value) },
    interpreted: { shape: [], data: Float64Array.of(interpreted) },
    modes: new Map([...modes].map(([mode, gradient]) => [mode, { gradient }])),
    hardPoints,
    largest,
    ...(insight && { insight }),
    ...(differences && { differences }),
    ...(output !== undefined && { output }),
  });
  return { unit, check, ...(differences && { differences }) };
}

const severity: readonly Verdict[] = ['agree', 'inconclusive', 'disagree'];
/** Diagnostics of all elements that are told. */
const TOLD = 8;

/** The verdict of all units together; `worst` belongs to the one at the returned place. */
export function merged(all: readonly Judged[]): { readonly check: Check; readonly worst: number } {
  let worst = 0;
  let verdict: Verdict = 'agree';
  const diagnostics = new Map<string, Diagnostic>();
  const most = (of: (check: Check) => number) => all.reduce((m, { check }) => Math.max(m, of(check)), 0);
  for (const [k, { check }] of all.entries()) {
    if (check.maxRelativeError > (all[worst]?.check.maxRelativeError ?? 0)) worst = k;
    if (severity.indexOf(check.verdict) > severity.indexOf(verdict)) verdict = check.verdict;
    for (const d of check.diagnostics)
      if (d.code !== 'check-limit') diagnostics.set(`${d.span?.start} ${d.message}`, d);
  }
  const told = [...diagnostics.values()].sort((a, b) => rank(a) - rank(b)).slice(0, TOLD);
  const place = all[worst]?.check.worst;
  const check: Check = {
    verdict,
    maxAbsoluteError: most((c) => c.maxAbsoluteError),
    maxRelativeError: most((c) => c.maxRelativeError),
    detectionLimit: most((c) => c.detectionLimit),
    ...(place && { worst: place }),
    diagnostics: told,
  };
  return { check, worst };
}

const rank = (d: Diagnostic) => ['error', 'warning', 'info'].indexOf(d.severity);

/** Weights of one element of the output. */
export function unitWeights(shape: readonly number[], k: number): Tensor {
  const data = new Float64Array(sizeOf(shape));
  data[k] = 1;
  return { shape, data };
}

/**
 * Random weights of all elements that show the same relative error of any of them about equally: plus or minus a power
 * of two, inversely to the element's scale.
 */
export function combinations(
  shape: readonly number[],
  scales: Float64Array,
  count: number,
  seed = 1,
): Tensor[] {
  const random = randomFrom(seed);
  const largest = scales.reduce((m, s) => (Number.isFinite(s) ? Math.max(m, s) : m), 0);
  return Array.from({ length: count }, () => ({
    shape,
    data: scales.map((s) => {
      const size = Math.max(Number.isFinite(s) ? s : largest, 1e-3 * largest);
      return (random() < 0.5 ? -1 : 1) / binade(size, 1);
    }),
  }));
}

/** What was compared where there were too many elements, and the error that would have been found in one of them. */
export function combinedRemark(outputs: number, all: readonly Judged[], scales: Float64Array): Diagnostic {
  const largest = scales.reduce((m, s) => (Number.isFinite(s) ? Math.max(m, s) : m), 0);
  let limit = 0;
  for (const [k, s] of scales.entries()) {
    const scale = Math.max(Number.isFinite(s) ? s : largest, 1e-3 * largest);
    const shown = all.map(({ unit, check }) => {
      const size = sizeOfAll(unit.modes.values().next().value);
      const tolerance = check.detectionLimit * (size > 0 ? size : 1);
      return tolerance / (Math.abs(unit.cotangent.data[k] as number) * (scale > 0 ? scale : 1));
    });
    limit = Math.max(limit, Math.min(...shown));
  }
  return errors.inCombinations(outputs, all.length, limit);
}

function sizeOfAll(gradient: Point | undefined): number {
  let size = 0;
  for (const { data } of gradient?.values() ?? [])
    for (const g of data) if (Number.isFinite(g)) size = Math.max(size, Math.abs(g));
  return size;
}
