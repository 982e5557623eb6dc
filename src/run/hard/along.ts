/**
 * How an intermediate value of a program moves when the variables do: its value and its tangent beside the point, on
 * both sides along a direction, by forward mode at points that come ever closer.
 */
import { AdcError } from '../../core/diagnostic.js';
import type { Side, Sides } from '../../core/errors/sides.js';
import { type Tensor, zerosLike } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import type { Func, Value } from '../../ir/types.js';
import { forward } from '../../passes/forward/index.js';
import { prune } from '../../passes/prune.js';
import { type Limit, limitOf, neighbour, STEPS, scaleOf } from './limit.js';
import type { Site } from './site.js';

/** One number for every element of the differentiated variables, in the order of the parameters. */
export type Direction = readonly Tensor[];

/** Where a coordinate of the differentiated variables stands. */
export interface Coordinate {
  /** The place of the variable among those that are differentiated, in the order of the parameters. */
  readonly variable: number;
  readonly offset: number;
}

/** What a target is at a point: values and tangents of all its elements. */
interface Seen {
  readonly value: Tensor;
  readonly tangent: Tensor;
}

/** Sides of one element, with how uncertain the limits of the derivatives are. */
export interface ElementSides extends Omit<Sides, 'along'> {
  readonly error: number;
}

class Mover {
  private readonly tangents: Func;
  /** The parameters that are differentiated, in their order. */
  readonly moving: readonly number[];

  /** @param target the value of the program's main region that is looked at */
  constructor(
    func: Func,
    target: Value,
    private readonly args: readonly Tensor[],
    wrt: ReadonlySet<string>,
  ) {
    const only = prune.run({ ...func, body: { ...func.body, results: [target] } });
    // Guarded: what does not move has no influence, not even where its partial is infinite.
    this.tangents = forward(only, [...wrt], { guarded: true });
    this.moving = func.params.map((_, k) => k).filter((k) => wrt.has(func.params[k]?.name as string));
  }

  coordinates(): Coordinate[] {
    return this.moving.flatMap((k, variable) =>
      Array.from((this.args[k] as Tensor).data, (_, offset) => ({ variable, offset })),
    );
  }

  /** The direction of one coordinate, one unit long. */
  unit({ variable, offset }: Coordinate): Direction {
    const direction = this.zero();
    (direction[variable] as Tensor).data[offset] = 1;
    return direction;
  }

  /** A direction along which every coordinate moves by a share of its own size. */
  mixed(share: () => number): Direction {
    const direction = this.zero();
    for (const [j, k] of this.moving.entries()) {
      const from = (this.args[k] as Tensor).data;
      const to = (direction[j] as Tensor).data;
      for (let i = 0; i < to.length; i++) to[i] = share() * scaleOf(from[i] as number);
    }
    return direction;
  }

  private zero(): Tensor[] {
    return this.moving.map((k) => zerosLike(this.args[k] as Tensor));
  }

  private at(direction: Direction, t: number): Seen {
    const moved = [...this.args];
    for (const [j, k] of this.moving.entries()) {
      const from = this.args[k] as Tensor;
      const by = (direction[j] as Tensor).data;
      moved[k] = { shape: from.shape, data: from.data.map((x, i) => x + t * (by[i] as number)) };
    }
    const [value, tangent] = interpret(this.tangents, [...moved, ...direction]) as [Tensor, Tensor];
    return { value, tangent };
  }

  /** The sides of some elements of the target along a direction, whose steps are `scale` long at most. */
  sides(direction: Direction, scale: number, elements: readonly number[]): ElementSides[] {
    const here = this.at(direction, 0);
    const [left, right] = [-1, 1].map((sign) => STEPS.map((h) => this.at(direction, sign * h * scale))) as [
      Seen[],
      Seen[],
    ];
    return elements.map((i) => {
      const at = (s: Seen): Side => ({
        value: s.value.data[i] as number,
        derivative: s.tangent.data[i] as number,
      });
      const own = at(here);
      const [l, r] = [side(own, left.map(at)), side(own, right.map(at))] as const;
      return { here: own, left: l, right: r, error: Math.max(l.error, r.error) };
    });
  }

  /** How far a coordinate is moved at most. */
  scale({ variable, offset }: Coordinate): number {
    return scaleOf((this.args[this.moving[variable] as number] as Tensor).data[offset] as number);
  }
}

function side(here: Side, seen: readonly Side[]): Side & { readonly error: number } {
  const value = neighbour(
    here.value,
    seen.map((s) => s.value),
  );
  const slope: Limit = limitOf(seen.map((s) => s.derivative));
  return { value, derivative: Number.isNaN(value) ? Number.NaN : slope.value, error: slope.error };
}

export type { Mover };

/** A way to see how a value moves; undefined where there is no forward mode through the program. */
export function moverOf(site: Site, target: Value): Mover | undefined {
  try {
    return new Mover(site.func, target, site.args, new Set(site.wrt));
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    return undefined;
  }
}
