/**
 * Reverse mode through loops: the backward sweep is a counted loop that visits the iterations in the opposite order. It
 * carries the adjoints of what the loop carries, sums for the adjoints of values from outside, and where in the joined
 * tensors it stands.
 */
import { addDims, type Dim, namedDim, type Shape } from '../../core/affine.js';
import { intScalar, type TensorType, tensor, type Value } from '../../ir/types.js';
import {
  Adjoints,
  asGuarded,
  closedSum,
  pack,
  type State,
  type Sum,
  stateOf,
  under,
  unpack,
  width,
} from './adjoints.js';
import { loopStates } from './flow.js';
import { rebind, reread, sizeOf } from './saves.js';
import type { Group, LoopTape, ReversePass, Save, Step } from './tape.js';

/** A sum that the backward loop carries. */
interface Slot {
  readonly state: State;
  readonly shape: Shape;
  readonly initial: Sum | undefined;
}

/** Whether there is any iteration, unless that is known. */
function runs(pass: ReversePass, count: Dim): Value | undefined {
  if (typeof count === 'number' && count > 0) return undefined;
  return pass.b.elementwise('lt', pass.b.int(0), pass.b.dim(count));
}

function typesOf(slot: Slot): TensorType[] {
  const value = tensor('float', slot.shape);
  if (slot.state === 'open') return [value];
  return [value, tensor('bool', slot.state === 'flagged' ? [] : slot.shape)];
}

/** What one iteration reads: rows of stacked tensors, parts of joined ones. */
class Iteration {
  private readonly indices = new Map<string, Value>();

  constructor(
    private readonly pass: ReversePass,
    private readonly row: Value,
  ) {}

  /** Sets a group to its part in this iteration, which ends where that of the next one begins; returns its beginning. */
  enter(group: Group, end: Value): Value {
    const { b } = this.pass;
    const lead = group.shape[0] as Dim;
    const length = group.flat ? sizeOf(b, group.shape) : b.dim(lead);
    const begin = b.elementwise('sub', end, length);
    const dim = group.flat ? b.extent(length, 'size').dim : lead;
    this.indices.set(group.joined, b.elementwise('add', b.iota(dim), b.broadcastTo(begin, [dim])));
    return begin;
  }

  /** The part of a tensor of all iterations. */
  part(all: Value, group: Group | undefined, shape: Shape): Value {
    const { b } = this.pass;
    if (!group) return b.gather(all, this.row);
    const part = b.gather(all, this.indices.get(group.joined) as Value);
    return group.flat ? b.reshape(part, shape) : part;
  }

  fetch(v: Value, save: Save): Value {
    return this.part(this.pass.read(save.value), save.group, v.type.shape);
  }
}

export function sweepLoop(pass: ReversePass, step: Step, loop: LoopTape, adjoints: Adjoints): void {
  const { b, taps } = pass;
  const { op } = loop;
  const carried = loop.params.length;
  const results = step.results.slice(0, op.results.length);
  const seeds = results.map((r) => adjoints.take(r));
  if (seeds.every((s) => s === undefined)) return;
  for (const [i, seed] of seeds.entries()) {
    const { id } = op.results[i] as Value;
    if (seed && taps.asked.has(id)) taps.found.set(id, closedSum(b, seed));
  }
  const before = loop.captured.map((v) => adjoints.take(v));
  const kept = seeds.slice(carried).map((s) => s && asGuarded(b, s));
  const states = loopStates(
    pass,
    loop,
    seeds.slice(0, carried).map(stateOf),
    kept.map(stateOf),
    before.map(stateOf),
    pass.depth,
  );
  const slotOf = (v: Value, state: State, initial: Sum | undefined): Slot | undefined =>
    state === 'none' ? undefined : { state, shape: v.type.shape, initial };
  const slots = [
    ...loop.params.map((p, k) => slotOf(p, states.carried[k] as State, seeds[k])),
    ...loop.captured.map((v, k) => slotOf(v, states.captured[k] as State, before[k])),
  ];
  const present = slots.filter((s): s is Slot => s !== undefined);
  const ends = loop.groups.map((g) => b.dim(namedDim(g.joined)));
  const initial = [...present.flatMap((s) => pack(b, s.initial, s.state, s.shape)), ...ends];
  const types = [...present.flatMap(typesOf), ...ends.map(() => intScalar)];
  let untouched: readonly boolean[] = [];
  const outer = taps.found;
  taps.found = new Map();
  pass.depth++;
  const body = b.region([intScalar, ...types], ([j, ...params]) => {
    const last = addDims(loop.count, -1);
    const row = b.elementwise('sub', typeof last === 'number' ? b.int(last) : b.dim(last), j as Value);
    const positions = params.slice(params.length - ends.length);
    const iteration = new Iteration(pass, row);
    const sizes = new Map(
      [...loop.sizes].map(([name, all]) => [name, rebind(b, name, b.gather(pass.read(all), row))]),
    );
    const begins = loop.groups.map((g, i) => iteration.enter(g, positions[i] as Value));
    if (loop.counter) pass.standsFor(loop.counter, row);
    for (const p of loop.params) pass.standsFor(p, iteration.fetch(p, loop.saves.get(p.id) as Save));
    reread(pass, loop.tape, loop.saves, sizes, (v, save) => iteration.fetch(v, save));
    const local = new Adjoints(b);
    const rest = [...params];
    const entered = slots.map((s) => s && unpack(s.state, rest.splice(0, width(s.state))));
    for (const [k, v] of loop.captured.entries()) {
      const sum = entered[carried + k];
      if (sum) local.add(v, sum);
    }
    for (const [k, r] of loop.results.entries()) {
      if (!pass.isActive(r)) continue;
      const all = kept[k - carried];
      const sum = k < carried ? entered[k] : all && partOf(iteration, all, loop.kept[k - carried], r);
      if (sum) local.add(r, sum);
    }
    pass.sweep(loop.tape, local);
    const sums = [...loop.params, ...loop.captured].map((v) => local.take(v));
    untouched = sums.map((s, k) => k >= carried && s?.value === entered[k]?.value);
    const next = slots.flatMap((s, k) => (s ? pack(b, sums[k], s.state, s.shape) : []));
    return [...next, ...begins];
  });
  pass.depth--;
  taps.found = outer;
  b.span = op.span;
  const swept = b.append(
    { kind: 'for', operands: initial, count: loop.count, body, saved: 0, binds: [] },
    types,
  );
  const rest = [...swept];
  const after = slots.map((s) => s && unpack(s.state, rest.splice(0, width(s.state))));
  for (const [k, v] of loop.captured.entries()) {
    const sum = after[carried + k];
    if (sum && !untouched[carried + k]) adjoints.add(v, behind(pass, loop.count, before[k], sum));
    else if (before[k]) adjoints.add(v, before[k] as Sum);
  }
  for (const k of loop.params.keys()) {
    const initialValue = step.operands[k] as Value;
    const sum = after[k];
    if (sum && pass.isActive(initialValue)) adjoints.add(initialValue, sum);
  }
}

function partOf(iteration: Iteration, all: Sum, group: Group | undefined, r: Value): Sum {
  const part = (v: Value) => iteration.part(v, group, r.type.shape);
  return all.guard ? { value: part(all.value), guard: part(all.guard) } : { value: part(all.value) };
}

/** The adjoint of a captured value behind the loop: what no iteration added to has not been reached. */
function behind(pass: ReversePass, count: Dim, before: Sum | undefined, sum: Sum): Sum {
  if (stateOf(sum) !== 'open' || stateOf(before) === 'open') return sum;
  const { b } = pass;
  const some = runs(pass, count);
  if (!some) return sum;
  if (!before) return under(b, sum, some);
  if (before.flag) return { value: sum.value, flag: b.elementwise('or', before.flag, some) };
  return {
    value: sum.value,
    guard: b.elementwise('or', before.guard as Value, b.broadcastTo(some, sum.value.type.shape)),
  };
}
