/**
 * Choices at their boundary: `x > 0 ? a : b` at x = 0. The derivative of the branch taken is answered; it is a
 * convention unless the choice has the same value and derivative beside the point, in whichever direction one leaves.
 */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/hard.js';
import type { Sides } from '../../core/errors/sides.js';
import { indexOf, sizeOf } from '../../core/tensor.js';
import type { Op, Value } from '../../ir/types.js';
import { forwardCost } from '../cost.js';
import { type Direction, type ElementSides, type Mover, moverOf } from './along.js';
import { textAt } from './call.js';
import { STEPS } from './limit.js';
import type { Undecided } from './observe.js';
import { coordinateName, FEW_COORDINATES, type Site } from './site.js';

/** Directions that are tried beside the coordinates: a boundary may be left along none of the axes. */
const MIXED = 3;
/** Element operations that looking around may cost. */
const WORK = 1e7;
/** Elements that are looked at; of the others nothing better is known than that they are at the boundary. */
const LOOKED = 64;

interface Way {
  /** The coordinate that moves, where only one does. */
  readonly name?: string;
  readonly direction: Direction;
  readonly scale: number;
}

/** Numbers between ½ and 1 with either sign, the same in every run. */
function shares(): () => number {
  let state = 1;
  return () => {
    state = (state * 48271) % 2147483647;
    return (state % 2 === 0 ? 1 : -1) * (0.5 + state / 2 / 2147483647);
  };
}

function waysOf(site: Site, mover: Mover): Way[] {
  const runs = 2 * STEPS.length + 1;
  const affordable = Math.max(1, Math.floor(WORK / (runs * (1 + forwardCost(site.func)))));
  const coordinates = mover.coordinates();
  const share = shares();
  const mixed = coordinates.length > 1 ? Array.from({ length: MIXED }, () => mover.mixed(share)) : [];
  const single = coordinates.length <= FEW_COORDINATES ? coordinates : [];
  const ways: Way[] = [
    ...single.map((c) => ({
      name: coordinateName(site, mover.moving[c.variable] as number, c.offset),
      direction: mover.unit(c),
      scale: mover.scale(c),
    })),
    ...mixed.map((direction) => ({ direction, scale: 1 })),
  ];
  return ways.slice(0, affordable);
}

/** Whether a choice goes on beside the point as it is there. */
function goesOn({ left, right, here, error }: ElementSides): boolean {
  return [left, right].every((side) => {
    const size = Math.max(Math.abs(side.derivative), Math.abs(here.derivative));
    const off = Math.abs(side.derivative - here.derivative);
    const alike = off <= 1e-7 * size + 8 * error + 1e-13 * Math.abs(here.value);
    return side.value === here.value && Number.isFinite(off) && alike;
  });
}

interface Found {
  /** Elements that do not go on. */
  readonly hard: ReadonlySet<number>;
  /** How the first of them moves along the coordinates that tell. */
  readonly along: readonly Sides[];
}

/** Looks in all directions from the elements of what a mover looks at. */
function lookAround(site: Site, mover: Mover, elements: readonly number[]): Found {
  const hard = new Set<number>();
  const along: Sides[] = [];
  for (const { name, direction, scale } of waysOf(site, mover)) {
    for (const [n, sides] of mover.sides(direction, scale, elements).entries()) {
      if (goesOn(sides)) continue;
      const i = elements[n] as number;
      const first = hard.values().next().value ?? i;
      if (name !== undefined && first === i) along.push({ ...sides, along: name });
      hard.add(i);
    }
  }
  return { hard, along };
}

/** The warning for a choice that a derivative passed through at `elements`; undefined where the branches meet there. */
export function choiceWarning(
  site: Site,
  { op, root, comparisons }: Undecided,
  elements: readonly number[],
  shape: readonly number[],
): Diagnostic | undefined {
  const target = root.results[0] as Value;
  const mover = moverOf(site, target);
  // A choice inside a branch is judged by what the outer choice yields.
  const inner = op !== root;
  const size = sizeOf(target.type.shape as readonly number[]);
  const all = inner ? Array.from({ length: size }, (_, i) => i) : elements;
  const found = mover && lookAround(site, mover, all.slice(0, LOOKED));
  if (found?.hard.size === 0) return undefined;
  const told = found && !inner ? [...found.hard, ...elements.slice(LOOKED)] : elements;
  const condition = textAt(site.program.source, (comparisons[0] as Op).span);
  return errors.choice(op.span, condition, found?.along ?? [], {
    indices: told.slice(0, 10).map((i) => indexOf(shape, i)),
    count: told.length,
  });
}
