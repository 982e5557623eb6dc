/** Injected errors are found in the gradients of compiled formulas too, whose rounding and paths are looked into. */
import type { Tensor } from '../../src/core/tensor.js';
import { openProblem } from '../../src/run/open.js';
import { between, decades, findsInjected, vector } from './inject.js';

const formulas: Record<string, readonly [formula: string, values: Record<string, Tensor>]> = {
  'different functions side by side': [
    'sum(x[:250]^2) + sum(sin(3*x[250:500])) + sum(exp(-x[500:750])) + sum(log(1 + x[750:]^2))',
    { x: vector(decades(-3, 1)) },
  ],
  'a softmax loss': [
    'logsumexp(x) - dot(y, x)/1000',
    {
      x: vector(between(-6, 6)),
      y: vector(between(0, 1)),
    },
  ],
  'poles, and choices': ['sum(1/x) + sum(log(abs(x)))', { x: vector(decades(-3, 3)) }],
  'a long product': ['prod(1 + x/1000)', { x: vector(between(-1, 1)) }],
};

describe.each(Object.entries(formulas))('%s', (_name, [formula, values]) => {
  findsInjected(openProblem(formula, { values: new Map(Object.entries(values)), wrt: ['x'] }), 100);
});
