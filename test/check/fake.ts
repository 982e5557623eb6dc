/** Problems made of plain functions, so that the checker is tested apart from the compiler. */
import { scalar, sizeOf, type Tensor } from '../../src/core/tensor.js';
import type { Insight, ModeAnswer, Point, Problem } from '../../src/run/problem.js';

export interface Fake {
  /** The output from the elements of x. */
  readonly f: (x: Float64Array) => number | number[];
  /** The gradient of Σ output. */
  readonly g: (x: Float64Array) => readonly number[];
  readonly at: readonly number[];
  readonly hard?: Problem['hardPoints'];
  readonly forward?: ModeAnswer;
  /** How far rounding makes f scatter. */
  readonly scatter?: (x: Float64Array) => number;
}

export function vector(values: Iterable<number>): Tensor {
  const data = Float64Array.from(values);
  return { shape: [data.length], data };
}

function output(result: number | number[]): Tensor {
  return typeof result === 'number' ? scalar(result) : vector(result);
}

/** A problem of one vector x whose modes all answer with `g`. */
export function fakeProblem({ f, g, at, hard, forward, scatter }: Fake): Problem {
  const x = vector(at);
  const value = output(f(x.data));
  const gradient = (): ModeAnswer => ({ gradient: new Map([['x', vector(g(x.data))]]) });
  return {
    source: 'f(x)',
    main: undefined as never,
    cost: sizeOf(value.shape) + at.length,
    variables: [{ name: 'x', role: 'param', shape: x.shape, integer: false, wrt: true }],
    point: new Map([['x', x]]),
    outputShape: value.shape,
    diagnostics: [],
    value: () => value,
    interpretedValue: () => value,
    frozenValue: (p: Point) => output(f((p.get('x') as Tensor).data)),
    forwardDirectional: () => value,
    forwardGradient: () => forward ?? gradient(),
    reverseGradient: gradient,
    symbolicGradient: gradient,
    symbolicExpressions: () => ({ unavailable: 'no formula' }),
    hardPoints: hard ?? (() => []),
    ...(scatter && { insight: () => roundingInsight(scatter) }),
  };
}

/** Insight into rounding alone. */
function roundingInsight(scatter: (x: Float64Array) => number): Insight {
  return {
    decides: false,
    turn: () => undefined,
    valueScatter: (p) => scatter((p.get('x') as Tensor).data),
    gradientScatter: () => 0,
    valueLoss: () => undefined,
    gradientLoss: () => undefined,
  };
}
