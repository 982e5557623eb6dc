/**
 * Saving and reading again. The forward sweep yields everything that a branch or an iteration computes; the backward sweep
 * reads what its rules ask for, or computes it once more where that is cheap. What nothing reads is pruned.
 */
import { type Dim, dimNames, printShape, type Shape } from '../../core/affine.js';
import type { Builder } from '../../ir/builder.js';
import { intScalar, type Op, type Value } from '../../ir/types.js';
import type { ReversePass, Save, Tape } from './tape.js';

/** The number of elements, as an integer scalar. */
export function sizeOf(b: Builder, shape: Shape): Value {
  return shape.map((d) => b.dim(d)).reduce((x, y) => b.elementwise('mul', x, y));
}

/** Everything that the operations of a region computed. */
export const computedBy = (tape: Tape) => tape.flatMap((step) => step.results);

export const bindsOf = (tape: Tape) => new Set(tape.flatMap((step) => step.binds));

const mentions = (dim: Dim, names: ReadonlySet<string>) => dimNames(dim).some((name) => names.has(name));

/** How the shape of a value depends on names bound inside its region: not at all, by its first axis only, or otherwise. */
export function raggedness(shape: Shape, bound: ReadonlySet<string>): 'none' | 'lead' | 'flat' {
  const lead = shape[0];
  if (lead === undefined || !shape.some((d) => mentions(d, bound))) return 'none';
  return shape.slice(1).some((d) => mentions(d, bound)) ? 'flat' : 'lead';
}

/** Vectors of all elements of values, for values of one shape under one dimension. */
export class Flattening {
  private readonly dims = new Map<string, Dim>();

  constructor(private readonly b: Builder) {}

  flat(v: Value): Value {
    const { shape } = v.type;
    const key = printShape(shape);
    let dim = this.dims.get(key);
    if (dim === undefined) {
      dim = this.b.extent(sizeOf(this.b, shape), 'size').dim;
      this.dims.set(key, dim);
    }
    return this.b.reshape(v, [dim]);
  }
}

/** Binds a dimension anew, in a region beside the one that bound it. */
export function rebind(b: Builder, name: string, size: Value): Value {
  return b.append({ kind: 'extent', operands: [size], dim: name }, [intScalar])[0] as Value;
}

const CHEAP = new Set([
  'add', 'sub', 'mul', 'neg', 'abs', 'sign', 'lt', 'le', 'gt', 'ge', 'eq', 'ne', 'and', 'or', 'not',
  'maximum', 'minimum', 'floor', 'mod', 'rem',
]); // biome-ignore format: a list of words

/** What may be computed again from values that the backward sweep has. */
const AGAIN: ReadonlySet<Op['kind']> = new Set([
  'const', 'dim', 'iota', 'cast', 'broadcast', 'reshape', 'transpose', 'detach', 'select', 'elementwise', 'gather', 'slice',
]); // biome-ignore format: a list of words

/**
 * Makes the values of a region readable in the backward sweep. `free` are those that need no saving: what comes from
 * outside, and what follows from that and the counter by cheap operations. An operation is done again where all that it
 * needs is free, or where it takes one other value, of no more elements than it yields.
 */
export function reread(
  pass: ReversePass,
  tape: Tape,
  saves: ReadonlyMap<number, Save>,
  sizes: ReadonlyMap<string, Value>,
  fetch: (v: Value, save: Save) => Value,
): void {
  const { b } = pass;
  const inner = new Set(saves.keys());
  const free = new Set<number>();
  const isFree = (v: Value) => !inner.has(v.id) || free.has(v.id);
  for (const { op, operands, results } of tape) {
    b.span = op.span;
    if (op.kind === 'extent') {
      pass.standsFor(results[0] as Value, sizes.get(op.dim) as Value);
      continue;
    }
    const needed = again(op) ? [...new Set(operands.filter((v) => !isFree(v)))] : undefined;
    const small = op.kind !== 'gather' && op.kind !== 'slice';
    const whole = needed?.every(
      (v) => (small ? v.type.shape.length : 0) <= (results[0] as Value).type.shape.length,
    );
    const index = op.kind === 'gather' && needed?.length === 1 && needed[0] === operands[1];
    if (needed && (needed.length === 0 || (needed.length === 1 && whole && (small || index)))) {
      if (needed.length === 0) free.add((results[0] as Value).id);
      const copy = b.fresh((results[0] as Value).type, (results[0] as Value).name);
      b.push({ ...op, operands: operands.map((v) => pass.read(v)), results: [copy] } as Op);
      pass.standsFor(results[0] as Value, copy);
      continue;
    }
    for (const r of results) pass.standsFor(r, fetch(r, saves.get(r.id) as Save));
  }
}

function again(op: Op): boolean {
  return AGAIN.has(op.kind) && (op.kind !== 'elementwise' || CHEAP.has(op.name));
}
