/** Reverse mode through a choice: the backward sweep of a choice is a choice. */
import { namedDim } from '../../core/affine.js';
import { type IfOp, type Region, type TensorType, tensor, type Value } from '../../ir/types.js';
import {
  Adjoints,
  closedSum,
  either,
  pack,
  type State,
  type Sum,
  stateOf,
  unpack,
  width,
} from './adjoints.js';
import { bindsOf, computedBy, Flattening, raggedness, rebind, reread } from './saves.js';
import { type BranchTape, capturedBy, type ReversePass, type Save, type Step, type Tape } from './tape.js';

interface Recorded {
  readonly region: Region;
  readonly tape: Tape;
  /** Everything that the branch computed, and what it yields for that. */
  readonly inner: readonly Value[];
  readonly yields: readonly { readonly value: Value; readonly flat: boolean }[];
  /** The dimensions bound in the branch, and their sizes. */
  readonly names: readonly string[];
  readonly sizes: readonly Value[];
}

function recordBranch(pass: ReversePass, region: Region): Recorded {
  const { b } = pass;
  let rest: Omit<Recorded, 'region'> | undefined;
  const copy = b.region([], () => {
    const tape = pass.record(region.ops);
    const bound = bindsOf(tape);
    const flattening = new Flattening(b);
    const inner = computedBy(tape);
    const yields = inner.map((v) => {
      const how = raggedness(v.type.shape, bound);
      return { value: how === 'flat' ? flattening.flat(v) : v, flat: how !== 'none' };
    });
    const names = [...bound];
    rest = { tape, inner, yields, names, sizes: names.map((name) => b.dim(namedDim(name))) };
    return region.results.map(pass.resolve);
  });
  return { region: copy, ...(rest as Omit<Recorded, 'region'>) };
}

/** A region with more operations at its end, and the results made of the old and the added ones. */
function extend(
  pass: ReversePass,
  region: Region,
  more: () => readonly Value[],
  arrange: (own: readonly Value[], extra: readonly Value[]) => readonly Value[],
): Region {
  const extra = pass.b.region([], more);
  return {
    params: [],
    ops: [...region.ops, ...extra.ops],
    results: arrange(region.results, extra.results),
  };
}

/**
 * The branches yield, behind their results, everything they compute, so that the backward sweep need not run them
 * again; the other branch yields zeros in its place, or nothing where only the branch knows how much it is.
 */
export function recordIf(pass: ReversePass, op: IfOp, operands: readonly Value[]): Step {
  const { b } = pass;
  const sides = [op.then, op.otherwise].map((region) => recordBranch(pass, region)) as [Recorded, Recorded];
  b.span = op.span;
  const own = (s: Recorded) => [...s.yields.map((y) => y.value), ...s.sizes];
  const zeros = (s: Recorded) => () => [
    ...s.yields.map(({ value, flat }) =>
      b.full(0, flat ? [0, ...value.type.shape.slice(1)] : value.type.shape, value.type.dtype),
    ),
    ...s.sizes.map(() => b.int(0)),
  ];
  const [then, otherwise] = sides;
  const regions = [
    extend(pass, then.region, zeros(otherwise), (results, extra) => [...results, ...own(then), ...extra]),
    extend(pass, otherwise.region, zeros(then), (results, extra) => [
      ...results,
      ...extra,
      ...own(otherwise),
    ]),
  ] as const;
  const binds = [...op.binds];
  const flatDims = new Map<string, string>();
  const typeOf = (side: number, { value, flat }: Recorded['yields'][number]): TensorType => {
    if (!flat) return value.type;
    const key = `${side} ${JSON.stringify(value.type.shape[0])}`;
    let name = flatDims.get(key);
    if (name === undefined) {
      name = b.freshDim('size');
      flatDims.set(key, name);
      binds.push(name);
    }
    return tensor(value.type.dtype, [namedDim(name), ...value.type.shape.slice(1)]);
  };
  const types = [
    ...op.results.map((r) => r.type),
    ...sides.flatMap((s, side) => [...s.yields.map((y) => typeOf(side, y)), ...s.sizes.map((v) => v.type)]),
  ];
  const all = b.if(operands[0] as Value, ...regions, types, binds);
  for (const [i, r] of op.results.entries()) pass.bind(r, all[i] as Value);
  let at = op.results.length;
  const branches = sides.map((s): BranchTape => {
    const saves = new Map<number, Save>();
    for (const [i, v] of s.inner.entries())
      saves.set(v.id, { value: all[at++] as Value, flat: s.yields[i]?.flat === true });
    const sizes = new Map(s.names.map((name) => [name, all[at++] as Value]));
    const captured = capturedBy(pass, s.tape, s.region.results, []);
    return { tape: s.tape, results: s.region.results, saves, sizes, captured };
  });
  return { op, operands, results: all, binds, branches: branches as [BranchTape, BranchTape] };
}

interface Swept {
  readonly region: Region;
  readonly totals: ReadonlyMap<number, { readonly to: Value; readonly sum: Sum }>;
  /** Adjoints asked for of values inside the branch. */
  readonly tapped: ReadonlyMap<number, Value>;
}

export function sweepIf(pass: ReversePass, step: Step, adjoints: Adjoints): void {
  const { b, taps } = pass;
  const op = step.op as IfOp;
  const branches = step.branches as readonly [BranchTape, BranchTape];
  const seeds = op.results.map((_, i) => adjoints.take(step.results[i] as Value));
  if (seeds.every((s) => s === undefined)) return;
  for (const [i, seed] of seeds.entries()) {
    const { id } = op.results[i] as Value;
    if (seed && taps.asked.has(id)) taps.found.set(id, closedSum(b, seed));
  }
  // In a loop, sums go through the choice, so that what is added to a part of a tensor costs no more than that.
  const through = new Map<number, { readonly to: Value; readonly sum: Sum }>();
  if (pass.depth > 0) {
    for (const to of branches.flatMap((t) => t.captured)) {
      const sum = adjoints.take(to);
      if (sum) through.set(to.id, { to, sum });
    }
  }
  const sides = branches.map((tape, side) => sweepBranch(pass, tape, op, side, seeds, through));
  join(pass, pass.read(step.operands[0] as Value), sides as [Swept, Swept], through, adjoints);
}

function sweepBranch(
  pass: ReversePass,
  branch: BranchTape,
  op: IfOp,
  side: number,
  seeds: readonly (Sum | undefined)[],
  through: ReadonlyMap<number, { readonly to: Value; readonly sum: Sum }>,
): Swept {
  const { b, taps } = pass;
  const totals = new Map<number, { readonly to: Value; readonly sum: Sum }>();
  const old = side === 0 ? op.then : op.otherwise;
  const outer = taps.found;
  taps.found = new Map();
  const region = b.region([], () => {
    const sizes = new Map([...branch.sizes].map(([name, size]) => [name, rebind(b, name, pass.read(size))]));
    reread(pass, branch.tape, branch.saves, sizes, (v, save) => {
      const saved = pass.read(save.value);
      return save.flat ? b.reshape(saved, v.type.shape) : saved;
    });
    const local = new Adjoints(b);
    for (const { to, sum } of through.values()) local.add(to, sum);
    for (const [i, seed] of seeds.entries()) {
      const wanted = pass.isActive(old.results[i] as Value);
      if (seed && wanted) local.add(branch.results[i] as Value, seed);
    }
    pass.sweep(branch.tape, local);
    for (const to of local.targets()) totals.set(to.id, { to, sum: local.take(to) as Sum });
    return [];
  });
  const tapped = taps.found;
  taps.found = outer;
  return { region, totals, tapped };
}

/**
 * Adjoints of the values around a choice. One that only one branch contributes to, or contributes to under a guard,
 * comes with a guard: what was not taken has no influence.
 */
function join(
  pass: ReversePass,
  condition: Value,
  sides: readonly [Swept, Swept],
  through: ReadonlyMap<number, { readonly to: Value; readonly sum: Sum }>,
  adjoints: Adjoints,
): void {
  const { b, taps } = pass;
  const reached = [
    ...new Map(sides.flatMap((s) => [...s.totals].map(([id, t]) => [id, t.to] as const))).values(),
  ];
  const changed = (v: Value) =>
    !through.has(v.id) || sides.some((s) => s.totals.get(v.id)?.sum.value !== through.get(v.id)?.sum.value);
  for (const v of reached) if (!changed(v)) adjoints.add(v, (through.get(v.id) as { sum: Sum }).sum);
  const targets = reached.filter(changed);
  const states = targets.map((v): State => {
    const [a, c] = sides.map((s) => stateOf(s.totals.get(v.id)?.sum)) as [State, State];
    const state = either(a, c);
    return through.has(v.id) || state === 'open' ? state : 'guarded';
  });
  const found = new Map(sides.flatMap((s) => [...s.tapped]));
  const parts = (side: Swept) => () => [
    ...targets.flatMap((v, i) => pack(b, side.totals.get(v.id)?.sum, states[i] as State, v.type.shape)),
    ...[...found].map(([id, v]) => side.tapped.get(id) ?? b.full(0, v.type.shape)),
  ];
  const [x, y] = sides.map((s) => extend(pass, s.region, parts(s), (_, extra) => extra)) as [Region, Region];
  const results = [...b.if(condition, x, y)];
  for (const [i, v] of targets.entries()) {
    const state = states[i] as State;
    adjoints.add(v, unpack(state, results.splice(0, width(state))));
  }
  for (const id of found.keys()) taps.found.set(id, results.shift() as Value);
}
