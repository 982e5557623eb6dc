/**
 * Where infinities and NaN come from: runs that remember every operation with a result that is not finite, and the way
 * back from a broken output to the first operation that broke it.
 */
import type { Broken } from '../../core/errors/hard.js';
import { indexOf, type Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import type { Func, IfOp, Op, Value } from '../../ir/types.js';
import { arrayRow, elementwiseRow } from '../../ops/table.js';
import { callAt, operationName } from './call.js';

/** Says of a number that it is one of those whose origin is looked for. */
type Bad = (x: number) => boolean;

const infiniteOrNaN: Bad = (x) => !Number.isFinite(x);

interface Event {
  readonly op: Op;
  readonly operands: readonly Tensor[];
  readonly result: Tensor;
}

/** An operation that made something bad of numbers that were not. */
export interface Culprit extends Event {
  /** Of its result the first bad element. */
  readonly offset: number;
}

/** A run of a function that remembers what went wrong. */
export class Breakage {
  readonly results: readonly Tensor[];
  /** By id of the value. An operation in a branch that is not taken is not run. */
  private readonly events = new Map<number, Event>();
  private readonly order = new Map<Op, number>();

  constructor(
    private readonly func: Func,
    args: readonly Tensor[],
  ) {
    this.results = interpret(func, args, {
      observe: (op, operands, results) => {
        for (const [i, result] of results.entries()) {
          if (!result.data.some(infiniteOrNaN)) continue;
          if (!this.order.has(op)) this.order.set(op, this.order.size);
          this.events.set((op.results[i] as Value).id, { op, operands, result });
        }
      },
    });
  }

  /** Operations that made infinities or NaN of finite numbers, in order, whether or not they matter. */
  first(): Culprit[] {
    return [...this.events.values()].flatMap((e) => {
      if (e.op.kind === 'const' || e.op.kind === 'if' || e.operands.some((t) => t.data.some(infiniteOrNaN)))
        return [];
      return [{ ...e, offset: e.result.data.findIndex(infiniteOrNaN) }];
    });
  }

  /** Back from result k, through operands that are bad as well, to where the first of them went bad. */
  origin(k: number, bad: Bad = infiniteOrNaN): Culprit | undefined {
    const waiting = [this.func.body.results[k] as Value];
    const seen = new Set<number>();
    const found: Culprit[] = [];
    for (let v = waiting.pop(); v; v = waiting.pop()) {
      const event = this.events.get(v.id);
      if (!event || seen.has(v.id)) continue;
      seen.add(v.id);
      const offset = event.result.data.findIndex(bad);
      if (offset < 0) continue;
      const sources = sourcesOf(event, v, bad);
      if (sources.length === 0 && event.op.kind !== 'if') found.push({ ...event, offset });
      waiting.push(...sources);
    }
    const at = (c: Culprit) => this.order.get(c.op) as number;
    return found.sort((a, b) => at(a) - at(b))[0];
  }
}

/** The values that a bad result may come from: of a choice only what is chosen where it is bad. */
function sourcesOf({ op, operands, result }: Event, v: Value, bad: Bad): Value[] {
  if (op.kind === 'if') return [taken(op, operands).results[op.results.indexOf(v)] as Value];
  return op.operands.filter((_, i) => {
    const { data } = operands[i] as Tensor;
    if (op.kind !== 'select') return data.some(bad);
    const chosen = (j: number) => (operands[0]?.data[j] ? 1 : 2) === i;
    return i > 0 && data.some((x, j) => bad(x) && chosen(j) && bad(result.data[j] as number));
  });
}

const taken = (op: IfOp, [condition]: readonly Tensor[]) => (condition?.data[0] ? op.then : op.otherwise);

/** What a message says of a culprit. */
export function brokenOf({ op, operands, result, offset }: Culprit): Broken {
  const value = result.data[offset] as number;
  const inputs = op.kind === 'elementwise' ? operands.map((t) => t.data[offset] as number) : [];
  const cause = op.kind === 'array' ? arrayRow(op.name)?.undefinedFor : undefined;
  return {
    operation: operationName(op),
    call: cause === undefined ? callAt(op, operands, offset) : `${operationName(op)} of ${cause}`,
    result: value,
    division: !Number.isNaN(value) && isDivision(op, inputs),
    overflow: !Number.isNaN(value) && isOverflow(op, inputs),
    index: indexOf(result.shape, offset),
  };
}

/** Division by zero, also as a power. */
function isDivision(op: Op, [a, b]: readonly number[]): boolean {
  if (op.kind !== 'elementwise') return false;
  return (op.name === 'div' && b === 0) || (op.name === 'pow' && a === 0 && (b as number) < 0);
}

/** Whether an infinite result is too large a number, rather than infinite by nature: a pole, or something infinite passed on. */
function isOverflow(op: Op, inputs: readonly number[]): boolean {
  if (!inputs.every(Number.isFinite)) return false;
  if (op.kind !== 'elementwise') return true;
  if (isDivision(op, inputs)) return false;
  // A function that is not defined everywhere has poles at the edges of its domain, but for powers and quotients.
  return elementwiseRow(op.name)?.domain === undefined || op.name === 'pow' || op.name === 'div';
}
