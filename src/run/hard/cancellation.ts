/**
 * Warnings where rounding destroys digits: which operation is to blame, and how many digits are left of what.
 *
 * In a run with other roundings, the operation to blame is one whose result moves much more, relative to its size, than
 * what went into it. It is confirmed by a run in which its result alone is moved: then the output has to move as well.
 */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/hard.js';
import { indexOf, type Tensor } from '../../core/tensor.js';
import type { Func, Op, Value } from '../../ir/types.js';
import { callAt, operationName, textAt } from './call.js';
import { type Loss, measureLoss, type Spoilt } from './loss.js';
import { rootsOf } from './observe.js';
import { distance, type Step } from './perturb.js';
import { improvement } from './propose.js';
import { outputName, type Site } from './site.js';

/** How many times larger the relative movement of a result has to be than that of what went into it. */
const GROWTH = 64;
/** Operations that are tried as the one to blame. */
const TRIED = 8;

interface Candidate {
  readonly k: number;
  readonly step: Step;
  /** The result as the run with other roundings has it. */
  readonly moved: Tensor;
  /** The element that moved most. */
  readonly offset: number;
  readonly growth: number;
}

/** Operations that only pass on what others compute. */
const CONTROL = new Set(['if', 'for', 'while', 'map', 'call']);

/** Of a value how far each element moved, relative to its size. */
type Movement = Float64Array;

function movement(base: Tensor, moved: Tensor): Movement {
  return base.data.map((x, i) => {
    const off = distance(moved.data[i] as number, x);
    return off === 0 ? 0 : off / Math.abs(x);
  });
}

const largest = (m: Movement) => m.reduce((most, x) => Math.max(most, x), 0);

/** The operations whose results moved most, compared with their operands, most growth first. */
function candidates({ reruns }: Loss, seed: number): Candidate[] {
  const movements = new Map<Value, Movement>();
  const found: Candidate[] = [];
  let k = 0;
  reruns.perturbed(seed, (step, results) => {
    const [moved] = results;
    if (!moved) {
      k++;
      return;
    }
    const own = movement(step.results[0] as Tensor, moved);
    movements.set(step.op.results[0] as Value, own);
    const before = step.op.operands.map((v) => movements.get(v) ?? new Float64Array(0));
    const inputs =
      step.op.kind === 'elementwise'
        ? (i: number) => Math.max(0, ...before.map((m) => m[i] ?? 0))
        : constant(Math.max(0, ...before.map(largest)));
    let best = { offset: -1, growth: GROWTH };
    for (const [i, m] of own.entries()) {
      const growth = m / Math.max(inputs(i), Number.EPSILON);
      if (growth > best.growth) best = { offset: i, growth };
    }
    if (best.offset >= 0 && !CONTROL.has(step.op.kind)) found.push({ k, step, moved, ...best });
    k++;
  });
  return found.sort((a, b) => b.growth - a.growth).slice(0, TRIED);
}

const constant = (x: number) => () => x;

/** Whether moving the result of one operation alone moves an output about as far as all roundings together do. */
function explains({ reruns, scale }: Loss, c: Candidate, s: Spoilt): boolean {
  const outputs = reruns.run((step, _computed, _operands, k) =>
    k === c.k ? [c.moved, ...step.results.slice(1)] : undefined,
  );
  const base = reruns.outputs[s.output]?.data[s.offset] as number;
  const moved = distance(outputs[s.output]?.data[s.offset] as number, base) / scale(s.output, s.offset);
  return moved >= 0.1 * Math.min(s.relative, 1);
}

/** Warnings where value or gradient have lost digits. */
export function cancellations(site: Site): Diagnostic[] {
  const loss = measureLoss(site);
  if (!loss || loss.spoilt.length === 0) return [];
  const blamed = new Map<string, { readonly cause: Candidate | undefined; readonly spoilt: Spoilt[] }>();
  for (const s of loss.spoilt) {
    const cause = candidates(loss, loss.seeds.get(s) as number)
      .sort((a, b) => a.k - b.k)
      .find((c) => explains(loss, c, s));
    const key = cause ? `${cause.k}` : '';
    const known = blamed.get(key);
    if (known) known.spoilt.push(s);
    else blamed.set(key, { cause, spoilt: [s] });
  }
  return [...blamed.values()].map(({ cause, spoilt }) => warning(site, cause, spoilt));
}

function warning(site: Site, cause: Candidate | undefined, spoilt: readonly Spoilt[]): Diagnostic {
  const left = spoilt.map((s) => ({
    of: outputName(site, s.output, s.offset),
    ...(s.output > 0 && { variable: site.wrt[s.output - 1] as string }),
    digits: digitsLeft(s.relative),
  }));
  if (!cause) return errors.cancellation(undefined, undefined, left, improvement(site, undefined));
  const { op, operands, results } = cause.step;
  const own = computes(site.func, op.span, operationName(op));
  const cancelled = {
    operation: operationName(op),
    call: callAt(op, operands, cause.offset),
    inDerivativeOf: own ? undefined : textAt(site.program.source, op.span),
    index: indexOf((results[0] as Tensor).shape, cause.offset),
  };
  return errors.cancellation(op.span, cancelled, left, improvement(site, op.span));
}

const digitsLeft = (relative: number) => Math.max(0, Math.floor(-Math.log10(relative)));

/** Whether the formula itself has an operation of this name at this place, rather than its derivative. */
function computes(func: Func, span: { readonly start: number; readonly end: number }, name: string): boolean {
  const here = (op: Op) => op.span.start === span.start && op.span.end === span.end;
  return [...rootsOf(func).keys()].some((op) => here(op) && operationName(op) === name);
}
