/** Warnings at kinks: the one-sided derivatives of the operation there, and of its result along the variables. */
import type { Diagnostic } from '../../core/diagnostic.js';
import * as errors from '../../core/errors/hard.js';
import type { Sides } from '../../core/errors/sides.js';
import { indexOf, type Tensor } from '../../core/tensor.js';
import type { ElementwiseOp, Op, ReduceOp, Value } from '../../ir/types.js';
import type { Args, ElementwiseRow } from '../../ops/row.js';
import { elementwiseRow } from '../../ops/table.js';
import { moverOf } from './along.js';
import { callAt } from './call.js';
import type { Kinked } from './observe.js';
import { improvement } from './propose.js';
import { reducedElements } from './reduced.js';
import { isSmooth, sidesOfReduction, sidesOfRow } from './sides.js';
import { coordinateName, FEW_COORDINATES, type Site } from './site.js';

/** Elements of one operation that are looked at until one turns out to have no derivative. */
const TRIED = 8;
/** As many numbers as are passed on as data. */
const WRITTEN = 16;
/** A reduction of more elements than this is described by its convention alone. */
const MANY = 4096;

const argumentsAt = (operands: readonly Tensor[], offset: number) =>
  [0, 1, 2].map((k) => operands[k]?.data[offset] ?? 0) as unknown as Args<number>;

/** Whether the partial of some active argument is infinite at an element: what makes NaN of an adjoint of zero. */
export function isSteep({ op, operands }: Kinked, offset: number, active: ReadonlySet<number>): boolean {
  if (op.kind !== 'elementwise') return false;
  const row = elementwiseRow(op.name) as ElementwiseRow;
  const args = argumentsAt(operands, offset);
  return op.operands.some(
    (v, i) => active.has(v.id) && !Number.isFinite(sidesOfRow(row, args, i).here.derivative),
  );
}

/** The sides with respect to those active arguments for which there is no derivative. */
function hardSides(s: Kinked, offset: number, active: ReadonlySet<number>): readonly Sides[] | undefined {
  return s.op.kind === 'elementwise'
    ? hardArguments(s.op, s.operands, offset, active)
    : s.op.kind === 'reduce'
      ? hardElement(s.op, s.operands[0] as Tensor, offset)
      : undefined;
}

function hardArguments(
  op: ElementwiseOp,
  operands: readonly Tensor[],
  offset: number,
  active: ReadonlySet<number>,
) {
  const row = elementwiseRow(op.name) as ElementwiseRow;
  const args = argumentsAt(operands, offset);
  const moving = op.operands.map((_, i) => i).filter((i) => active.has((op.operands[i] as Value).id));
  const hard = moving.map((i) => sidesOfRow(row, args, i)).filter((s) => !isSmooth(s));
  const [first] = hard;
  const alike =
    first !== undefined && hard.length === op.operands.length && hard.every((s) => sameSides(s, first));
  return alike && hard.length > 1 ? [{ ...first, along: 'each argument' }] : hard;
}

function sameSides(a: Sides, b: Sides): boolean {
  const numbers = ({ left, right, here }: Sides) =>
    [left, right, here].flatMap((s) => [s.value, s.derivative]);
  return numbers(a).every((x, i) => Object.is(x, numbers(b)[i]));
}

/** One element of those that a reduction has no derivative for; undefined where there are too many to look at. */
function hardElement(op: ReduceOp, operand: Tensor, offset: number): readonly Sides[] | undefined {
  const elements = reducedElements(operand, op.axes, offset);
  if (elements.length > MANY) return undefined;
  for (const i of elements.keys()) {
    const sides = sidesOfReduction(op.name, elements, i);
    if (!isSmooth(sides)) return [sides];
  }
  return [];
}

/** How element `offset` of an operation moves along each coordinate, where there are few, and it does not smoothly. */
export function movesOf(site: Site, { op, root }: { op: Op; root: Op }, offset: number): Sides[] {
  const target = root.results[0] as Value;
  if (op !== root && target.type.shape.length > 0) return [];
  const mover = moverOf(site, target);
  const coordinates = mover?.coordinates() ?? [];
  if (!mover || coordinates.length > FEW_COORDINATES) return [];
  return coordinates.flatMap((c) => {
    const [sides] = mover.sides(mover.unit(c), mover.scale(c), [op === root ? offset : 0]);
    const along = coordinateName(site, mover.moving[c.variable] as number, c.offset);
    return sides && !isSmooth({ ...sides, along }) ? [{ ...sides, along }] : [];
  });
}

/** The numbers that go into element `offset`, unless there are very many. */
function argumentsOf({ op, operands }: Kinked, offset: number): readonly number[] {
  if (op.kind === 'elementwise') return operands.map((t) => t.data[offset] as number);
  if (op.kind === 'array') return [];
  const elements = reducedElements(operands[0] as Tensor, op.axes, offset);
  return elements.length > WRITTEN ? [] : [...elements];
}

/** The warning for a kink that a derivative passed through at `elements`; undefined where it has a derivative after all. */
export function kinkWarning(
  site: Site,
  suspect: Kinked,
  elements: readonly number[],
  active: ReadonlySet<number>,
  shape: readonly number[],
): Diagnostic | undefined {
  for (const offset of elements.slice(0, TRIED)) {
    const sides = hardSides(suspect, offset, active);
    if (sides?.length === 0) continue;
    return errors.kink(suspect.op.span, {
      operation: suspect.op.name,
      arguments: argumentsOf(suspect, offset),
      call: callAt(suspect.op, suspect.operands, offset),
      what: suspect.kink.what,
      convention: suspect.kink.convention,
      sides: sides ?? [],
      along: sides ? movesOf(site, suspect, offset) : [],
      hint: sides?.every((s) => Number.isFinite(s.here.derivative))
        ? undefined
        : improvement(site, suspect.op.span),
      elements: {
        indices: [offset, ...elements.filter((i) => i !== offset)].slice(0, 10).map((i) => indexOf(shape, i)),
        count: elements.length,
      },
    });
  }
  return undefined;
}
