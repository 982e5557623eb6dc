/**
 * The gamma function, its logarithm, and the beta function, as generated code carries them.
 *
 * `gamma` is a polynomial on [2, 3] (a Chebyshev fit of degree 18), carried elsewhere by the recurrence, and Stirling's
 * series from 13 on (NIST Handbook of Mathematical Functions, §5.11). `lgamma` is e_lgamma_r.c of FreeBSD's msun.
 */

/** sin(πx), exact at halves and integers. */
function sinpi(x: number): number {
  const rest = x % 2;
  const r = Math.abs(rest) > 1 ? rest - 2 * Math.sign(rest) : rest;
  const a = Math.abs(r) > 0.5 ? 1 - Math.abs(r) : Math.abs(r);
  const y = a > 0.25 ? Math.cos(Math.PI * (0.5 - a)) : Math.sin(Math.PI * a);
  return r < 0 ? -y : y;
}

/** Γ(2.5 + s) for |s| ≤ 1/2. */
function gammaCore(s: number): number {
  return 1.329340388179137 + s * (0.9347345216260855 + s * (0.6545585779813368 + s * (0.25387124684114376 + s * (0.10967323400215906 + s * (0.028360780594777788 + s * (0.010392403425963306 + s * (0.0016074004868690253 + s * (0.000754474127394923 + s * (3.94175124020712e-6 + s * (6.132999554356568e-5 + s * (-1.2801307100027384e-5 + s * (7.253704509912659e-6 + s * (-2.5623552561487493e-6 + s * (1.0831723823009362e-6 + s * (-4.177625108162228e-7 + s * (1.681263184169486e-7 + s * (-8.313302656842926e-8 + s * 3.3634711702218365e-8))))))))))))))))); // biome-ignore format: Horner's rule
}

/** Γ(x) / (√(2π)·x^(x - 1/2)·exp(-x)) for x ≥ 13. */
function stirling(x: number): number {
  const w = 1 / x;
  return 1 + w * (0.08333333333333333 + w * (0.003472222222222222 + w * (-0.0026813271604938273 + w * (-0.00022947209362139917 + w * (0.0007840392217200666 + w * (6.972813758365857e-5 + w * (-0.0005921664373536939 + w * (-5.171790908260592e-5 + w * (0.0008394987206720873 + w * (7.204895416020011e-5 + w * (-0.0019144384985654776 + w * -0.00016251626278391583))))))))))); // biome-ignore format: Horner's rule
}

/** Γ(x) for x > 0. */
function gammaPositive(x: number): number {
  if (x > 171.7) return Number.POSITIVE_INFINITY;
  if (x >= 13) {
    if (x <= 23 && Number.isInteger(x)) return factorial(x - 1);
    const half = 2.5066282746310002 * stirling(x);
    if (x <= 140) return half * Math.exp(-x) * x ** (x - 0.5);
    const root = x ** (0.5 * x - 0.25);
    return half * root * Math.exp(-x) * root;
  }
  if (Number.isInteger(x)) return factorial(x - 1);
  if (x < 1) return gammaCore(x - 0.5) / (x * (1 + x));
  if (x < 2) return gammaCore(x - 1.5) / x;
  let y = x;
  let product = 1;
  while (y >= 3) {
    y -= 1;
    product *= y;
  }
  return product * gammaCore(y - 2.5);
}

/** n! for whole n up to 22, exactly. */
function factorial(n: number): number {
  let product = 1;
  for (let i = 2; i <= n; i++) product *= i;
  return product;
}

/** Gamma function Γ(x); NaN at the negative integers. */
export function gamma(x: number): number {
  if (x > 0) return gammaPositive(x);
  if (Math.abs(x) < 1e-17) return 1 / x;
  if (!(x > Number.NEGATIVE_INFINITY) || Number.isInteger(x)) return Number.NaN;
  // Γ(-y) = -π / (y·sin(πy)·Γ(y)), with Γ(y) taken where it does not overflow.
  let y = -x;
  let quotient = -Math.PI / (y * sinpi(y));
  if (y > 200) return quotient < 0 ? -0 : 0;
  while (y > 170) {
    y -= 1;
    quotient /= y;
  }
  return quotient / gammaPositive(y);
}

/**
 * Logarithm of |Γ(x)|; infinite at 0 and the negative integers.
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
 * business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
 * is preserved.
 */
export function lgamma(x: number): number {
  if (!(Math.abs(x) < Number.POSITIVE_INFINITY)) return x * x;
  if (x <= 0) {
    if (Number.isInteger(x)) return Number.POSITIVE_INFINITY;
    if (x > -1e-17) return -Math.log(-x);
    return Math.log(Math.PI / Math.abs(sinpi(x) * x)) - lgamma(-x);
  }
  if (x < 1e-17) return -Math.log(x);
  if (x < 2) return lgammaBelowTwo(x);
  if (x >= 8) {
    if (x >= 2 ** 56) return x * (Math.log(x) - 1);
    const z = 1 / x;
    const y = z * z;
    const w = 0.41893853320467273 + z * (0.08333333333333297 + y * (-0.0027777777772877554 + y * (0.0007936505586430196 + y * (-0.00059518755745034 + y * (0.0008363399189962821 + y * -0.0016309293409657527))))); // biome-ignore format: Horner's rule
    return (x - 0.5) * (Math.log(x) - 1) + w;
  }
  const whole = Math.floor(x);
  const y = x - whole;
  const p = y * (-0.07721566490153287 + y * (0.21498241596060885 + y * (0.325778796408931 + y * (0.14635047265246445 + y * (0.02664227030336386 + y * (0.0018402845140733772 + y * 3.194753265841009e-5)))))); // biome-ignore format: Horner's rule
  const q = 1 + y * (1.3920053346762105 + y * (0.7219355475671381 + y * (0.17193386563280308 + y * (0.01864591917156529 + y * (0.0007779424963818936 + y * 7.326684307446256e-6))))); // biome-ignore format: Horner's rule
  let product = 1;
  for (let k = whole - 1; k >= 2; k--) product *= y + k;
  return 0.5 * y + p / q + Math.log(product);
}

/** log Γ(x) for 0 < x < 2, by expansions about 1, 1.46 and 2, and the recurrence below 0.9. */
function lgammaBelowTwo(x: number): number {
  if (x === 1) return 0;
  const low = x <= 0.9;
  const base = low ? -Math.log(x) : 0;
  const shifted = low ? x + 1 : x;
  if (shifted >= 1.7316321449683623) {
    const y = low ? 1 - x : 2 - x;
    const z = y * y;
    const a = 0.07721566490153287 + z * (0.06735230105312927 + z * (0.007385550860814029 + z * (0.0011927076318336207 + z * (0.00022086279071390839 + z * 2.5214456545125733e-5)))); // biome-ignore format: Horner's rule
    const b = 0.3224670334241136 + z * (0.020580808432516733 + z * (0.0028905138367341563 + z * (0.0005100697921535113 + z * (0.00010801156724758394 + z * 4.4864094961891516e-5)))); // biome-ignore format: Horner's rule
    return base + (y * a + z * b - 0.5 * y);
  }
  if (shifted >= 1.2316321449683623) {
    const y = low ? x - 0.4616321449683622 : x - 1.4616321449683622;
    const z = y * y;
    const w = z * y;
    const a = 0.48383612272381005 + w * (-0.032788541075985965 + w * (0.006100538702462913 + w * (-0.0014034646998923284 + w * 0.00031563207090362595))); // biome-ignore format: Horner's rule
    const b = -0.1475877229945939 + w * (0.01797067508118204 + w * (-0.0036845201678113826 + w * (0.000881081882437654 + w * -0.00031275416837512086))); // biome-ignore format: Horner's rule
    const c = 0.06462494023913339 + w * (-0.010314224129834144 + w * (0.0022596478090061247 + w * (-0.0005385953053567405 + w * 0.0003355291926355191))); // biome-ignore format: Horner's rule
    return base + (-0.12148629053584961 + (z * a - (-3.638676997039505e-18 - w * (b + y * c))));
  }
  const y = low ? x : x - 1;
  const u = y * (-0.07721566490153287 + y * (0.6328270640250934 + y * (1.4549225013723477 + y * (0.9777175279633727 + y * (0.22896372806469245 + y * 0.013381091853678766))))); // biome-ignore format: Horner's rule
  const v = 1 + y * (2.4559779371304113 + y * (2.128489763798934 + y * (0.7692851504566728 + y * (0.10422264559336913 + y * 0.003217092422824239)))); // biome-ignore format: Horner's rule
  return base + (-0.5 * y + u / v);
}

/** What Stirling's formula leaves of log Γ(x), for x ≥ 10: 1/(12x) - 1/(360x³) + … */
function stirlingRest(x: number): number {
  const w = 1 / (x * x);
  return (0.08333333333333333 + w * (-0.002777777777777778 + w * (0.0007936507936507937 + w * (-0.0005952380952380953 + w * (0.0008417508417508417 + w * (-0.0019175269175269176 + w * 0.00641025641025641)))))) / x; // biome-ignore format: Horner's rule
}

/** Beta function Γ(a)·Γ(b) / Γ(a + b). */
export function beta(a: number, b: number): number {
  const low = Math.min(a, b);
  const high = Math.max(a, b);
  const sum = a + b;
  if (!(low > 0) || sum < 15) {
    const poles = low > 0 ? 0 : [low, high, sum].filter((x) => x <= 0 && Number.isInteger(x)).length;
    if (poles > 0) return poles === 1 && sum <= 0 && Number.isInteger(sum) ? 0 : Number.NaN;
    return (gamma(low) / gamma(sum)) * gamma(high);
  }
  const shrink = Math.log1p(low / high);
  if (low < 10) {
    // Γ(high) / Γ(high + low), from Stirling's formula with the large parts cancelled.
    const exponent = low - (high - 0.5) * shrink - low * Math.log(sum);
    return gamma(low) * Math.exp(exponent + (stirlingRest(high) - stirlingRest(sum)));
  }
  const rest = stirlingRest(low) + stirlingRest(high) - stirlingRest(sum);
  const exponent = -(high - 0.5) * shrink - low * Math.log1p(high / low);
  return 2.5066282746310002 * Math.exp(exponent + rest) / Math.sqrt(low); // biome-ignore format: as it reads
}
