/**
 * Kinks that a formula removes itself: even powers of a norm or a magnitude.
 *
 * `norm(x)^2` is the sum of squares, whose second derivative at 0 is 2, while that of its steps does not exist there. Run
 * before a second differentiation; values may change by a rounding.
 */
import type { ElementwiseOp, Op, Value } from '../ir/types.js';
import { regionsOf } from '../ir/types.js';
import type { Pass } from './pass.js';
import { type Rewriter, rewrite } from './rewrite.js';

/** What defines each value, and the number that fills it, where that is known. */
class Definitions {
  private readonly ops = new Map<number, Op>();

  note(ops: readonly Op[]): void {
    for (const op of ops) {
      for (const r of op.results) this.ops.set(r.id, op);
      for (const region of regionsOf(op)) this.note(region.ops);
    }
  }

  of(v: Value | undefined): Op | undefined {
    return v && this.ops.get(v.id);
  }

  number(v: Value | undefined): number | undefined {
    const op = this.of(v);
    if (op?.kind === 'const') return op.data.length === 1 ? op.data[0] : undefined;
    return op?.kind === 'broadcast' || op?.kind === 'cast' ? this.number(op.operands[0]) : undefined;
  }
}

/** The base of an even power, by `^` or by a product with itself, and the exponent. */
function evenPower(op: ElementwiseOp, defined: Definitions): [base: Value, exponent: number] | undefined {
  const [x, y] = op.operands;
  if (x !== undefined && op.name === 'mul' && x === y) return [x, 2];
  const exponent = op.name === 'pow' ? defined.number(y) : undefined;
  return x !== undefined && exponent !== undefined && exponent > 0 && exponent % 2 === 0
    ? [x, exponent]
    : undefined;
}

/** The square of a value without the kink in it; undefined where it has none. */
function squared(base: Op | undefined, w: Rewriter): Value | undefined {
  if (base?.kind === 'elementwise' && base.name === 'abs') {
    const x = w.resolve(base.operands[0] as Value);
    return w.b.elementwise('mul', x, x);
  }
  if (base?.kind === 'reduce' && base.name === 'norm') {
    const x = w.resolve(base.operands[0] as Value);
    return w.b.sum(w.b.elementwise('mul', x, x), base.axes);
  }
  return undefined;
}

export const smooth: Pass = {
  name: 'smooth',
  summary: 'even powers of norms and magnitudes without their kinks',
  run: (func) => {
    const defined = new Definitions();
    defined.note(func.body.ops);
    return rewrite(func, (op, _operands, w) => {
      if (op.kind !== 'elementwise') return undefined;
      const power = evenPower(op, defined);
      const square = power && squared(defined.of(power[0]), w);
      if (power === undefined || square === undefined) return undefined;
      const [, exponent] = power;
      if (exponent === 2) return [square];
      return [w.b.elementwise('pow', square, w.b.full(exponent / 2, square.type.shape))];
    });
  },
};
