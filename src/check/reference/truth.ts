/**
 * The truth of a problem: value and gradient to 50 digits, from the meaning of the program alone. No rule of
 * differentiation has a part in it.
 */
import * as why from '../../core/errors/reference.js';
import { sizeOf, type Tensor } from '../../core/tensor.js';
import type { Func } from '../../ir/types.js';
import type { Problem, Variable } from '../../run/problem.js';
import { placeOf } from '../findings.js';
import { wanted } from '../function.js';
import { type BigOptions, type BigRun, type Budget, interpretBig } from './interpret.js';
import { type Big, type Bigs, DIGITS } from './numbers.js';
import { Undefined } from './rows.js';
import { type Moved, type Sample, slopeAt } from './slope.js';
import { type BigTensor, bigTensor } from './tensors.js';

export interface Truth {
  readonly value: BigTensor;
  readonly gradient: ReadonlyMap<string, BigTensor>;
}

/** Pairs of precisions at which the value has to be the same to 50 digits. */
const PRECISIONS = [
  [120, 180],
  [420, 480],
] as const;

/** A function of the IR at the point of a problem, in numbers of one precision. */
class AtPrecision {
  private readonly args: readonly BigTensor[];
  private readonly weights: readonly Big[];
  readonly run: BigRun;
  readonly base: Sample;

  constructor(
    readonly k: Bigs,
    private readonly func: Func,
    point: (name: string) => Tensor,
    cotangent: Tensor,
    private readonly options: BigOptions,
  ) {
    this.args = func.params.map((p) => bigTensor(k, point(p.name), why.infiniteInput));
    this.weights = Array.from(cotangent.data, (w) => k.num(w));
    this.run = interpretBig(k, func, this.args, options);
    this.base = this.sample(this.run);
  }

  /** Σ cotangent·output. */
  private sample({ results, path }: BigRun): Sample {
    const { zero } = this.k;
    let sum = zero;
    let size = zero;
    for (const [i, x] of (results[0] as BigTensor).data.entries()) {
      const weight = this.weights[i] as Big;
      if (weight.isZero()) continue;
      if (x instanceof Undefined) return { sum: x, size, path };
      const term = x.mul(weight);
      sum = sum.add(term);
      size = size.add(term.abs());
    }
    return { sum, size, path };
  }

  /** The function along coordinate i of a variable, with everything detached held still. */
  along(name: string, i: number): Moved {
    const at = this.func.params.findIndex((p) => p.name === name);
    const { shape, data } = this.args[at] as BigTensor;
    const move = (t: Big): Sample => {
      const moved = {
        shape,
        data: data.map((x, j) => (j === i && !(x instanceof Undefined) ? x.add(t) : x)),
      };
      const args = this.args.map((a, j) => (j === at ? moved : a));
      return this.sample(
        interpretBig(this.k, this.func, args, {
          ...this.options,
          frozen: this.run.detached,
          known: this.run.values,
        }),
      );
    };
    return { k: this.k, at: move, base: this.base };
  }
}

/**
 * Value and gradient of a problem.
 * @param literals what literals of the program stand for, where that is not the doubles themselves
 * @throws Unavailable where there is no answer to 50 digits
 */
export function truthOf(
  problem: Problem,
  cotangent: Tensor,
  bigs: (precision: number) => Bigs,
  budget: Budget,
  literals?: (k: Bigs) => NonNullable<BigOptions['literals']>,
): Truth {
  const func = problem.lowered ?? problem.main;
  const known = new Map<number, AtPrecision>();
  const at = (precision: number): AtPrecision => {
    const point = (name: string) => problem.point.get(name) as Tensor;
    const k = bigs(precision);
    const options = { budget, ...(literals && { literals: literals(k) }) };
    const found = known.get(precision) ?? new AtPrecision(k, func, point, cotangent, options);
    known.set(precision, found);
    return found;
  };
  const value = settledValue((precision) => at(precision).run.results[0] as BigTensor);
  const slope = (v: Variable, i: number): Big =>
    slopeAt(problem.point.get(v.name)?.data[i] as number, placeOf(v, i), (p) => at(p).along(v.name, i));
  const variables = wanted(problem);
  const forecast = new Forecast(
    budget,
    variables.reduce((n, v) => n + sizeOf(v.shape), 0),
  );
  const gradient = new Map<string, BigTensor>();
  for (const v of variables) {
    const data = Array.from({ length: sizeOf(v.shape) }, (_, i) => {
      forecast.next();
      return slope(v, i);
    });
    gradient.set(v.name, { shape: v.shape, data });
  }
  return { value, gradient };
}

/** Refuses early what would not be finished: the first few components tell what the others take. */
class Forecast {
  private readonly start: number;
  private done = 0;

  constructor(
    private readonly budget: Budget,
    private readonly components: number,
  ) {
    this.start = budget.rest();
  }

  /** @throws Unavailable where the rest of the components would exceed the budget */
  next(): void {
    const spent = this.start - this.budget.rest();
    if (this.done >= 3) this.budget.demand((spent / this.done) * (this.components - this.done));
    this.done++;
  }
}

function settledValue(at: (precision: number) => BigTensor): BigTensor {
  for (const [low, high] of PRECISIONS) {
    const [rough, fine] = [at(low), at(high)];
    const missing = [...rough.data, ...fine.data].find((x) => x instanceof Undefined);
    if (missing instanceof Undefined) throw new why.Unavailable(missing.why);
    const last = high === PRECISIONS.at(-1)?.[1];
    const data = fine.data.map((x, i) => settled(rough.data[i] as Big, x as Big, last));
    if (data.every((x) => x !== undefined)) return { shape: fine.shape, data: data as Big[] };
  }
  throw new why.Unavailable(why.valueNotSettled);
}

/** A value that two precisions agree on; zero where both are nothing but rounding. */
function settled(rough: Big, fine: Big, last: boolean): Big | undefined {
  if (
    fine
      .sub(rough)
      .abs()
      .lte(fine.abs().mul(`1e-${DIGITS + 2}`))
  )
    return fine;
  return last && fine.abs().lt('1e-400') ? fine.mul(0) : undefined;
}
