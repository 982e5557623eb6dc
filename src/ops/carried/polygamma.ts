/**
 * The derivatives of log Γ, as generated code carries them.
 *
 * `digamma` is (x - x₀)·P(x) on [1, 2], x₀ its zero and P a Chebyshev fit of degree 23, carried up to 10 by the
 * recurrence; from there the asymptotic series (NIST Handbook of Mathematical Functions, 5.11.2), and the reflection
 * formula below 0. `polygamma` is (-1)^(n+1)·n!·ζ(n + 1, x), Hurwitz's zeta function by the Euler–Maclaurin formula
 * (25.11.5 there).
 */

/** π·cot(πx). */
function picot(x: number): number {
  return Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
}

/** Digamma function ψ(x), the derivative of log Γ(x). */
export function digamma(x: number): number {
  if (x <= 0)
    return Number.isInteger(x) || x === Number.NEGATIVE_INFINITY ? Number.NaN : digamma(1 - x) - picot(x);
  let y = x;
  let sum = 0;
  if (y < 1) {
    sum = -1 / y;
    y += 1;
  }
  if (y >= 10) {
    const w = 1 / (y * y);
    const series = w * (0.08333333333333333 + w * (-0.008333333333333333 + w * (0.003968253968253968 + w * (-0.004166666666666667 + w * (0.007575757575757576 + w * (-0.021092796092796094 + w * (0.08333333333333333 + w * -0.4432598039215686))))))); // biome-ignore format: Horner's rule
    return Math.log(y) - 0.5 / y - series;
  }
  while (y > 2) {
    y -= 1;
    sum += 1 / y;
  }
  const s = y - 1.5;
  const p = 0.9510558760318328 + s * (-0.42362742128146047 + s * (0.24054248424078736 + s * (-0.14840492305391872 + s * (0.09498872445282817 + s * (-0.06192213327154086 + s * (0.040760833944741226 + s * (-0.026975796849870903 + s * (0.01790724819228875 + s * (-0.011908215022954471 + s * (0.007927024136843637 + s * (-0.005280020264450306 + s * (0.0035180792717028125 + s * (-0.0023446244638506528 + s * (0.0015635739915515125 + s * (-0.0010424375640517788 + s * (0.0006899428514219089 + s * (-0.00045917430083105225 + s * (0.00032689316473621455 + s * (-0.00022008418201681154 + s * (9.158816882117e-5 + s * (-5.76048865255672e-5 + s * (0.00012241591000024265 + s * -8.401289563760489e-5)))))))))))))))))))))); // biome-ignore format: Horner's rule
  return sum + (y - 1.4616321449683622 - 9.549995429965697e-17) * p;
}

/** B₂ₖ / (2k)! for k = 1, 2, … */
const BERNOULLI = [0.08333333333333333, -0.001388888888888889, 3.306878306878307e-5, -8.267195767195768e-7, 2.08767569878681e-8, -5.284190138687493e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, 8.586062056277845e-15, -2.174868698558062e-16, 5.5090028283602295e-18, -1.3954464685812522e-19, 3.534707039629467e-21, -8.953517427037546e-23]; // biome-ignore format: a table

/** x^s·ζ(s, x) for whole s ≥ 2 and x > 0: the sum of (x / (x + k))^s. */
function scaledZeta(s: number, x: number): number {
  const least = Math.max(12, s);
  let sum = 0;
  let y = x;
  for (let k = 1; y < least; k++) {
    sum += (x / y) ** s;
    y = x + k;
  }
  let factor = s / y;
  let series = y / (s - 1) + 0.5;
  for (let k = 0; k < BERNOULLI.length; k++) {
    const term = (BERNOULLI[k] as number) * factor;
    series += term;
    if (Math.abs(term) < 1e-17 * series) break;
    factor *= ((s + 2 * k + 1) * (s + 2 * k + 2)) / (y * y);
  }
  return sum + (x / y) ** s * series;
}

/** dⁿ/dxⁿ π·cot(πx): a polynomial in c = π·cot(πx), from c′ = -(π² + c²). */
function picotDerivative(n: number, x: number): number {
  const c = picot(x);
  let polynomial = [0, 1];
  for (let step = 0; step < n; step++) {
    const next = new Array<number>(polynomial.length + 1).fill(0);
    for (let k = 1; k < polynomial.length; k++) {
      const slope = k * (polynomial[k] as number);
      next[k - 1] = (next[k - 1] as number) - Math.PI * Math.PI * slope;
      next[k + 1] = (next[k + 1] as number) - slope;
    }
    polynomial = next;
  }
  let value = 0;
  for (let k = polynomial.length - 1; k >= 0; k--) value = value * c + (polynomial[k] as number);
  return value;
}

/** Derivative of order n of the digamma function, for whole n up to 1000; below 0 up to 100. */
export function polygamma(n: number, x: number): number {
  if (n === 0) return digamma(x);
  if (!(n > 0 && n <= 1000 && Number.isInteger(n)) || Number.isNaN(x)) return Number.NaN;
  const sign = n % 2 === 0 ? -1 : 1;
  if (x <= 0) {
    if (n > 100 || x === Number.NEGATIVE_INFINITY || Number.isInteger(x)) return Number.NaN;
    return -sign * polygamma(n, 1 - x) - picotDerivative(n, x);
  }
  if (x === Number.POSITIVE_INFINITY) return 0;
  let product = scaledZeta(n + 1, x) / x;
  for (let i = 1; i <= n; i++) product *= i / x;
  return sign * product;
}

/** Trigamma function ψ′(x), the second derivative of log Γ(x). */
export function trigamma(x: number): number {
  return polygamma(1, x);
}

/** ψ(x + d) - ψ(x), which does not cancel for small d where x and x + d are positive. */
export function digammaGap(x: number, d: number): number {
  if (!(x > 0 && x + d > 0) || Math.abs(d) > x + 1) return digamma(x + d) - digamma(x);
  let sum = 0;
  let y = x;
  for (let k = 1; y < 20; k++) {
    sum += d / (y * (y + d));
    y = x + k;
  }
  // log(1 + d/y), then 1/(2x) and the terms of the asymptotic series, each as a difference.
  const [u, v] = [1 / y, 1 / (y + d)];
  const [p, q] = [u * u, v * v];
  const gap = d * u * v;
  const squares = gap * (u + v);
  const fourths = squares * (p + q);
  const sixths = squares * (p * p + p * q + q * q);
  const eighths = fourths * (p * p + q * q);
  const series = squares / 12 - fourths / 120 + sixths / 252 - eighths / 240;
  const tenths = squares * (p ** 4 + p ** 3 * q + p * p * q * q + p * q ** 3 + q ** 4);
  return sum + (Math.log1p(d * u) + gap / 2 + (series + tenths / 132));
}
