/**
 * Reverse mode through loops: recording. The loop saves, for each iteration, what its body computes; where iterations
 * compute tensors of different sizes, they are joined.
 */
import { type Dim, dimNames, namedDim, printShape } from '../../core/affine.js';
import { type ForOp, type TensorType, tensor, type Value, type WhileOp } from '../../ir/types.js';
import { bindsOf, computedBy, Flattening, raggedness } from './saves.js';
import {
  capturedBy,
  type Group,
  type LoopTape,
  type ReversePass,
  type Save,
  type Step,
  type Tape,
} from './tape.js';

/** Copies the condition of a `while`, which is not differentiated. */
function copiedCondition(pass: ReversePass, op: WhileOp) {
  const region = pass.b.region([], () => {
    pass.record(op.condition.ops);
    return op.condition.results.map(pass.resolve);
  });
  return { ...region, params: op.condition.params };
}

/** The groups of values that are joined, with a dimension for each that the loop binds. */
class Groups {
  readonly all: Group[] = [];
  private readonly known = new Map<string, Group>();

  constructor(private readonly pass: ReversePass) {}

  of(shape: readonly Dim[], flat: boolean): Group {
    const key = flat ? `all of ${printShape(shape)}` : printShape(shape.slice(0, 1));
    let group = this.known.get(key);
    if (group === undefined) {
      group = { joined: this.pass.b.freshDim('joined'), shape, flat };
      this.known.set(key, group);
      this.all.push(group);
    }
    return group;
  }

  add(group: Group): Group {
    this.all.push(group);
    return group;
  }
}

interface Plan {
  readonly yields: readonly Value[];
  readonly types: readonly TensorType[];
  /** For each value of the body, the result that it is saved in: one of the program's, or one of `yields`. */
  readonly places: ReadonlyMap<number, { readonly at: number; readonly group: Group | undefined }>;
  readonly names: readonly string[];
  readonly sizesAt: number;
  readonly kept: readonly (Group | undefined)[];
  readonly groups: Groups;
}

/** What the body yields beside its results; called at its end. */
function planSaves(
  pass: ReversePass,
  op: ForOp | WhileOp,
  count: Dim,
  tape: Tape,
  results: readonly Value[],
): Plan {
  const { b } = pass;
  const carried = op.operands.length;
  const bound = bindsOf(tape);
  const names = [...bound];
  const groups = new Groups(pass);
  const flattening = new Flattening(b);
  const params = op.body.params.slice(op.body.params.length - carried);
  const kept = op.results.slice(carried).map((r, k) => {
    const joined = dimNames(r.type.shape[0] as Dim).find((name) => op.binds.includes(name));
    const { shape } = (results[carried + k] as Value).type;
    return joined === undefined ? undefined : groups.add({ joined, shape, flat: false });
  });
  const places = new Map<number, { at: number; group: Group | undefined }>();
  for (const [k, group] of kept.entries())
    places.set((results[carried + k] as Value).id, { at: carried + k, group });
  const yields: Value[] = [];
  const types: TensorType[] = [];
  for (const v of [...params, ...computedBy(tape)]) {
    if (places.has(v.id)) continue;
    const { dtype, shape } = v.type;
    const how = raggedness(shape, bound);
    const group = how === 'none' ? undefined : groups.of(shape, how === 'flat');
    places.set(v.id, { at: op.results.length + yields.length, group });
    yields.push(how === 'flat' ? flattening.flat(v) : v);
    const lead = group ? namedDim(group.joined) : count;
    types.push(tensor(dtype, [lead, ...(how === 'none' ? shape : how === 'lead' ? shape.slice(1) : [])]));
  }
  const sizesAt = op.results.length + yields.length;
  for (const name of names) {
    yields.push(b.dim(namedDim(name)));
    types.push(tensor('int', [count]));
  }
  return { yields, types, places, names, sizesAt, kept, groups };
}

export function recordLoop(pass: ReversePass, op: ForOp | WhileOp, operands: readonly Value[]): Step {
  const { b } = pass;
  const count = op.kind === 'for' ? op.count : namedDim(op.trips);
  const condition = op.kind === 'while' ? copiedCondition(pass, op) : undefined;
  let tape: Tape = [];
  let results: readonly Value[] = [];
  let plan: Plan | undefined;
  const region = b.region([], () => {
    tape = pass.record(op.body.ops);
    results = op.body.results.map(pass.resolve);
    plan = planSaves(pass, op, count, tape, results);
    return [...results, ...plan.yields];
  });
  const { yields, types, places, names, sizesAt, kept, groups } = plan as unknown as Plan;
  b.span = op.span;
  const joined = groups.all.map((g) => g.joined).filter((name) => !op.binds.includes(name));
  const binds = [...op.binds, ...joined];
  const parts = {
    operands,
    body: { ...region, params: op.body.params },
    saved: op.saved + yields.length,
    binds,
  };
  const all = b.append(
    op.kind === 'while'
      ? { kind: 'while', ...parts, condition: condition as NonNullable<typeof condition>, trips: op.trips }
      : { kind: 'for', ...parts, count: op.count },
    [...op.results.map((r) => r.type), ...types],
  );
  for (const [i, r] of op.results.entries()) pass.bind(r, all[i] as Value);
  const save = ({ at, group }: { at: number; group: Group | undefined }): Save => ({
    value: all[at] as Value,
    flat: group?.flat === true,
    ...(group && { group }),
  });
  const { params } = op.body;
  const loop: LoopTape = {
    op,
    count,
    tape,
    results,
    saves: new Map([...places].map(([id, place]) => [id, save(place)])),
    sizes: new Map(names.map((name, i) => [name, all[sizesAt + i] as Value])),
    captured: capturedBy(pass, tape, results, params),
    ...(op.kind === 'for' && { counter: params[0] as Value }),
    params: params.slice(params.length - operands.length),
    kept,
    groups: groups.all,
  };
  return { op, operands, results: all, binds: op.kind === 'while' ? [op.trips, ...binds] : binds, loop };
}
