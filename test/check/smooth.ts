/**
 * Random functions of one number at random points, with derivatives that are known to 150 bits: each node of a formula
 * computes in doubles as adc would, and its value and tangent in numbers of 192 bits. Every constant is a double, so the
 * formula whose derivative is known is the one that is computed.
 */
import type { Random } from '../../src/check/random.js';
import * as B from '../support/bigfloat.js';

interface Dual {
  readonly value: B.Big;
  readonly slope: B.Big;
}

/** What becomes of the result of each operation: the result itself, or one of its neighbours. */
export type Round = (result: number) => number;
const keep: Round = (result) => result;

export interface Smooth {
  /** The formula in the language. */
  readonly text: string;
  readonly f: (x: number, round?: Round) => number;
  readonly dual: (x: B.Big) => Dual;
}

export interface Case extends Smooth {
  readonly x: number;
  readonly truth: B.Big;
}

const num = (c: number): Smooth => ({
  text: c < 0 ? `(${c})` : `${c}`,
  f: () => c,
  dual: () => ({ value: B.big(c), slope: B.big(0) }),
});

const variable: Smooth = { text: 'x', f: (x) => x, dual: (x) => ({ value: x, slope: B.big(1) }) };

function unary(name: string, f: (u: number) => number, rule: (u: B.Big) => Dual) {
  return (a: Smooth): Smooth => ({
    text: `${name}(${a.text})`,
    f: (x, round = keep) => round(f(a.f(x, round))),
    dual: (x) => {
      const u = a.dual(x);
      const { value, slope } = rule(u.value);
      return { value, slope: B.mul(slope, u.slope) };
    },
  });
}

function binary(sign: string, f: (u: number, v: number) => number, rule: (u: Dual, v: Dual) => Dual) {
  return (a: Smooth, b: Smooth): Smooth => ({
    text: `(${a.text} ${sign} ${b.text})`,
    f: (x, round = keep) => round(f(a.f(x, round), b.f(x, round))),
    dual: (x) => rule(a.dual(x), b.dual(x)),
  });
}

const one = B.big(1);
const inverse = (a: B.Big) => B.div(one, a);

const sin = unary('sin', Math.sin, (u) => ({ value: B.sin(u), slope: B.cos(u) }));
const cos = unary('cos', Math.cos, (u) => ({ value: B.cos(u), slope: B.neg(B.sin(u)) }));
const exp = unary('exp', Math.exp, (u) => {
  const value = B.exp(u);
  return { value, slope: value };
});
const log = unary('log', Math.log, (u) => ({ value: B.log(u), slope: inverse(u) }));
const tanh = unary('tanh', Math.tanh, (u) => {
  const value = B.tanh(u);
  const half = B.exp(B.neg(B.abs(u)));
  const cosh = B.div(B.add(one, B.mul(half, half)), B.mul(B.big(2), half));
  return { value, slope: inverse(B.mul(cosh, cosh)) };
});
const atan = unary('atan', Math.atan, (u) => ({
  value: B.atan(u),
  slope: inverse(B.add(one, B.mul(u, u))),
}));
const sqrt = unary('sqrt', Math.sqrt, (u) => {
  const value = B.sqrt(u);
  return { value, slope: inverse(B.mul(B.big(2), value)) };
});
const abs = unary('abs', Math.abs, (u) => ({ value: B.abs(u), slope: B.big(B.sign(u)) }));

const add = binary(
  '+',
  (u, v) => u + v,
  (u, v) => ({ value: B.add(u.value, v.value), slope: B.add(u.slope, v.slope) }),
);
const sub = binary(
  '-',
  (u, v) => u - v,
  (u, v) => ({ value: B.sub(u.value, v.value), slope: B.sub(u.slope, v.slope) }),
);
const mul = binary(
  '*',
  (u, v) => u * v,
  (u, v) => ({
    value: B.mul(u.value, v.value),
    slope: B.add(B.mul(u.slope, v.value), B.mul(u.value, v.slope)),
  }),
);
const div = binary(
  '/',
  (u, v) => u / v,
  (u, v) => {
    const value = B.div(u.value, v.value);
    return { value, slope: B.div(B.sub(u.slope, B.mul(value, v.slope)), v.value) };
  },
);

/** Draws functions that vary on the scale of a point, much faster, or much slower; and points of 21 decades. */
export class Drawer {
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  #between(a: number, b: number): number {
    return a + (b - a) * this.#random();
  }

  #pick<T>(of: readonly T[]): T {
    return of[Math.floor(this.#random() * of.length)] as T;
  }

  /** A number with eight binary digits in [0.5, 4). */
  #factor(): number {
    return Math.round(this.#between(0.5, 4) * 64) / 64;
  }

  /** An argument for elementary functions: of size about 1, or up to a hundred times that, at the point. */
  #argument(x: number): Smooth {
    const size = 2 ** Math.round(Math.log2(Math.abs(x)));
    const kind = this.#random();
    if (kind < 0.45) return mul(num(this.#factor() / size), variable);
    if (kind < 0.6) return mul(num((this.#factor() * 2 ** this.#between(0, 7)) / size), variable);
    if (kind < 0.7)
      return mul(num((this.#factor() / size) * 2 ** Math.round(this.#between(-20, 0))), variable);
    if (kind < 0.85) return sub(mul(num(this.#factor() / size), variable), num(this.#factor()));
    return Math.abs(x) > 1e-3 && Math.abs(x) < 30 ? variable : mul(num(1 / size), variable);
  }

  /** x - c for a c close by, scaled: beside it there are poles, edges and kinks. */
  #beside(x: number): Smooth {
    const size = 2 ** Math.round(Math.log2(Math.abs(x)));
    const away = 10 ** this.#between(-6, 0) * (this.#random() < 0.5 ? -1 : 1);
    return mul(num(1 / size), sub(variable, num(x * (1 + away))));
  }

  #function(x: number, depth: number): Smooth {
    if (depth === 0) return this.#argument(x);
    const inner = () => this.#function(x, depth - 1);
    const other = () => this.#function(x, 1);
    const squared = (u: Smooth) => mul(u, u);
    const factor = () => num(this.#factor());
    const plain = [sin, cos, exp, tanh, atan, squared];
    const makers: readonly (() => Smooth)[] = [
      ...plain.map((f) => () => f(inner())),
      () => log(add(squared(inner()), factor())),
      () => sqrt(add(squared(inner()), factor())),
      () => add(inner(), other()),
      () => mul(inner(), other()),
      () => div(inner(), add(squared(other()), factor())),
      () => mul(inner(), factor()),
      () => add(inner(), num(this.#factor() * 2 ** Math.round(this.#between(0, 27)))),
      () => this.#edge(x, depth),
    ];
    return this.#pick(makers)();
  }

  /** Something that stops being smooth close to the point. */
  #edge(x: number, depth: number): Smooth {
    const u = this.#beside(x);
    const rest = () => this.#function(x, depth - 1);
    const side = u.f(x) > 0 ? u : sub(num(0), u);
    const makers: readonly (() => Smooth)[] = [
      () => div(rest(), u),
      () => mul(log(side), rest()),
      () => add(sqrt(side), rest()),
      () => add(abs(u), rest()),
      () => log(side),
    ];
    return this.#pick(makers)();
  }

  /** A function with a finite value and slope at its point. */
  draw(): Case {
    for (;;) {
      const x = (this.#random() < 0.5 ? -1 : 1) * 10 ** this.#between(-9, 12);
      const smooth = this.#function(x, 1 + Math.floor(this.#random() * 3));
      const value = smooth.f(x);
      if (!(Math.abs(value) < 1e100) || value === 0) continue;
      const truth = attempt(() => smooth.dual(B.big(x)).slope);
      if (truth === undefined || truth.m === 0n) continue;
      const size = Math.abs(B.toNumber(truth));
      if (size > 1e-100 && size < 1e100) return { ...smooth, x, truth };
    }
  }
}

function attempt<T>(f: () => T): T | undefined {
  try {
    return f();
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
