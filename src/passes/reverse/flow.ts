/**
 * Where guards will be needed: before a loop is swept backwards, what its adjoints are sums of is followed through the
 * tape, so that no more is carried from iteration to iteration than has to be. What this finds is a forecast: sums are
 * brought into the state that was foreseen.
 */

import type { Value } from '../../ir/types.js';
import type { ArrayRow } from '../../ops/array.js';
import type { ElementwiseRow, ReductionRow } from '../../ops/row.js';
import { arrayRow, elementwiseRow, reductionRow } from '../../ops/table.js';
import { either, isPart, type State, together } from './adjoints.js';
import type { BranchTape, LoopTape, ReversePass, Step, Tape } from './tape.js';

export type States = Map<number, State>;

const of = (states: States, v: Value): State => states.get(v.id) ?? 'none';

function add(states: States, v: Value, state: State): void {
  if (state !== 'none') states.set(v.id, together(of(states, v), state));
}

function take(states: States, v: Value): State {
  const state = of(states, v);
  states.delete(v.id);
  return state;
}

/** The states of all adjoints after a backward sweep of the tape. */
export function flow(pass: ReversePass, tape: Tape, states: States, depth: number): void {
  for (let i = tape.length - 1; i >= 0; i--) {
    const step = tape[i] as Step;
    if (step.loop) flowLoop(pass, step, step.loop, states, depth);
    else if (step.branches) flowIf(pass, step, step.branches, states, depth);
    else if (step.call) flowCall(pass, step, states);
    else flowSimple(pass, step, states, depth);
  }
}

function flowSimple(pass: ReversePass, { op, operands, results }: Step, states: States, depth: number): void {
  const state = results[0] ? take(states, results[0]) : 'none';
  if (state === 'none') return;
  for (const [i, v] of operands.entries()) {
    if (!pass.isActive(v) || !reaches(op, i)) continue;
    if (op.kind === 'select') add(states, v, 'guarded');
    else if (depth > 0 && isPlaced(op) && of(states, v) === 'flagged' && state === 'guarded') continue;
    else add(states, v, state);
  }
}

function flowCall(pass: ReversePass, { op, operands, results }: Step, states: States): void {
  const seeds = op.results.map((_, i) => take(states, results[i] as Value));
  if (seeds.every((s) => s === 'none')) return;
  const state = seeds.includes('open') ? 'open' : 'guarded';
  for (const v of operands) if (pass.isActive(v)) add(states, v, state);
}

/** Whether what the operand gets goes to some places of it only. */
const isPlaced = (op: Step['op']) =>
  op.kind === 'gather' ? (op.operands[1]?.type.shape.length ?? 2) < 2 : isPart(op);

/** Whether a derivative goes from the result to operand i at all. */
function reaches(op: Step['op'], i: number): boolean {
  switch (op.kind) {
    case 'elementwise':
      return (elementwiseRow(op.name) as ElementwiseRow).partials[i] !== 'zero';
    case 'reduce':
      return (reductionRow(op.name) as ReductionRow).weights !== 'zero';
    case 'array':
      return (arrayRow(op.name) as ArrayRow).partials[i] !== 'zero';
    case 'detach':
      return false;
    default:
      return true;
  }
}

function flowIf(
  pass: ReversePass,
  step: Step,
  branches: readonly BranchTape[],
  states: States,
  depth: number,
): void {
  const seeds = step.op.results.map((_, i) => take(states, step.results[i] as Value));
  if (seeds.every((s) => s === 'none')) return;
  const through: States = new Map();
  if (depth > 0) {
    for (const v of branches.flatMap((t) => t.captured)) {
      const state = take(states, v);
      if (state !== 'none') through.set(v.id, state);
    }
  }
  const [then, otherwise] = branches.map((branch) => {
    const local: States = new Map(through);
    for (const [i, seed] of seeds.entries()) {
      const result = branch.results[i] as Value;
      if (pass.isActive(result)) add(local, result, seed);
    }
    flow(pass, branch.tape, local, depth);
    return local;
  }) as [States, States];
  for (const id of new Set([...then.keys(), ...otherwise.keys()])) {
    const state = either(then.get(id) ?? 'none', otherwise.get(id) ?? 'none');
    const joined = through.has(id) || state === 'open' ? state : 'guarded';
    states.set(id, together(states.get(id) ?? 'none', joined));
  }
}

export interface LoopStates {
  /** The state of each carried adjoint; `none` where there never is one. */
  readonly carried: readonly State[];
  /** The states of the adjoints of captured values, while the loop runs. */
  readonly captured: readonly State[];
}

/** The states that hold in every iteration: the least ones that hold before the first and are kept by the body. */
export function loopStates(
  pass: ReversePass,
  loop: LoopTape,
  seeds: readonly State[],
  kept: readonly State[],
  before: readonly State[],
  depth: number,
): LoopStates {
  let carried = [...seeds];
  let captured = before.map((s): State => (s === 'none' ? 'flagged' : s));
  for (;;) {
    const local: States = new Map();
    for (const [k, v] of loop.captured.entries()) local.set(v.id, captured[k] as State);
    for (const [k, state] of [...carried, ...kept].entries()) add(local, loop.results[k] as Value, state);
    flow(pass, loop.tape, local, depth + 1);
    const next = loop.params.map((p, k) =>
      pass.isActive(p) ? either(carried[k] as State, take(local, p)) : 'none',
    );
    const after = loop.captured.map((v, k) => outer(captured[k] as State, of(local, v)));
    const same = next.every((s, k) => s === carried[k]) && after.every((s, k) => s === captured[k]);
    if (same) return { carried, captured };
    carried = next;
    captured = after;
  }
}

/** A flag that every iteration raises need not be carried: it tells whether there was one. */
function outer(before: State, after: State): State {
  return before === 'flagged' && after === 'open' ? 'open' : before === 'guarded' ? before : after;
}

function flowLoop(pass: ReversePass, step: Step, loop: LoopTape, states: States, depth: number): void {
  const count = loop.params.length;
  const results = step.results.slice(0, step.op.results.length).map((r) => take(states, r));
  if (results.every((s) => s === 'none')) return;
  const before = loop.captured.map((v) => take(states, v));
  const found = loopStates(pass, loop, results.slice(0, count), results.slice(count), before, depth);
  for (const [k, v] of loop.captured.entries())
    add(states, v, afterLoop(before[k] as State, found.captured[k] as State));
  for (const [k, state] of found.carried.entries()) {
    const initial = step.operands[k] as Value;
    if (pass.isActive(initial)) add(states, initial, state);
  }
}

/** The state of a captured value's adjoint behind a loop, which may not have run at all. */
export function afterLoop(before: State, during: State): State {
  if (during !== 'open' || before === 'open') return during;
  return before === 'guarded' ? 'guarded' : 'flagged';
}
