/**
 * How far computed numbers lie from the truth, in units in the last place of the truth, for the fixtures of the table's
 * rows: values, first and second derivatives to 40 digits.
 */
import { scalar } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, floatScalar, type Param, type Value } from '../../src/ir/types.js';
import type { ElementwiseRow } from '../../src/ops/row.js';
import { numbers } from '../../src/ops/table.js';
import { forward } from '../../src/passes/forward/index.js';
import { reverse } from '../../src/passes/reverse/index.js';

/** A point of a fixture: value, first and second derivatives (row by row), as decimal texts of 40 digits. */
export interface Fixture {
  readonly kind: 'ordinary' | 'extreme';
  readonly at: readonly number[];
  readonly truth: readonly string[];
  /** For each number how large it is nearby, where the point is near a zero of it; else 0. */
  readonly scale: readonly number[];
}

/** Smaller numbers are measured in the last places of this one, beside which they are zero. */
const TINY = 2 ** -940;

/** mantissa·10^exponent. */
function parsed(text: string): { mantissa: bigint; exponent: number } {
  const [digits = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  return { mantissa: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

/** The spacing of doubles at x; that of subnormal numbers at the least. */
function spacing(x: number): { exponent: number } {
  if (Math.abs(x) < 2 ** -1022) return { exponent: -1074 };
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  return { exponent: ((bits.getUint32(0) >>> 20) & 0x7ff) - 1075 };
}

/** got / 2^exponent, exactly, for an exponent at or below that of got's last place. */
function inUnits(got: number, exponent: number): bigint {
  let [scaled, power] = [got, 0];
  const { exponent: own } = spacing(got);
  if (own < -1022) {
    scaled *= 2 ** 100;
    power = 100;
  }
  const integer = BigInt(scaled * 2 ** -Math.max(-1022, own + power));
  const shift = Math.max(-1022, own + power) - power - exponent;
  return shift >= 0 ? integer << BigInt(shift) : integer >> BigInt(-shift);
}

/** |got - truth| in units in the last place of the truth, or of `floor` where that is larger. */
export function ulps(got: number, truth: string, floor = TINY): number {
  const near = Number(truth);
  if (!Number.isFinite(near))
    return Object.is(got, near) || Number.isNaN(near) ? 0 : Number.POSITIVE_INFINITY;
  if (!Number.isFinite(got)) {
    // Rounding the truth to a double may overflow where the last places before that do not.
    return Math.abs(near) === Number.MAX_VALUE ? 1 : Number.POSITIVE_INFINITY;
  }
  const unit = spacing(Math.max(Math.abs(near), floor)).exponent;
  const { mantissa, exponent } = parsed(truth);
  // Both in units of 2^(unit - 64), the truth rounded there.
  const bits = BigInt(Math.abs(unit - 64));
  const scaled = exponent >= 0 ? mantissa * 10n ** BigInt(exponent) : mantissa;
  const divisor = exponent >= 0 ? 1n : 10n ** BigInt(-exponent);
  const exact = unit < 64 ? (scaled << bits) / divisor : scaled / (divisor << bits);
  const difference = inUnits(got, unit - 64) - exact;
  return Number(difference < 0n ? -difference : difference) / 2 ** 64;
}

/** The row as a function of the IR with a parameter for each argument. */
export function funcOf(row: ElementwiseRow): Func {
  const b = new Builder();
  const params = row.params.map((_, i): Param => b.param(`p${i}`, floatScalar, 'param'));
  const y = b.elementwise(row.name, ...params.map((p) => p.value));
  return b.finish(row.name, params, [y], ['value']);
}

/** Value, first and second derivatives of a row as adc computes them, in the order of a fixture. */
export function computing(row: ElementwiseRow): (at: readonly number[]) => number[] {
  const func = funcOf(row);
  const names = func.params.map((p) => p.name);
  const free = names.map((_, i) => i).filter((i) => !row.whole?.includes(i));
  const seconds = new Map(
    free.map((i) => {
      const slope = slopeOf(func, names[i] as string);
      return [i, [false, true].map((guarded) => forward(slope, names, { guarded }))] as const;
    }),
  );
  return (at) => {
    const args = at as unknown as [number, number, number];
    const value = row.value(...args);
    const first = names.map((_, i) => {
      const partial = row.partials[i];
      return partial === undefined || partial === 'zero' ? 0 : partial(numbers, args, value);
    });
    const second = names.flatMap((_, i) =>
      names.map((_, j) => {
        const [plain, guarded] = seconds.get(i) ?? [];
        if (!plain || !guarded || !free.includes(j)) return 0;
        const directions = names.map((_, k) => scalar(k === j ? 1 : 0));
        const run = (f: Func) => interpret(f, [...at.map(scalar), ...directions])[1]?.data[0] as number;
        const fast = run(plain);
        return Number.isFinite(fast) ? fast : run(guarded);
      }),
    );
    return [value, ...first, ...second];
  };
}

/** The first derivative with respect to a parameter, by reverse mode. */
function slopeOf(func: Func, name: string): Func {
  const gradient = reverse(func, [name]);
  const results = [gradient.body.results[1] as Value];
  return { ...gradient, body: { ...gradient.body, results }, resultNames: ['slope'] };
}

export interface Worst {
  readonly error: number;
  readonly at: readonly number[];
  readonly got: number;
  readonly truth: string;
}
export const orders = ['value', 'first', 'second'] as const;
export type Errors = Record<(typeof orders)[number], Worst>;

const none: Worst = { error: 0, at: [], got: 0, truth: '0' };

/** The worst errors of a row over fixtures, in ulps; near a zero, in those of what it is nearby. */
export function worstErrors(row: ElementwiseRow, fixtures: readonly Fixture[]): Errors {
  const worst: Errors = { value: none, first: none, second: none };
  const compute = computing(row);
  const arity = row.params.length;
  for (const { at, truth, scale } of fixtures) {
    const finite = Number.isFinite(Number(truth[0]));
    for (const [n, got] of compute(at).entries()) {
      const order = n === 0 ? 'value' : n <= arity ? 'first' : 'second';
      if (!finite && n > 0) continue;
      const error = ulps(got, truth[n] as string, Math.max(TINY, scale[n] as number));
      if (error > worst[order].error) worst[order] = { error, at, got, truth: truth[n] as string };
    }
  }
  return worst;
}
