/**
 * Truth and verdicts: partial derivatives of a formula as central differences with 64 digits, at points of its domain
 * where it is smooth, and whether an answer has these values there.
 */
import { big, realValueAt, valueAt } from './expressions.js';

const POINTS = 6;
const DRAWS = 400;
/** Of differences with steps of 10⁻²⁰ at values near 1, about 40 digits are right. */
const STEP = '1e-20';
const TOLERANCE = 1e-8;

/** A small generator of random numbers (mulberry32), the same for every run. */
function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Points with the partial derivatives there, each by name as numbers of many digits. */
export function truthsOf({ expression, names, wrt, positive }, seed) {
  const next = random(seed);
  const found = [];
  for (let draw = 0; draw < DRAWS && found.length < POINTS; draw++) {
    const point = {};
    for (const name of names) point[name] = String(positive.has(name) ? 0.2 + 2.8 * next() : -3 + 6 * next());
    const slopes = wrt.map((name) => slopeAt(expression, point, name));
    if (slopes.every((s) => s !== undefined)) found.push({ point, slopes });
  }
  return found;
}

function slopeAt(expression, point, name) {
  const step = big.bignumber(STEP);
  const at = (k) =>
    valueAt(expression, { ...point, [name]: String(big.bignumber(point[name]).add(step.mul(k))) });
  const values = [-2, -1, 1, 2].map(at);
  if (values.some((v) => v === undefined)) return undefined;
  const [a, b, c, d] = values;
  const near = c.sub(b).div(step.mul(2));
  const far = d.sub(a).div(step.mul(4));
  return closeTo(near, far, 1e-12) ? near : undefined;
}

function closeTo(a, b, tolerance) {
  const scale = big.max(a.abs(), b.abs(), big.bignumber('1e-6'));
  return a.sub(b).abs().lte(scale.mul(tolerance));
}

/** Why the answer is wrong, or `undefined`. */
export function mistakeIn(expressions, truths, wrt) {
  for (const { point, slopes } of truths)
    for (const [k, name] of wrt.entries()) {
      const got = valueIn(expressions[k], point);
      const where = () =>
        Object.entries(point)
          .map(([n, x]) => `${n} = ${Number(x).toPrecision(4)}`)
          .join(', ');
      const truth = Number(slopes[k]).toPrecision(6);
      if (got === undefined) return `d/d${name} has no value at ${where()} instead of ${truth}`;
      if (!closeTo(got.value, slopes[k], got.digits > 20 ? TOLERANCE : 1e-6))
        return `d/d${name} is ${Number(got.value).toPrecision(6)} at ${where()} instead of ${truth}`;
    }
  return undefined;
}

/** Functions of complex numbers that a contender needs and that do not exist have no value. */
function valueIn(expression, point) {
  try {
    return realValueAt(expression, point);
  } catch (error) {
    if (/unknown (name|function)/.test(error.message)) throw error;
    return undefined;
  }
}
