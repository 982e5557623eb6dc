/**
 * How many random cases a test tries, and from which seed: fixed for everybody, more and others by hand.
 *
 *     ADC_FUZZ_RUNS=100 ADC_FUZZ_SEED=7 npm test -- test/fuzz
 */
const factor = Number(process.env.ADC_FUZZ_RUNS ?? 1);

/** Parameters for fast-check: `count` cases, or `ADC_FUZZ_RUNS` times as many. */
export function runs(count: number): { readonly numRuns: number; readonly seed: number } {
  return { numRuns: Math.round(count * factor), seed: Number(process.env.ADC_FUZZ_SEED ?? 1) };
}
