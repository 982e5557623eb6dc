/**
 * Reverse mode through calls. The callee becomes two functions: the augmented one also returns everything it computes,
 * the backward one takes that and the adjoints of the results, and returns those of the arguments. Nothing is computed
 * twice, so the cost does not grow with the depth of calls. What the backward function does not use is pruned from both.
 */
import {
  addDims,
  type Dim,
  dimNames,
  namedDim,
  type Shape,
  scaleDim,
  substituteDim,
} from '../../core/affine.js';
import { InternalError } from '../../core/diagnostic.js';
import type { Builder } from '../../ir/builder.js';
import { type CallOp, type Func, type Param, type TensorType, tensor, type Value } from '../../ir/types.js';
import type { Functions } from '../functions.js';
import { Adjoints, pack, type State, stateOf, unpack, width } from './adjoints.js';
import { bindsOf, computedBy, Flattening, raggedness, rebind, reread } from './saves.js';
import type { ReversePass, Save, Step, Tape } from './tape.js';

/** A callee recorded, with some of its arguments active. */
export interface CallRecord {
  readonly callee: Func;
  /** The name of the augmented function. */
  readonly augmented: string;
  readonly args: readonly boolean[];
  readonly pass: ReversePass;
  readonly tape: Tape;
  /** Where each value that the callee computes is among what the augmented function returns. */
  readonly saves: ReadonlyMap<number, { readonly at: number; readonly flat: boolean }>;
  readonly names: readonly string[];
  readonly yields: readonly TensorType[];
  /** The values of the callee that its results are. */
  readonly results: readonly Value[];
}

interface Backward {
  readonly name: string;
  /** The states of the adjoints of the active arguments. */
  readonly states: readonly State[];
}

export class CallBook {
  private readonly records = new Map<string, CallRecord>();
  private readonly backwards = new Map<string, Backward>();

  constructor(
    readonly functions: Functions,
    private readonly passFor: (callee: Func, active: ReadonlySet<number>) => ReversePass,
  ) {}

  record(callee: string, args: readonly boolean[]): CallRecord {
    const mask = args.map(Number).join('');
    const key = `${mask} ${callee}`;
    let record = this.records.get(key);
    if (record === undefined) {
      const func = this.functions.get(callee);
      const { active } = this.functions.activity.ofCall(callee, args);
      const { augmented, ...rest } = augment(func, args, this.passFor(func, active));
      const name = this.functions.variant(callee, 'augmented', mask, () => augmented);
      record = { ...rest, augmented: name };
      this.records.set(key, record);
    }
    return record;
  }

  /** The backward function for results whose adjoints are in these states. */
  backward(record: CallRecord, seeds: readonly State[]): Backward {
    const key = `${seeds.join(' ')} ${record.augmented}`;
    let known = this.backwards.get(key);
    if (known === undefined) {
      const { func, states } = backwardOf(record, seeds);
      const name = this.functions.variant(record.callee.name, 'backward', key, () => func);
      known = { name, states };
      this.backwards.set(key, known);
    }
    return known;
  }
}

function augment(
  callee: Func,
  args: readonly boolean[],
  pass: ReversePass,
): Omit<CallRecord, 'augmented'> & { readonly augmented: Func } {
  const { b } = pass;
  const tape = pass.record(callee.body.ops);
  const results = callee.body.results.map(pass.resolve);
  const bound = bindsOf(tape);
  const flattening = new Flattening(b);
  const saves = new Map<number, { at: number; flat: boolean }>();
  const yields: Value[] = [];
  for (const v of computedBy(tape)) {
    const how = raggedness(v.type.shape, bound);
    saves.set(v.id, { at: yields.length, flat: how !== 'none' });
    yields.push(how === 'flat' ? flattening.flat(v) : v);
  }
  const names = [...bound];
  for (const name of names) yields.push(b.dim(namedDim(name)));
  const resultNames = [...callee.resultNames, ...yields.map((_, i) => `saved${i}`)];
  const augmented = b.finish(callee.name, callee.params, [...results, ...yields], resultNames);
  return {
    callee,
    augmented: callee.requires ? { ...augmented, requires: callee.requires } : augmented,
    args,
    pass,
    tape,
    saves,
    names,
    yields: yields.map((v) => v.type),
    results,
  };
}

function backwardOf(record: CallRecord, seeds: readonly State[]): { func: Func; states: State[] } {
  const { callee, pass, tape, saves, names, yields, results, args } = record;
  pass.begin();
  const { b } = pass;
  const params = callee.params.map((p): Param => b.param(p.name, p.value.type, p.role));
  for (const [i, p] of callee.params.entries()) pass.standsFor(p.value, (params[i] as Param).value);
  const flat = flatPlaces(record);
  const lengths = new Lengths(b);
  const saved = yields.map(({ dtype, shape }, i) =>
    b.param(`saved${i}`, tensor(dtype, flat.has(i) ? lengths.of(shape) : shape), 'data'),
  );
  const sizes = new Map(
    names.map((name, i) => [name, (saved[yields.length - names.length + i] as Param).value]),
  );
  // The vectors that hold values of sizes known inside only have lengths of their own.
  const bound = new Map([...sizes].map(([name, size]) => [name, rebind(b, name, size)]));
  const all = new Map(
    [...saves].map(([id, { at, flat }]): [number, Save] => [id, { value: (saved[at] as Param).value, flat }]),
  );
  reread(pass, tape, all, bound, (v, { value, flat }) => (flat ? b.reshape(value, v.type.shape) : value));
  const adjoints = new Adjoints(b);
  const entered: Param[] = [];
  for (const [i, r] of results.entries()) {
    const state = seeds[i] as State;
    if (state === 'none') continue;
    const { shape } = r.type;
    const own = [b.param(`adjoint${i}`, tensor('float', shape), 'cotangent')];
    if (width(state) > 1)
      own.push(b.param(`counts${i}`, tensor('bool', state === 'flagged' ? [] : shape), 'cotangent'));
    entered.push(...own);
    const sum = unpack(
      state,
      own.map((p) => p.value),
    );
    if (pass.isActive(r)) adjoints.add(r, sum);
  }
  pass.sweep(tape, adjoints);
  const outs: Value[] = [];
  const states: State[] = [];
  for (const p of callee.params.filter((_, i) => args[i])) {
    const sum = adjoints.take(p.value);
    const state = stateOf(sum);
    states.push(state);
    if (state !== 'none') outs.push(...pack(b, sum, state, p.value.type.shape));
  }
  const func = b.finish(
    callee.name,
    [...params, ...saved, ...entered],
    outs,
    outs.map((_, i) => `adjoint${i}`),
  );
  return { func, states };
}

/** The saved values whose length only the callee knows. */
const flatPlaces = (record: CallRecord) =>
  new Set([...record.saves.values()].filter((s) => s.flat).map((s) => s.at));

/** Names for lengths that only the callee knows, outside of it. */
class Lengths {
  private readonly known = new Map<string, string>();

  constructor(private readonly b: Builder) {}

  get names(): readonly string[] {
    return [...this.known.values()];
  }

  /** The shape with a name of its own for its leading length. */
  of([lead, ...rest]: Shape): Shape {
    const key = JSON.stringify(lead);
    let name = this.known.get(key);
    if (name === undefined) {
      name = this.b.freshDim('size');
      this.known.set(key, name);
    }
    return [namedDim(name), ...rest];
  }
}

/** What the callee's names of dimensions are at a call. */
function dimsAt(callee: Func, operands: readonly Value[]): Map<string, Dim> {
  const known = new Map<string, Dim>();
  for (const [i, { value }] of callee.params.entries()) {
    for (const [k, dim] of value.type.shape.entries()) {
      const open = dimNames(dim).filter((name) => !known.has(name));
      if (typeof dim === 'number' || open.length !== 1) continue;
      const name = open[0] as string;
      const factor = dim.terms.find(([n]) => n === name)?.[1] as number;
      if (Math.abs(factor) !== 1) continue;
      const rest = substituteDim(addDims(dim, namedDim(name), -factor), known);
      known.set(name, scaleDim(addDims(operands[i]?.type.shape[k] as Dim, rest, -1), factor));
    }
  }
  return known;
}

function shapeAt(shape: Shape, dims: ReadonlyMap<string, Dim>): Shape {
  return shape.map((dim) => {
    if (dimNames(dim).some((name) => !dims.has(name)))
      throw new InternalError('a size that a call does not tell');
    return substituteDim(dim, dims);
  });
}

export function recordCall(pass: ReversePass, op: CallOp, operands: readonly Value[]): Step {
  const { b } = pass;
  const record = pass.calls.record(
    op.callee,
    operands.map((v) => pass.isActive(v)),
  );
  const dims = dimsAt(record.callee, operands);
  const lengths = new Lengths(b);
  const flat = flatPlaces(record);
  const shapes = record.yields.map(({ dtype, shape }, i) => ({
    dtype,
    shape: flat.has(i) ? lengths.of(shape) : shape,
  }));
  for (const name of lengths.names) dims.set(name, namedDim(name));
  const types = shapes.map(({ dtype, shape }) => tensor(dtype, shapeAt(shape, dims)));
  const binds = [...op.binds, ...lengths.names];
  b.span = op.span;
  const all = b.call(record.augmented, operands, [...op.results.map((r) => r.type), ...types], binds);
  for (const [i, r] of op.results.entries()) pass.bind(r, all[i] as Value);
  return { op, operands, results: all, binds, call: { record, saved: all.slice(op.results.length) } };
}

export function sweepCall(
  pass: ReversePass,
  { op, operands, results }: Step,
  { record, saved }: NonNullable<Step['call']>,
  adjoints: Adjoints,
): void {
  const { b } = pass;
  const sums = op.results.map((_, i) => adjoints.take(results[i] as Value));
  const seeds = sums.map(stateOf);
  if (seeds.every((s) => s === 'none')) return;
  const { name, states } = pass.calls.backward(record, seeds);
  const packed = sums.flatMap((sum, i) =>
    sum ? pack(b, sum, seeds[i] as State, (op.results[i] as Value).type.shape) : [],
  );
  const args = [...[...operands, ...saved].map((v) => pass.read(v)), ...packed];
  const targets = operands.filter((_, i) => record.args[i]);
  const types = targets.flatMap((v, i) => {
    const state = states[i] as State;
    if (state === 'none') return [];
    const value = tensor('float', v.type.shape);
    return state === 'open' ? [value] : [value, tensor('bool', state === 'flagged' ? [] : v.type.shape)];
  });
  b.span = op.span;
  const out = [...b.call(name, args, types)];
  for (const [i, v] of targets.entries()) {
    const state = states[i] as State;
    if (state !== 'none') adjoints.add(v, unpack(state, out.splice(0, width(state))));
  }
}
