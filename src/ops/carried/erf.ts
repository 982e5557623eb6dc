/**
 * The error function, its complement and its inverse, as generated code carries them.
 *
 * Rational approximations of s_erf.c in FreeBSD's msun (Sun Microsystems, 1993). `erfinv` starts from Giles,
 * "Approximating the erfinv function" (GPU Computing Gems, 2010), and takes two of Halley's steps.
 */

/**
 * exp(x²)·x·erfc(x) for x ≥ 1.25, by rational functions of 1/x², in the form exp(-0.5625 + R/S).
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
 * business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
 * is preserved.
 */
function erfcTail(x: number): number {
  const s = 1 / (x * x);
  let r: number;
  let t: number;
  if (x < 1 / 0.35) {
    r = -0.0098649440348471482 + s * (-0.6938585727071818 + s * (-10.558626225323291 + s * (-62.375332450326006 + s * (-162.39666946257347 + s * (-184.60509290671104 + s * (-81.2874355063066 + s * -9.814329344169145)))))); // biome-ignore format: Horner's rule
    t = 1 + s * (19.651271667439257 + s * (137.65775414351904 + s * (434.56587747522923 + s * (645.3872717332679 + s * (429.00814002756783 + s * (108.63500554177944 + s * (6.570249770319282 + s * -0.0604244152148581))))))); // biome-ignore format: Horner's rule
  } else {
    r = -0.0098649429247000993 + s * (-0.799283237680523 + s * (-17.757954917754752 + s * (-160.63638485582192 + s * (-637.5664433683896 + s * (-1025.0951316110772 + s * -483.5191916086514))))); // biome-ignore format: Horner's rule
    t = 1 + s * (30.33806074348246 + s * (325.7925129965739 + s * (1536.729586084437 + s * (3199.8582195085955 + s * (2553.0504064331644 + s * (474.52854120695537 + s * -22.44095244658582)))))); // biome-ignore format: Horner's rule
  }
  // x² = z² + (x - z)(x + z), where z² is exact.
  const z = Math.fround(x);
  return (Math.exp(-z * z - 0.5625) * Math.exp((z - x) * (z + x) + r / t)) / x;
}

/** erf(x) - x for |x| < 0.84375, divided by x. */
function erfCore(x: number): number {
  const z = x * x;
  const r = 0.12837916709551256 + z * (-0.3250421072470015 + z * (-0.02848174957559851 + z * (-0.005770270296489442 + z * -0.000023763016656650163))); // biome-ignore format: Horner's rule
  const s = 1 + z * (0.39791722395915535 + z * (0.0650222499887673 + z * (0.005081306281875766 + z * (0.00013249473800432164 + z * -0.000003960228278775368)))); // biome-ignore format: Horner's rule
  return r / s;
}

/** erf(x) - 0.8450629115104675 for 0.84375 ≤ x < 1.25. */
function erfShoulder(x: number): number {
  const s = x - 1;
  const p = -0.0023621185607526594 + s * (0.41485611868374833 + s * (-0.3722078760357013 + s * (0.31834661990116175 + s * (-0.11089469428239668 + s * (0.035478304325618236 + s * -0.002166375594868791))))); // biome-ignore format: Horner's rule
  const q = 1 + s * (0.10642088040084423 + s * (0.540397917702171 + s * (0.07182865441419627 + s * (0.12617121980876164 + s * (0.01363708391202905 + s * 0.011984499846799107))))); // biome-ignore format: Horner's rule
  return p / q;
}

/** Error function 2/√π · ∫₀ˣ exp(-t²) dt. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return x + x * erfCore(x);
  let y = 1;
  if (a < 1.25) y = 0.8450629115104675 + erfShoulder(a);
  else if (a < 6) y = 1 - erfcTail(a);
  else if (Number.isNaN(x)) return x;
  return x < 0 ? -y : y;
}

/** Complementary error function 1 - erf(x), exact where that cancels. */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (a < 0.84375) return x < 0.25 ? 1 - (x + x * erfCore(x)) : 0.5 - (x - 0.5 + x * erfCore(x));
  if (a < 1.25) return x < 0 ? 1.8450629115104675 + erfShoulder(a) : 0.15493708848953247 - erfShoulder(a);
  if (Number.isNaN(x)) return x;
  if (x < 0) return x < -6 ? 2 : 2 - erfcTail(a);
  return x < 28 ? erfcTail(x) : 0;
}

/** Inverse of the error function on [-1, 1]. */
export function erfinv(x: number): number {
  const a = Math.abs(x);
  if (!(a < 1)) return a === 1 ? x * Number.POSITIVE_INFINITY : Number.NaN;
  if (a < 1e-8) return 0.886226925452758 * x;
  const logarithm = -Math.log((1 - a) * (1 + a));
  let y: number;
  let steps = 2;
  if (logarithm < 5) {
    const w = logarithm - 2.5;
    y = 1.50140941 + w * (0.246640727 + w * (-0.00417768164 + w * (-0.00125372503 + w * (0.00021858087 + w * (-4.39150654e-6 + w * (-3.5233877e-6 + w * (3.43273939e-7 + w * 2.81022636e-8))))))); // biome-ignore format: Horner's rule
    y *= a;
  } else if (logarithm < 16) {
    const w = Math.sqrt(logarithm) - 3;
    y = 2.83297682 + w * (1.00167406 + w * (0.00943887047 + w * (-0.0076224613 + w * (0.00573950773 + w * (-0.00367342844 + w * (0.00134934322 + w * (0.000100950558 + w * -0.000200214257))))))); // biome-ignore format: Horner's rule
    y *= a;
  } else {
    // erfc(y) is about exp(-y²) / (y·√π).
    const rest = -Math.log(1 - a);
    y = Math.sqrt(rest - 0.5 * Math.log(Math.PI * rest));
    steps = 3;
  }
  for (let step = 0; step < steps; step++) {
    const rest = a < 0.5 ? erf(y) - a : 1 - a - erfc(y);
    const newton = rest / (1.1283791670955126 * Math.exp(-y * y));
    y -= newton / (1 + y * newton);
  }
  return x < 0 ? -y : y;
}
