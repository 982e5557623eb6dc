/**
 * What the interpreter tells of how a problem's numbers come about: how far rounding makes them scatter, which
 * operation loses the digits, and whether another point is computed along another path. The checker asks where
 * something is suspicious, so nothing here is fast.
 */
import { orElse } from '../core/diagnostic.js';
import { sizeOf, type Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import type { Func, Op } from '../ir/types.js';
import { forwardCost } from './cost.js';
import { firstChange, type Path, type PathChange, PathRecorder } from './path.js';
import type { GradientMode, Insight, Loss, Point, Turn } from './problem.js';
import { roundedResults, scatterAround, worstLoss } from './rounding.js';

const SEEDS = [1, 2, 3, 4] as const;
/** Element operations of a program whose intermediate results may all be kept. */
const KEEPABLE = 1e7;

/** How a mode computes derivatives along directions, or a part of them. */
export interface Computation {
  /** The same for derivatives that come from the same run; absent where each takes its own. */
  readonly key?: string;
  readonly func: () => Func;
  readonly args: readonly Tensor[];
  /** The derivative along the direction asked for. */
  readonly along: (results: readonly Tensor[]) => number;
}

export interface Sources {
  readonly point: Point;
  readonly cotangent: Tensor;
  /** The program as it was written, with detached values as inputs. */
  written(): Func;
  /** The function that differences are taken of. */
  compiled(): Func;
  /** The arguments of both at a point. */
  argsAt(point: Point): readonly Tensor[];
  /** What a mode runs for the derivative along a direction, which is the sum of all parts. */
  derivative(mode: GradientMode, direction: Point): readonly Computation[];
}

interface Scattered {
  readonly exact: readonly Tensor[];
  readonly samples: readonly (readonly Tensor[])[];
}

export class InterpretedInsight implements Insight {
  readonly #from: Sources;
  readonly #scattered = new Map<string, Scattered>();
  #recorder: PathRecorder | undefined;
  #home: Path | undefined;

  constructor(from: Sources) {
    this.#from = from;
  }

  valueScatter(at: Point): number {
    const func = this.#from.compiled();
    const args = this.#from.argsAt(at);
    return orElse(
      () => {
        const [exact] = interpret(func, args) as [Tensor];
        const samples = roundedResults(func, args, SEEDS);
        return scatterAround(
          0,
          samples.map(([t]) => this.#weighedDistance(t as Tensor, exact)),
        );
      },
      () => Number.POSITIVE_INFINITY,
    );
  }

  elementScatter(at: Point): Float64Array {
    const func = this.#from.compiled();
    const args = this.#from.argsAt(at);
    return orElse(
      () => {
        const [exact] = interpret(func, args) as [Tensor];
        const samples = roundedResults(func, args, SEEDS).map(([t]) => (t as Tensor).data);
        return exact.data.map((x, i) =>
          scatterAround(
            x,
            samples.map((data) => data[i] as number),
          ),
        );
      },
      () => new Float64Array(sizeOf(this.#from.cotangent.shape)).fill(Number.POSITIVE_INFINITY),
    );
  }

  gradientScatter(mode: GradientMode, direction: Point): number {
    let squares = 0;
    for (const computation of this.#from.derivative(mode, direction)) {
      const { exact, samples } = this.#scatter(computation);
      squares += scatterAround(computation.along(exact), samples.map(computation.along)) ** 2;
    }
    return Math.sqrt(squares);
  }

  #scatter({ key, func, args }: Computation): Scattered {
    const known = key === undefined ? undefined : this.#scattered.get(key);
    if (known !== undefined) return known;
    const made = { exact: interpret(func(), args), samples: roundedResults(func(), args, SEEDS) };
    if (key !== undefined) this.#scattered.set(key, made);
    return made;
  }

  valueLoss(at: Point): Loss | undefined {
    return lossOf(this.#from.compiled(), this.#from.argsAt(at));
  }

  gradientLoss(mode: GradientMode, direction: Point): Loss | undefined {
    const losses = this.#from.derivative(mode, direction).map(({ func, args }) => lossOf(func(), args));
    return losses.reduce(
      (a, b) => (a === undefined || (b !== undefined && b.digits > a.digits) ? b : a),
      undefined,
    );
  }

  get decides(): boolean {
    return this.#paths().decides;
  }

  turn(at: Point): Turn | undefined {
    const paths = this.#paths();
    this.#home ??= paths.at(this.#from.argsAt(this.#from.point));
    const change = firstChange(this.#home, paths.at(this.#from.argsAt(at)));
    return change && turnOf(change);
  }

  #paths(): PathRecorder {
    this.#recorder ??= new PathRecorder(this.#from.written());
    return this.#recorder;
  }

  #weighedDistance(t: Tensor, from: Tensor): number {
    let sum = 0;
    for (const [i, weight] of this.#from.cotangent.data.entries()) {
      const [x, y] = [t.data[i] as number, from.data[i] as number];
      // What does not move contributes nothing, infinite or not.
      if (weight !== 0 && x !== y) sum += weight * (x - y);
    }
    return sum;
  }
}

function lossOf(func: Func, args: readonly Tensor[]): Loss | undefined {
  if (forwardCost(func) > KEEPABLE) return undefined;
  const loss = worstLoss(func, args, SEEDS);
  return loss && { operation: operationName(loss.op), span: loss.op.span, digits: loss.digits };
}

function turnOf({ op }: PathChange): Turn {
  return { operation: operationName(op), span: op.span };
}

/** What people call an operation. */
function operationName(op: Op): string {
  switch (op.kind) {
    case 'elementwise':
    case 'reduce':
      return WRITTEN[op.name] ?? op.name;
    case 'select':
      return 'where';
    case 'if':
      return '? :';
    case 'contract':
      return 'the product';
    case 'while':
      return 'the number of iterations';
    default:
      return op.kind;
  }
}

/** Rows whose name is not what people write. */
const WRITTEN: Readonly<Record<string, string>> = {
  add: '+',
  sub: '-',
  mul: '*',
  div: '/',
  neg: '-',
  pow: '^',
  maximum: 'max',
  minimum: 'min',
};
