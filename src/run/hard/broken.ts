/**
 * Where infinities and NaN come from: runs that remember every operation with a result that is not finite, and the way
 * back from a broken output to the first operation that broke it.
 */
import type { Broken } from '../../core/errors/hard.js';
import { indexOf, type Tensor } from '../../core/tensor.js';
import { interpret } from '../../ir/interpret.js';
import { type Func, type IfOp, type Op, type Region, regionsOf, type Value } from '../../ir/types.js';
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
  /** By value, when it was bad for the first time. An operation in a branch that is not taken is not run. */
  private readonly events = new Map<Value, Event>();
  /** Where the parameters of loops and functions come from. */
  private readonly passed: ReadonlyMap<Value, readonly Value[]>;
  private readonly order = new Map<Op, number>();

  constructor(
    private readonly func: Func,
    args: readonly Tensor[],
  ) {
    this.passed = passedOn(func);
    this.results = interpret(func, args, {
      observe: (op, operands, results) => {
        for (const [i, result] of results.entries()) {
          if (!result.data.some(infiniteOrNaN)) continue;
          if (!this.order.has(op)) this.order.set(op, this.order.size);
          const value = op.results[i] as Value;
          if (!this.events.has(value)) this.events.set(value, { op, operands, result });
        }
      },
    });
  }

  /** Operations that made infinities or NaN of finite numbers, in order, whether or not they matter. */
  first(): Culprit[] {
    return [...this.events.values()].flatMap((e) => {
      if (e.op.kind === 'const' || isControl(e.op) || e.operands.some((t) => t.data.some(infiniteOrNaN)))
        return [];
      return [{ ...e, offset: e.result.data.findIndex(infiniteOrNaN) }];
    });
  }

  /** Back from result k, through operands that are bad as well, to where the first of them went bad. */
  origin(k: number, bad: Bad = infiniteOrNaN): Culprit | undefined {
    const waiting = [this.func.body.results[k] as Value];
    const seen = new Set<Value>();
    const found: Culprit[] = [];
    for (let v = waiting.pop(); v; v = waiting.pop()) {
      if (seen.has(v)) continue;
      seen.add(v);
      waiting.push(...(this.passed.get(v) ?? []));
      const event = this.events.get(v);
      if (!event) continue;
      const offset = event.result.data.findIndex(bad);
      if (offset < 0) continue;
      const sources = sourcesOf(this.func, event, v, bad);
      if (sources.length === 0 && !isControl(event.op)) found.push({ ...event, offset });
      waiting.push(...sources);
    }
    const at = (c: Culprit) => this.order.get(c.op) as number;
    return found.sort((a, b) => at(a) - at(b))[0];
  }
}

const CONTROL: ReadonlySet<Op['kind']> = new Set(['if', 'for', 'while', 'map', 'call']);
const isControl = (op: Op) => CONTROL.has(op.kind);

/** For each parameter of a loop what is carried into it, for each of a function what calls pass. */
function passedOn(func: Func): Map<Value, readonly Value[]> {
  const passed = new Map<Value, readonly Value[]>();
  const pass = (to: Value | undefined, from: readonly Value[]) => {
    if (to) passed.set(to, [...(passed.get(to) ?? []), ...from]);
  };
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      if (op.kind === 'for' || op.kind === 'while') {
        const offset = op.body.params.length - op.operands.length;
        for (const [k, v] of op.operands.entries())
          pass(op.body.params[offset + k], [v, op.body.results[k] as Value]);
      }
      if (op.kind === 'call') {
        const params = func.functions?.get(op.callee)?.params ?? [];
        for (const [k, v] of op.operands.entries()) pass(params[k]?.value, [v]);
      }
      for (const inner of regionsOf(op)) visit(inner);
    }
  };
  visit(func.body);
  for (const f of func.functions?.values() ?? []) visit(f.body);
  return passed;
}

/** The values that a bad result may come from: of a choice only what is chosen where it is bad. */
function sourcesOf(func: Func, { op, operands, result }: Event, v: Value, bad: Bad): Value[] {
  const k = op.results.indexOf(v);
  if (op.kind === 'call') return [func.functions?.get(op.callee)?.body.results[k] as Value];
  if (op.kind === 'map') return [op.body.results[k] as Value];
  if (op.kind === 'for' || op.kind === 'while')
    return [op.body.results[k] as Value, ...(k < op.operands.length ? [op.operands[k] as Value] : [])];
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
