/** Expressions of the lower IR as JavaScript or TypeScript text, with no more parentheses than needed. */
import type { Buffer, Expr, Local, OpExpr } from '../loops/types.js';
import type { ElementwiseRow } from '../ops/row.js';
import { elementwiseRow } from '../ops/table.js';

/** What a printer must know about its surroundings. */
export interface Surroundings {
  /** Whether elements of arrays are asserted to be numbers. */
  readonly typed: boolean;
  local(local: Local): string;
  buffer(buffer: Buffer): string;
  /** The name of the array that pieces share. */
  readonly slots: string;
  /** The name of the helper function for a row. */
  helper(row: ElementwiseRow): string;
}

interface Text {
  readonly text: string;
  readonly precedence: number;
}

const ATOM = 20;
const PREFIX = 14;
const POWER = 13;
const RELATION = 9;
const CHOICE = 2;

const CONSTANTS = new Map<number, string>([
  [Math.PI, 'Math.PI'],
  [Math.E, 'Math.E'],
  [Math.LN2, 'Math.LN2'],
  [Math.LN10, 'Math.LN10'],
  [Math.LOG2E, 'Math.LOG2E'],
  [Math.LOG10E, 'Math.LOG10E'],
  [Math.SQRT2, 'Math.SQRT2'],
  [Math.SQRT1_2, 'Math.SQRT1_2'],
  [Number.POSITIVE_INFINITY, 'Number.POSITIVE_INFINITY'],
  [Number.NEGATIVE_INFINITY, 'Number.NEGATIVE_INFINITY'],
]);

export function numberText(value: number): Text {
  const named = CONSTANTS.get(value);
  if (named) return { text: named, precedence: ATOM };
  if (Number.isNaN(value)) return { text: 'Number.NaN', precedence: ATOM };
  if (Object.is(value, -0)) return { text: '-0', precedence: PREFIX };
  return { text: String(value), precedence: value < 0 ? PREFIX : ATOM };
}

/** The text of an expression, for a place that binds at least as loosely as `around`. */
export function print(e: Expr, s: Surroundings, around = 0): string {
  const { text, precedence } = toText(e, s);
  return precedence < around ? `(${text})` : text;
}

function toText(e: Expr, s: Surroundings): Text {
  switch (e.kind) {
    case 'number':
      return numberText(e.value);
    case 'bool':
      return { text: String(e.value), precedence: ATOM };
    case 'local':
      return { text: s.local(e.local), precedence: ATOM };
    case 'load': {
      const element = `${s.buffer(e.buffer)}[${print(e.args[0], s)}]`;
      return s.typed
        ? { text: `${element} as number`, precedence: RELATION }
        : { text: element, precedence: ATOM };
    }
    case 'select': {
      const [c, a, b] = e.args;
      const text = `${print(c, s, CHOICE + 1)} ? ${print(a, s, CHOICE)} : ${print(b, s, CHOICE)}`;
      return { text, precedence: CHOICE };
    }
    case 'slot': {
      const element = `${s.slots}[${e.slot}]`;
      if (e.type === 'bool') return { text: `${element} !== 0`, precedence: 8 };
      return s.typed
        ? { text: `${element} as number`, precedence: RELATION }
        : { text: element, precedence: ATOM };
    }
    case 'convert':
      if (e.type === 'int') return { text: `${print(e.args[0], s, CHOICE + 1)} ? 1 : 0`, precedence: CHOICE };
      return { text: `${print(e.args[0], s, RELATION)} !== 0`, precedence: 8 };
    default:
      return operation(e, s);
  }
}

const SWAPPED = new Map([
  ['lt', 'gt'],
  ['le', 'ge'],
  ['gt', 'lt'],
  ['ge', 'le'],
]);
const NEGATED = new Map([
  ['eq', 'ne'],
  ['ne', 'eq'],
]);

/** `0 < x` as `x > 0`, `!(a === b)` as `a !== b`, `a + -1` as `a - 1`: the same values, as people write them. */
function customary(e: OpExpr): OpExpr {
  const [a, b] = e.args as [Expr, Expr];
  const swapped = SWAPPED.get(e.name);
  if (swapped && a.kind === 'number' && b.kind !== 'number') return { ...e, name: swapped, args: [b, a] };
  if (e.name === 'not' && a.kind === 'op' && NEGATED.has(a.name))
    return { ...a, name: NEGATED.get(a.name) as string };
  if (e.name === 'add' && b.kind === 'number' && b.value < 0)
    return { ...e, name: 'sub', args: [a, { ...b, value: -b.value }] };
  return e;
}

function operation(given: OpExpr, s: Surroundings): Text {
  const e = customary(given);
  const row = elementwiseRow(e.name) as ElementwiseRow;
  const { code } = row;
  const [a, b] = e.args as [Expr, Expr];
  if (e.name === 'pow') {
    return { text: `${print(a, s, PREFIX + 1)} ** ${print(b, s, POWER)}`, precedence: POWER };
  }
  switch (code.form) {
    case 'infix': {
      const { operator, precedence } = code;
      const text = `${print(a, s, precedence)} ${operator} ${print(b, s, precedence + 1)}`;
      return { text, precedence };
    }
    case 'prefix': {
      const inner = print(a, s, code.precedence);
      const text = inner.startsWith(code.operator) ? `${code.operator}(${inner})` : code.operator + inner;
      return { text, precedence: code.precedence };
    }
    case 'call':
      return { text: `${code.callee}(${list(e, s)})`, precedence: ATOM };
    default:
      return { text: `${s.helper(row)}(${list(e, s)})`, precedence: ATOM };
  }
}

function list(e: OpExpr, s: Surroundings): string {
  return e.args.map((a) => print(a, s, 1)).join(', ');
}
