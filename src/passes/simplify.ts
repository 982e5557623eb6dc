/**
 * Simplification after differentiation: rewrite rules as named data, matched on one operation at a time.
 *
 * A rule marked `ieee` keeps every bit; one marked `real` holds over the reals and may change rounding, but never
 * turns a NaN or an infinity into a number or back.
 */
import { Builder } from '../ir/builder.js';
import { type ElementwiseOp, type Op, tensor, type Value } from '../ir/types.js';
import type { ElementwiseRow } from '../ops/row.js';
import { elementwiseRow } from '../ops/table.js';
import { productOf } from './contraction.js';
import { eachFunction, type Pass } from './pass.js';
import { type Rewriter, rewrite } from './rewrite.js';

/** What a rule may ask about a value, and how it builds another. */
interface Known {
  /** The number that fills the value, if it is such a constant. */
  filling(v: Value): number | undefined;
  /** The operands of the elementwise operation of this name that computed the value. */
  made(v: Value, name: string): readonly Value[] | undefined;
  /** Applies a row of the table, simplified in turn. */
  make(name: string, ...args: Value[]): Value;
  /** A constant in the shape of a value. */
  full(n: number, like: Value): Value;
}

interface Rule {
  readonly name: string;
  readonly on: string;
  readonly sound: 'ieee' | 'real';
  readonly rewrite: (k: Known, args: readonly [Value, Value, Value]) => Value | undefined;
}

/** Whether a number is neither zero nor so large or small that a product with it goes over the edge on its own. */
const isNormal = (x: number) => Math.abs(x) > 1e-100 && Math.abs(x) < 1e100;

/** The rule for both orders of a commutative operation. */
const eitherWay =
  (match: (k: Known, x: Value, y: Value) => Value | undefined): Rule['rewrite'] =>
  (k, [x, y]) =>
    match(k, x, y) ?? match(k, y, x);

export const simplificationRules: readonly Rule[] = [
  {
    name: 'multiply by one',
    on: 'mul',
    sound: 'ieee',
    rewrite: eitherWay((k, x, y) => (k.filling(y) === 1 ? x : undefined)),
  },
  {
    name: 'multiply by minus one',
    on: 'mul',
    sound: 'ieee',
    rewrite: eitherWay((k, x, y) => (k.filling(y) === -1 ? k.make('neg', x) : undefined)),
  },
  {
    name: 'pull the sign out of a product',
    on: 'mul',
    sound: 'ieee',
    rewrite: eitherWay((k, x, y) => {
      const inner = k.made(y, 'neg');
      return inner && k.make('neg', k.make('mul', x, inner[0] as Value));
    }),
  },
  {
    name: 'multiply by a reciprocal',
    on: 'mul',
    sound: 'real',
    rewrite: eitherWay((k, x, y) => {
      const parts = k.made(y, 'div');
      if (!parts) return undefined;
      const numerator = k.filling(parts[0] as Value);
      if (numerator === 1) return k.make('div', x, parts[1] as Value);
      return numerator === -1 ? k.make('neg', k.make('div', x, parts[1] as Value)) : undefined;
    }),
  },
  {
    name: 'collect constant factors',
    on: 'mul',
    sound: 'real',
    rewrite: eitherWay((k, x, y) => {
      const outer = k.filling(x);
      const parts = outer === undefined ? undefined : k.made(y, 'mul');
      if (outer === undefined || !parts) return undefined;
      const at = parts.findIndex((v) => k.filling(v) !== undefined);
      if (at < 0) return undefined;
      const factor = outer * (k.filling(parts[at] as Value) as number);
      const rest = parts[1 - at] as Value;
      return isNormal(factor) ? k.make('mul', k.full(factor, rest), rest) : undefined;
    }),
  },
  {
    name: 'add a value to itself',
    on: 'add',
    sound: 'ieee',
    rewrite: (k, [x, y]) =>
      x === y && x.type.dtype === 'float' ? k.make('mul', k.full(2, x), x) : undefined,
  },
  {
    name: 'add a negative',
    on: 'add',
    sound: 'ieee',
    rewrite: eitherWay((k, x, y) => {
      const inner = k.made(y, 'neg');
      return inner && k.make('sub', x, inner[0] as Value);
    }),
  },
  {
    name: 'subtract a negative',
    on: 'sub',
    sound: 'ieee',
    rewrite: (k, [x, y]) => {
      const inner = k.made(y, 'neg');
      return inner && k.make('add', x, inner[0] as Value);
    },
  },
  {
    name: 'negative of a negative',
    on: 'neg',
    sound: 'ieee',
    rewrite: (k, [x]) => k.made(x, 'neg')?.[0],
  },
  {
    name: 'divide by one',
    on: 'div',
    sound: 'ieee',
    rewrite: (k, [x, y]) => (k.filling(y) === 1 ? x : undefined),
  },
  {
    name: 'first power',
    on: 'pow',
    sound: 'ieee',
    rewrite: (k, [x, p]) => (k.filling(p) === 1 ? x : undefined),
  },
  {
    name: 'power zero',
    on: 'pow',
    sound: 'ieee',
    rewrite: (k, [x, p]) => (k.filling(p) === 0 ? k.full(1, x) : undefined),
  },
  {
    name: 'square',
    on: 'pow',
    sound: 'real',
    rewrite: (k, [x, p]) => (k.filling(p) === 2 ? k.make('mul', x, x) : undefined),
  },
  {
    name: 'cube',
    on: 'pow',
    sound: 'real',
    rewrite: (k, [x, p]) => (k.filling(p) === 3 ? k.make('mul', k.make('mul', x, x), x) : undefined),
  },
  {
    name: 'reciprocal',
    on: 'pow',
    sound: 'ieee',
    rewrite: (k, [x, p]) =>
      k.filling(p) === -1 && x.type.dtype === 'float' ? k.make('div', k.full(1, x), x) : undefined,
  },
  {
    name: 'reciprocal square',
    on: 'pow',
    sound: 'real',
    rewrite: (k, [x, p]) => {
      if (k.filling(p) !== -2 || x.type.dtype !== 'float') return undefined;
      const inverse = k.make('div', k.full(1, x), x);
      return k.make('mul', inverse, inverse);
    },
  },
  {
    name: 'both conditions the same',
    on: 'and',
    sound: 'ieee',
    rewrite: (_, [x, y]) => (x === y ? x : undefined),
  },
  {
    name: 'and with a known condition',
    on: 'and',
    sound: 'ieee',
    rewrite: eitherWay((k, x, y) => {
      const c = k.filling(y);
      return c === undefined ? undefined : c ? x : y;
    }),
  },
  {
    name: 'or with a known condition',
    on: 'or',
    sound: 'ieee',
    rewrite: eitherWay((k, x, y) => {
      const c = k.filling(y);
      return c === undefined ? undefined : c ? y : x;
    }),
  },
];

const rulesOn = new Map<string, Rule[]>();
for (const rule of simplificationRules) rulesOn.set(rule.on, [...(rulesOn.get(rule.on) ?? []), rule]);

/** What has been built so far, seen through broadcasts of constants. */
class Simplifier implements Known {
  private readonly ops: (Op | undefined)[] = [];

  constructor(private readonly b: Builder) {}

  note(results: readonly Value[], op: Op): void {
    for (const r of results) this.ops[r.id] = op;
  }

  filling(v: Value): number | undefined {
    let op = this.ops[v.id];
    while (op?.kind === 'broadcast') op = this.ops[(op.operands[0] as Value).id];
    return op?.kind === 'const' && op.data.length === 1 ? op.data[0] : undefined;
  }

  made(v: Value, name: string): readonly Value[] | undefined {
    const op = this.ops[v.id];
    return op?.kind === 'elementwise' && op.name === name ? op.operands : undefined;
  }

  /** The result of an operation on constants. */
  constant(op: ElementwiseOp, operands: readonly Value[]): Value | undefined {
    const values = operands.map((v) => this.filling(v));
    if (values.some((v) => v === undefined)) return undefined;
    const row = elementwiseRow(op.name) as ElementwiseRow;
    return this.full(row.value(...(values as [number, number, number])), op.results[0] as Value);
  }

  make(name: string, ...args: Value[]): Value {
    const simpler = this.simplified(name, args);
    if (simpler) return simpler;
    const result = this.b.elementwise(name, ...args);
    this.note([result], { kind: 'elementwise', name, operands: args, results: [result], span: this.b.span });
    return result;
  }

  full(n: number, like: Value): Value {
    const { shape, dtype } = like.type;
    const number = this.b.constant([n], tensor(dtype, []));
    this.note([number], { kind: 'const', data: [n], operands: [], results: [number], span: this.b.span });
    const result = this.b.broadcastTo(number, shape);
    if (result !== number) {
      this.note([result], {
        kind: 'broadcast',
        axes: [],
        operands: [number],
        results: [result],
        span: this.b.span,
      });
    }
    return result;
  }

  /** Spread operands, with constants among them written as such. */
  recognised(spread: readonly Value[], operands: readonly Value[]): Value[] {
    return spread.map((v, i) => {
      const constant = this.filling(operands[i] as Value);
      return constant === undefined ? v : this.full(constant, v);
    });
  }

  /** The result of the first rule that matches. */
  simplified(name: string, args: readonly Value[]): Value | undefined {
    for (const rule of rulesOn.get(name) ?? []) {
      const result = rule.rewrite(this, args as [Value, Value, Value]);
      if (result) return result;
    }
    return undefined;
  }
}

/** An elementwise operation: kept as it is when no rule and no new operand changes it. */
function visit(simplifier: Simplifier, op: Op, operands: readonly Value[], w: Rewriter): readonly Value[] {
  if (op.kind === 'elementwise') {
    const constant = simplifier.constant(op, operands);
    if (constant) return [constant];
    const simpler = simplifier.simplified(op.name, operands);
    if (simpler) return [simpler];
  }
  const factors = op.kind === 'contract' ? productOf(w.b, op, operands) : undefined;
  if (factors) return [simplifier.make('mul', ...simplifier.recognised(factors, operands))];
  if (op.kind === 'reduce' && op.name === 'sum') {
    const [x] = operands as [Value];
    const single = op.axes.every((k) => x.type.shape[k] === 1);
    if (single) return [w.b.reshape(x, (op.results[0] as Value).type.shape)];
  }
  const results = w.copy(op);
  simplifier.note(results, operands.every((v, i) => v === op.operands[i]) ? op : ({ ...op, operands } as Op));
  return results;
}

export const simplify: Pass = {
  name: 'simplify',
  summary: 'applies the rules of arithmetic to the derivative, and computes what is constant',
  run: eachFunction((func) => {
    const b = new Builder(func.valueCount);
    const simplifier = new Simplifier(b);
    return rewrite(func, (op, operands, w) => visit(simplifier, op, operands, w), b);
  }),
};
