/**
 * Whether an error is excused by nature: because changing the inputs in their last digits would do the same, or because
 * the output vanishes wherever one looks, so that rounding is all there can be of it.
 */
import type { Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import { distance, type Reruns, scatterOf } from './perturb.js';
import { derivativeArgs, type Site } from './site.js';

/** A relative change of the inputs that shows how sensitive an output is. */
const SHIFT = 2 ** -20;
/** An output is as good as its inputs if its error is that of changing them by so many units in the last place. */
const BACKWARD = 256 * Number.EPSILON;
/** An output within so many errors of zero vanishes. */
const VANISHING = 8;
/** Places elsewhere at which it has to, at least. */
const PLACES = 3;

/** How an input of some size is moved; n counts the inputs. */
type Move = (x: number, n: number, size: number) => number;

const small: readonly Move[] = [1, -1].map((sign) => (x, n, size) => {
  const by = sign * (n % 2 === 0 ? SHIFT : -SHIFT);
  return x + by * (x === 0 ? size : x);
});

/** Moves to elsewhere: to other sizes, by about a half, and to about one. */
const large: readonly Move[] = [
  ...[0.31, 0.02, 1e-4, 17].map(
    (factor): Move =>
      (x, n) =>
        x * factor * (1 + 0.3 * Math.sin(n)),
  ),
  (x, n) => x + 0.5 + 0.2 * Math.cos(3 * n),
  (x, n) => 0.1 * x + 1 + 0.3 * Math.sin(5 * n + 1),
];

export class Sensitivity {
  private nearby: readonly (readonly Tensor[])[] | undefined;
  private elsewhere: readonly Outputs[] | undefined;

  constructor(
    private readonly site: Site,
    private readonly reruns: Reruns,
  ) {}

  /** Whether an error of an output (0 for the value, else a gradient) needs no other cause than nature. */
  explains(output: number, offset: number, error: number): boolean {
    const base = this.reruns.outputs[output]?.data[offset] as number;
    const vanishes = Math.abs(base) <= 4 * error;
    // A value that keeps some digits is judged by these: its inputs are exact.
    if (output === 0 && !vanishes) return false;
    this.nearby ??= small.map((move) => this.reruns.run(() => undefined, this.moved(move)));
    const natural = this.nearby.map((r) => distance(r[output]?.data[offset] as number, base) / SHIFT);
    const size = Math.max(...natural, output === 0 ? 0 : this.slope(output, offset));
    return error <= BACKWARD * size || (vanishes && this.isNothing(output, offset));
  }

  /** Whether an output vanishes elsewhere as well. */
  private isNothing(output: number, offset: number): boolean {
    this.elsewhere ??= large.map((move) => outputsAt(this.site, this.moved(move)));
    const seen = this.elsewhere.map(({ values, scatter }) => ({
      size: Math.abs(values[output]?.data[offset] as number),
      error: scatter[output]?.data[offset] as number,
    }));
    const finite = seen.filter((s) => Number.isFinite(s.size + s.error));
    return finite.length >= PLACES && finite.every((s) => s.size <= VANISHING * s.error);
  }

  /** The slope by which the value changes as much as it is large, while a coordinate changes as much as it is large. */
  private slope(output: number, offset: number): number {
    const { site, reruns } = this;
    const weights = site.cotangent.data;
    const value = (reruns.outputs[0] as Tensor).data.reduce(
      (sum, y, i) => sum + Math.abs(y * (weights[i] as number)),
      0,
    );
    const t = site.args[site.func.params.findIndex((p) => p.name === site.wrt[output - 1])] as Tensor;
    return value / Math.abs(t.data[offset] || typical(t));
  }

  /** Other inputs. */
  private moved(move: Move): Tensor[] {
    const { func, args } = this.site;
    let n = 0;
    const moved = args.map((t, k): Tensor => {
      if (func.params[k]?.value.type.dtype !== 'float') return t;
      const size = typical(t);
      return { shape: t.shape, data: t.data.map((x) => move(x, n++, size)) };
    });
    return [...moved, ...derivativeArgs(this.site).slice(args.length)];
  }
}

interface Outputs {
  readonly values: readonly Tensor[];
  /** How far other roundings move them. */
  readonly scatter: readonly Tensor[];
}

function outputsAt(site: Site, args: readonly Tensor[]): Outputs {
  const values = interpret(site.gradient(), args);
  return { values, scatter: scatterOf(site.gradient(), args) };
}

/** The size of numbers like those in a tensor, for zeros among them. */
function typical(t: Tensor): number {
  const most = t.data.reduce((m, x) => Math.max(m, Math.abs(x)), 0);
  return most > 0 ? most : 1;
}
