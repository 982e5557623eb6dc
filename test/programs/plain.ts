/**
 * The sample programs once more, as plain functions of plain arrays: what their values and gradients are compared with.
 * Written from the mathematics, not from the samples; nothing here uses adc.
 */

export type Vector = readonly number[];
export type Matrix = readonly Vector[];

export const dot = (a: Vector, b: Vector) => a.reduce((s, x, i) => s + x * (b[i] as number), 0);
const plus = (a: Vector, b: Vector, scale = 1) => a.map((x, i) => x + scale * (b[i] as number));
const times = (a: Vector, by: number) => a.map((x) => x * by);
const product = (A: Matrix, x: Vector) => A.map((row) => dot(row, x));
const logSumExp = (x: Vector) => {
  const top = Math.max(...x);
  return top + Math.log(x.reduce((s, v) => s + Math.exp(v - top), 0));
};
const at = (x: Vector, i: number) => x[i] as number;
const row = (A: Matrix, i: number) => A[i] as Vector;

/** Γ at half-integers, by Γ(x+1) = x Γ(x). */
function logGamma(x: number): number {
  if (x === 1) return 0;
  if (x === 0.5) return Math.log(Math.PI) / 2;
  return Math.log(x - 1) + logGamma(x - 1);
}

export function gmm(v: {
  alphas: Vector;
  means: Matrix;
  q: Matrix;
  l: Matrix;
  x: Matrix;
  gamma: number;
  m: number;
}) {
  const n = v.x.length;
  const d = row(v.x, 0).length;
  const factor = (c: number) => {
    const Q = Array.from({ length: d }, () => new Array<number>(d).fill(0));
    const below = [...row(v.l, c)];
    for (let j = 0; j < d; j++) {
      (Q[j] as number[])[j] = Math.exp(at(row(v.q, c), j));
      for (let i = j + 1; i < d; i++) (Q[i] as number[])[j] = below.shift() as number;
    }
    return Q;
  };
  const factors = v.alphas.map((_, c) => factor(c));
  let total = 0;
  for (const x of v.x) {
    const terms = v.alphas.map((alpha, c) => {
      const z = product(factors[c] as Matrix, plus(x, row(v.means, c), -1));
      return alpha + row(v.q, c).reduce((s, e) => s + e, 0) - dot(z, z) / 2;
    });
    total += logSumExp(terms);
  }
  total -= n * logSumExp(v.alphas) + (n * d * Math.log(2 * Math.PI)) / 2;
  const freedom = d + v.m + 1;
  let logGammaOf = (d * (d - 1) * Math.log(Math.PI)) / 4;
  for (let j = 1; j <= d; j++) logGammaOf += logGamma((freedom + 1 - j) / 2);
  const constant = freedom * d * Math.log(v.gamma / Math.SQRT2) - logGammaOf;
  for (const Q of factors) {
    let squares = 0;
    for (const r of Q) squares += dot(r, r);
    const logs = Q.reduce((s, r, i) => s + Math.log(at(r, i)), 0);
    total += (v.gamma ** 2 * squares) / 2 - v.m * logs - constant;
  }
  return total;
}

export function kmeans(v: { centres: Matrix; points: Matrix }) {
  return v.points.reduce((s, p) => {
    const distances = v.centres.map((c) => dot(plus(p, c, -1), plus(p, c, -1)));
    return s + Math.min(...distances);
  }, 0);
}

export interface Camera {
  rotation: Vector;
  centre: Vector;
  focal: number;
  principal: Vector;
  distortion: Vector;
  point: Vector;
  weight: number;
  seen: Vector;
}

/** The rotation by the series of exp of the cross-product matrix. */
export function camera(v: Camera) {
  const [a, b, c] = v.rotation as [number, number, number];
  const K = [
    [0, -c, b],
    [c, 0, -a],
    [-b, a, 0],
  ];
  const offset = plus(v.point, v.centre, -1);
  let term: Vector = offset;
  let turned: Vector = offset;
  for (let n = 1; n < 40; n++) {
    term = times(product(K, term), 1 / n);
    turned = plus(turned, term);
  }
  const flat = [at(turned, 0) / at(turned, 2), at(turned, 1) / at(turned, 2)];
  const r2 = dot(flat, flat);
  const factor = v.focal * (1 + at(v.distortion, 0) * r2 + at(v.distortion, 1) * r2 * r2);
  const miss = plus(plus(times(flat, factor), v.principal), v.seen, -1);
  return v.weight ** 2 * dot(miss, miss) + (1 - v.weight ** 2) ** 2;
}

export function lstm(v: { W: Matrix; U: Matrix; bias: Matrix; out: Vector; xs: Matrix }) {
  const width = v.out.length;
  const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
  let loss = 0;
  // The weights are diagonal, so every component is a network of its own.
  for (let j = 0; j < width; j++) {
    let hidden = 0;
    let cell = 0;
    for (let t = 0; t + 1 < v.xs.length; t++) {
      const x = at(row(v.xs, t), j);
      const gate = (g: number) =>
        at(row(v.W, g), j) * x + at(row(v.U, g), j) * hidden + at(row(v.bias, g), j);
      const [f, i, o, c] = [sigmoid(gate(0)), sigmoid(gate(1)), sigmoid(gate(2)), Math.tanh(gate(3))];
      cell = f * cell + i * c;
      hidden = o * Math.tanh(cell);
      loss += (at(row(v.xs, t + 1), j) - at(v.out, j) * hidden) ** 2;
    }
  }
  return loss / (v.xs.length - 1);
}

export function ode(v: { rates: Vector; start: Vector; measured: Vector; h: number }) {
  const [birth, eaten, death, growth] = v.rates as [number, number, number, number];
  let [prey, hunters] = v.start as [number, number];
  const f = (p: number, q: number): [number, number] => [
    birth * p - eaten * p * q,
    growth * p * q - death * q,
  ];
  for (let n = 0; n < 40; n++) {
    const [a1, b1] = f(prey, hunters);
    const [a2, b2] = f(prey + (v.h * a1) / 2, hunters + (v.h * b1) / 2);
    const [a3, b3] = f(prey + (v.h * a2) / 2, hunters + (v.h * b2) / 2);
    const [a4, b4] = f(prey + v.h * a3, hunters + v.h * b3);
    prey += (v.h / 6) * (a1 + 2 * a2 + 2 * a3 + a4);
    hunters += (v.h / 6) * (b1 + 2 * b2 + 2 * b3 + b4);
  }
  return (prey - at(v.measured, 0)) ** 2 + (hunters - at(v.measured, 1)) ** 2;
}

/** The polynomials of Chebyshev in their explicit forms up to the third. */
export function polynomial(v: { c: Vector; shift: number; scale: number; x: Vector; y: Vector }) {
  const T = [() => 1, (u: number) => u, (u: number) => 2 * u * u - 1, (u: number) => 4 * u ** 3 - 3 * u];
  const misses = v.x.map((x, i) => {
    const u = (x - v.shift) / v.scale;
    return v.c.reduce((s, c, k) => s + c * (T[k] as (u: number) => number)(u), 0) - at(v.y, i);
  });
  return dot(misses, misses) / v.x.length;
}

export const logsumexp = (v: { x: Vector }) => logSumExp(v.x);

/** Kepler's equation by bisection; then the true anomaly. */
export function kepler(v: { M: number; e: number }) {
  let [low, high] = [v.M - 1, v.M + 1];
  for (let n = 0; n < 200; n++) {
    const middle = (low + high) / 2;
    if (middle - v.e * Math.sin(middle) < v.M) low = middle;
    else high = middle;
  }
  return 2 * Math.atan(Math.sqrt((1 + v.e) / (1 - v.e)) * Math.tan(low / 2));
}

export function dtw(v: { a: Vector; b: Vector }) {
  // The least over all paths, by enumeration.
  const walk = (i: number, j: number): number => {
    const cost = (at(v.a, i) - at(v.b, j)) ** 2;
    if (i === 0 && j === 0) return cost;
    const before: number[] = [];
    if (i > 0) before.push(walk(i - 1, j));
    if (j > 0) before.push(walk(i, j - 1));
    if (i > 0 && j > 0) before.push(walk(i - 1, j - 1));
    return cost + Math.min(...before);
  };
  return walk(v.a.length - 1, v.b.length - 1);
}

/** By elimination with pivots. */
export function determinant(v: { A: Matrix }) {
  const M = v.A.map((r) => [...r]);
  let det = 1;
  for (let j = 0; j < M.length; j++) {
    let p = j;
    for (let i = j; i < M.length; i++) if (Math.abs(at(row(M, i), j)) > Math.abs(at(row(M, p), j))) p = i;
    if (p !== j) {
      [M[p], M[j]] = [M[j] as number[], M[p] as number[]];
      det = -det;
    }
    const pivot = at(row(M, j), j);
    det *= pivot;
    for (let i = j + 1; i < M.length; i++) {
      const f = at(row(M, i), j) / pivot;
      M[i] = plus(row(M, i), row(M, j), -f);
    }
  }
  return det;
}

/** b' A⁻¹ b + log det A by Cramer's rule; A is symmetric, and of it the lower triangle counts. */
export function cholesky(v: { A: Matrix; b: Vector }) {
  const A = v.A.map((r, i) => r.map((x, j) => (j <= i ? x : at(row(v.A, j), i))));
  const det = determinant({ A });
  const z = v.b.map((_, j) => {
    const replaced = A.map((r, i) => r.map((x, k) => (k === j ? at(v.b, i) : x)));
    return determinant({ A: replaced }) / det;
  });
  return dot(v.b, z) + Math.log(det);
}

export function sparse(v: { values: Vector; x: Vector; row: Vector; column: Vector }) {
  const M = v.x.map(() => v.x.map(() => 0));
  for (const [k, value] of v.values.entries()) {
    const r = M[at(v.row, k)] as number[];
    r[at(v.column, k)] = at(r, at(v.column, k)) + value;
  }
  const y = product(M, v.x);
  return dot(v.x, y) + dot(y, y) / 2;
}

export function embedding(v: { vectors: Matrix; w: Vector; text: Vector; label: number }) {
  const words = v.text.map((i) => row(v.vectors, i));
  const average = words.reduce((s, word) => plus(s, word, 1 / words.length), v.w.map(() => 0)); // biome-ignore format: one line
  return Math.log1p(Math.exp(-v.label * dot(v.w, average)));
}
