/**
 * Compiling and running in process: the same lowering and the same printer as for emitted modules, so both compute the
 * same to the last bit.
 *
 * What depends on shapes only (values of named dimensions, sizes of results, temporaries) is a *plan*; the last plan
 * is kept, because the same function is run on the same shapes again and again.
 */
import { evaluateDim, type Shape } from '../core/affine.js';
import { checkTime, during, iterationLimit } from '../core/deadline.js';
import { assert } from '../core/diagnostic.js';
import { checkBudget } from '../core/limits.js';
import { sizeOf, type Tensor } from '../core/tensor.js';
import { directSource, HOOKS } from '../emit/direct.js';
import type { Hooks } from '../emit/runtime.js';
import { bindDims } from '../ir/dims.js';
import type { Func } from '../ir/types.js';
import { calledBy, lowerFunc } from '../loops/lower.js';
import { isBuffer, type LoopFunction } from '../loops/types.js';
import { hooksFor } from './hooks.js';

export interface Compiled {
  /** Computes the results for arguments in the order of the parameters. */
  run(args: readonly Tensor[]): Tensor[];
  /** The text of the generated code. */
  readonly source: string;
}

interface Plan {
  readonly shapes: readonly (readonly number[])[];
  readonly dims: readonly number[];
  /** Undefined for results whose sizes only the run knows. */
  readonly results: readonly (readonly number[] | undefined)[];
  readonly temps: readonly number[];
  /** Temporaries that are kept from run to run. */
  kept: Float64Array[] | undefined;
}

/** Temporaries up to this many elements in all are kept between runs. */
const KEPT = 1 << 20;

/** What running needs to know of a function beside its code. */
type Outside = Pick<LoopFunction, 'name' | 'params' | 'results' | 'dims' | 'buffers' | 'slots'>;

/** What the code returns: results whose sizes only it knows, with their shapes. */
type Returned = readonly (readonly [data: Float64Array, shape: readonly number[]])[];
type Code = (...args: (number | Float64Array)[]) => Returned | undefined;

/** Compiles a function of the upper IR. */
export function compileFunc(func: Func): Compiled {
  during('generating code');
  const fn = lowerFunc(func);
  const callees = calledBy([func], func.functions ?? new Map());
  const { text, sites } = directSource(fn, callees.map((f) => lowerFunc(f, func.functions))); // biome-ignore format: short
  const { name, params, results, dims, buffers, slots } = fn;
  const hooks = hooksFor(sites);
  const code = new Function(HOOKS, text)(hooks) as Code;
  during('running generated code');
  return new Runner({ name, params, results, dims, buffers, slots }, code, text, hooks);
}

class Runner implements Compiled {
  private plan: Plan | undefined;
  private readonly temps: readonly Shape[];
  private readonly isScalar: readonly boolean[];

  constructor(
    private readonly fn: Outside,
    private readonly code: Code,
    readonly source: string,
    private readonly hooks: Hooks,
  ) {
    this.temps = fn.buffers.filter((b) => b.role === 'temp' && !b.dynamic).map((b) => b.shape);
    this.isScalar = fn.params.map((p) => p.shape.length === 0);
  }

  run(args: readonly Tensor[]): Tensor[] {
    const plan = this.planFor(args);
    const { fn } = this;
    const scalars = new Float64Array(fn.results.length);
    const values: (number | Float64Array)[] = [];
    for (const [k, a] of args.entries()) values.push(this.isScalar[k] ? (a.data[0] as number) : a.data);
    values.push(...plan.dims);
    const results = plan.results.map(
      (shape): Tensor | undefined => shape && { shape, data: new Float64Array(sizeOf(shape)) },
    );
    for (const [k, r] of fn.results.entries())
      if (isBuffer(r.at) && !r.sizes) values.push((results[k] as Tensor).data);
    values.push(...this.workspace(plan), new Float64Array(fn.slots), scalars);
    checkTime();
    this.hooks.most = iterationLimit();
    const own = [...(this.code(...values) ?? [])];
    let n = 0;
    return fn.results.map((r, k) => {
      const result = results[k];
      if (!result) {
        const [data, shape] = own.shift() as Returned[number];
        return { shape, data };
      }
      if (!isBuffer(r.at)) result.data[0] = scalars[n++] as number;
      return result;
    });
  }

  private workspace(plan: Plan): Float64Array[] {
    if (plan.kept) return plan.kept;
    const buffers = plan.temps.map((n) => new Float64Array(n));
    if (plan.temps.reduce((sum, n) => sum + n, 0) <= KEPT) plan.kept = buffers;
    return buffers;
  }

  private planFor(args: readonly Tensor[]): Plan {
    const { plan } = this;
    if (plan && args.every((a, k) => sameNumbers(a.shape, plan.shapes[k] as readonly number[]))) return plan;
    this.plan = this.makePlan(args.map((a) => a.shape));
    return this.plan;
  }

  private makePlan(shapes: readonly (readonly number[])[]): Plan {
    const { fn } = this;
    assert(shapes.length === fn.params.length, `${fn.name} takes ${fn.params.length} arguments`);
    for (const [k, p] of fn.params.entries())
      assert(shapes[k]?.length === p.shape.length, `${p.name} has rank ${p.shape.length}`);
    const values = bindDims(
      fn.params.map((p) => p.shape),
      shapes,
    );
    const actual = (shape: Shape) => shape.map((d) => Math.max(0, evaluateDim(d, values)));
    const results = fn.results.map((r) => (r.sizes ? undefined : actual(r.shape)));
    const temps = this.temps.map((shape) => sizeOf(actual(shape)));
    checkBudget([
      ...fn.results.map((r, k) => [`the result ${r.name}`, sizeOf(results[k] ?? [0])] as const),
      ...temps.map((n) => ['an intermediate result', n] as const),
    ]);
    const dims = fn.dims.map((d) => values.get(d.name) as number);
    return { shapes, dims, results, temps, kept: undefined };
  }
}

function sameNumbers(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((x, k) => x === b[k]);
}
