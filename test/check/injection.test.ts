/** An error of a millionth in any one of 1,000 components is found, on gradients of very different sizes. */
import type { Tensor } from '../../src/core/tensor.js';
import { type Fake, fakeProblem } from './fake.js';
import { between, decades, findsInjected, vector } from './inject.js';

// Looked up once: in the modules of a test every look-up of a global takes longer than a sine.
const { cos, exp, log, sin } = Math;

interface Setup {
  readonly stride: number;
  readonly at: Tensor;
  readonly f: Fake['f'];
  readonly g: Fake['g'];
}

function total(x: Float64Array, term: (v: number, i: number) => number): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += term(x[i] as number, i);
  return sum;
}

/** Four functions by turns, and their derivatives. */
const functions: readonly ((v: number) => number)[] = [
  (v) => v * v,
  (v) => sin(3 * v),
  (v) => exp(-v),
  (v) => log(1 + v * v),
];
const slopes: readonly ((v: number) => number)[] = [
  (v) => 2 * v,
  (v) => 3 * cos(3 * v),
  (v) => -exp(-v),
  (v) => (2 * v) / (1 + v * v),
];
const pick = <T>(of: readonly T[], i: number) => of[i % of.length] as T;

const weights = vector(between(0, 1)).data;
const factors = vector(decades(-4, 2)).data;
const along = vector(between(-1, 1)).data;

const product = (x: Float64Array) => total(x, (v, i) => (along[i] as number) * v);

const setups: Record<string, Setup> = {
  'functions of different sizes': {
    stride: 1,
    at: vector(decades(-3, 1)),
    f: (x) => total(x, (v, i) => pick(functions, i)(v)),
    g: (x) => [...x].map((v, i) => pick(slopes, i)(v)),
  },
  'a softmax loss': {
    stride: 9,
    at: vector(between(-6, 6)),
    f: (x) => log(total(x, exp)) - total(x, (v, i) => v * (weights[i] as number)) / 1000,
    g: (x) => {
      const sum = total(x, exp);
      return [...x].map((v, i) => exp(v) / sum - (weights[i] as number) / 1000);
    },
  },
  'a quadratic form': {
    stride: 9,
    at: vector(decades(-3, 1)),
    f: (x) => total(x, (v, i) => (factors[i] as number) * v * v) + product(x) ** 2,
    g: (x) => {
      const p = product(x);
      return [...x].map((v, i) => 2 * (factors[i] as number) * v + 2 * p * (along[i] as number));
    },
  },
};

describe.each(Object.entries(setups))('%s', (_name, { stride, at, f, g }) => {
  findsInjected(fakeProblem({ f, g, at: [...at.data] }), stride);
});
