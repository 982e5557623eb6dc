/**
 * Measures the code of gradients: from reverse mode and from the symbolic derivative, side by side in one run, in
 * alternating rounds. Prints nanoseconds for value and gradient together, and the median of the rounds' ratios.
 *
 * Usage: node bench/modes.js [rounds]
 */
import { loadSource } from './load.js';

const { emitSource } = await loadSource('src/run/derive.ts');
const rounds = Math.max(5, Number(process.argv[2] ?? 15));

/** Formulas with the sizes of their variables; all are named dimensions of the generated code. */
const problems = [
  { name: 'square', formula: '2*dot(x,x)', sizes: { x: [1000] } },
  {
    name: 'Rosenbrock',
    formula: 'sum(100*(x[1:] - x[:-1]^2)^2 + (1 - x[:-1])^2)',
    sizes: { x: [1000] },
  },
  {
    name: 'least squares',
    formula: 'norm(A@x - y)^2',
    wrt: ['x'],
    sizes: { A: [500, 50], x: [50], y: [500] },
  },
  {
    name: 'logistic loss',
    formula: 'sum(log(1 + exp(-y*(X@w))))',
    wrt: ['w'],
    sizes: { X: [1000, 20], y: [1000], w: [20] },
  },
  { name: 'quadratic form', formula: "x'@A@x", wrt: ['x'], sizes: { A: [200, 200], x: [200] } },
  { name: 'log-sum-exp', formula: 'logsumexp(x)', sizes: { x: [1000] } },
  {
    name: 'Gaussian',
    formula: '0.5*sum((x - m)^2)/s^2 + length(x)*log(s)',
    wrt: ['m', 's'],
    sizes: { x: [1000], m: [], s: [] },
  },
  {
    name: 'network',
    formula: 'sum((W2@tanh(W1@x + b1) - y)^2)',
    wrt: ['W1', 'W2', 'b1'],
    sizes: { W1: [32, 10], W2: [4, 32], b1: [32], x: [10], y: [4] },
  },
  { name: 'two scalars', formula: 'ln(x1) + x1*x2 - sin(x2)', sizes: { x1: [], x2: [] } },
  {
    name: 'Beale',
    formula: '(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2',
    sizes: { x: [], y: [] },
  },
];

const symbols = 'abcdefghijklmnop';

/** Equal sizes of a problem get one name. */
function shapesOf(sizes) {
  const names = new Map();
  const nameOf = (size) => {
    if (!names.has(size)) names.set(size, `${symbols[names.size]}_`);
    return { constant: 0, terms: [[names.get(size), 1]] };
  };
  return new Map(Object.entries(sizes).map(([name, shape]) => [name, shape.map(nameOf)]));
}

async function gradientFunction(problem, mode) {
  const { formula, wrt, sizes } = problem;
  const options = { target: 'js', mode, shapes: shapesOf(sizes), ...(wrt && { wrt }) };
  const { text } = emitSource(formula, options);
  const { gradient } = await import(`data:text/javascript,${encodeURIComponent(text)}`);
  const [, list] = /^export function gradient\(([^)]*)\)/m.exec(text);
  const names = list.split(', ').map((p) => p.split(' = ')[0]);
  let seed = 1;
  const next = () => {
    seed = (seed * 16807) % 2147483647;
    return 0.2 + seed / 2147483647;
  };
  const values = Object.fromEntries(
    Object.entries(sizes).map(([name, shape]) => {
      const count = shape.reduce((n, size) => n * size, 1);
      return [name, shape.length === 0 ? next() : Float64Array.from({ length: count }, next)];
    }),
  );
  const args = names.filter((name) => name !== 'into').map((name) => values[name]);
  const { value, ...buffers } = gradient(...args);
  const arrays = Object.fromEntries(Object.entries(buffers).filter(([, b]) => b instanceof Float64Array));
  const all = Object.keys(arrays).length > 0 ? [...args, arrays] : args;
  return {
    run: () => gradient(...all),
    numbers: [value, ...Object.values(buffers).flatMap((b) => (typeof b === 'number' ? [b] : [...b]))],
  };
}

/** Nanoseconds of one call. */
function measure(run, calls) {
  const before = process.hrtime.bigint();
  let sum = 0;
  for (let i = 0; i < calls; i++) sum += run().value;
  if (Number.isNaN(sum)) throw new Error('not a number');
  return Number(process.hrtime.bigint() - before) / calls;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[numbers.length >> 1];

console.log(
  `${'gradient'.padEnd(16)} ${'reverse, ns'.padStart(12)} ${'symbolic, ns'.padStart(13)}   symbolic/reverse`,
);
for (const problem of problems) {
  const [reverse, symbolic] = [
    await gradientFunction(problem, 'reverse'),
    await gradientFunction(problem, 'symbolic'),
  ];
  const off = Math.max(
    ...reverse.numbers.map((x, i) => Math.abs(x - symbolic.numbers[i]) / (1 + Math.abs(x))),
  );
  if (!(off < 1e-9)) throw new Error(`${problem.name}: the gradients differ by ${off}`);
  const calls = Math.max(1, Math.round(2e7 / measure(reverse.run, 20)));
  measure(symbolic.run, calls);
  const taken = { reverse: [], symbolic: [] };
  for (let i = 0; i < rounds; i++) {
    taken.reverse.push(measure(reverse.run, calls));
    taken.symbolic.push(measure(symbolic.run, calls));
  }
  const ratio = median(taken.symbolic.map((t, i) => t / taken.reverse[i]));
  const shown = (t) => (t < 100 ? t.toFixed(1) : t.toFixed(0));
  console.log(
    `${problem.name.padEnd(16)} ${shown(median(taken.reverse)).padStart(12)} ${shown(median(taken.symbolic)).padStart(13)}   ${ratio.toFixed(2)}`,
  );
}
