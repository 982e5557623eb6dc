/** A dozen small programs in the upper IR, with their gradients written by hand, for tests of emitted code. */
import { addDims, namedDim } from '../../src/core/affine.js';
import { Builder } from '../../src/ir/builder.js';
import { type Func, floatScalar, type Param, tensor, type Value } from '../../src/ir/types.js';

const [n, m, d] = [namedDim('n'), namedDim('m'), namedDim('d')];
const float = (...shape: Parameters<typeof tensor>[1][number][]) => tensor('float', shape);

export interface Program {
  readonly name: string;
  readonly formula: string;
  readonly functions: readonly { readonly name: string; readonly func: Func }[];
}

type Build = (b: Builder, p: Value[]) => Record<string, Value>;

function func(
  name: string,
  params: readonly (readonly [string, Parameters<Builder['param']>[1]])[],
  build: Build,
): Func {
  const b = new Builder();
  const made: Param[] = params.map(([x, type]) => b.param(x, type, 'param'));
  const results = build(b, made.map((p) => p.value)); // biome-ignore format: short
  return b.finish(name, made, Object.values(results), Object.keys(results));
}

function program(
  name: string,
  formula: string,
  params: readonly (readonly [string, Parameters<Builder['param']>[1]])[],
  value: (b: Builder, p: Value[]) => Value,
  gradient?: Build,
): Program {
  const functions = [{ name: 'value', func: func('value', params, (b, p) => ({ value: value(b, p) })) }];
  if (gradient) functions.push({ name: 'gradient', func: func('gradient', params, gradient) });
  return { name, formula, functions };
}

const dot = (b: Builder, x: Value, y: Value) => b.contract(x, [0], y, [0], []);
const named = (v: Value, name: string): Value => Object.assign(v, { name });

function margin(b: Builder, [X, w, y]: Value[]): Value {
  return named(b.algebra.mul(y as Value, b.contract(X as Value, [0, 1], w as Value, [1], [0])), 'margin');
}

function network(b: Builder, [X, W, v, y]: Value[]) {
  const k = b.algebra;
  const hidden = named(k.tanh(b.contract(X as Value, [0, 1], W as Value, [1, 2], [0, 2])), 'hidden');
  const rest = named(k.sub(b.contract(hidden, [0, 1], v as Value, [1], [0]), y as Value), 'residual');
  return { hidden, rest, loss: dot(b, rest, rest) };
}

export const programs: readonly Program[] = [
  program(
    'square-any',
    '2*dot(x,x)',
    [['x', float(n)]],
    (b, [x]) => b.algebra.mul(b.num(2), dot(b, x as Value, x as Value)),
    (b, [x]) => ({
      value: b.algebra.mul(b.num(2), dot(b, x as Value, x as Value)),
      x: b.algebra.mul(b.num(4), x as Value),
    }),
  ),
  program(
    'square-4',
    '2*dot(x,x)',
    [['x', float(4)]],
    (b, [x]) => b.algebra.mul(b.num(2), dot(b, x as Value, x as Value)),
    (b, [x]) => ({
      value: b.algebra.mul(b.num(2), dot(b, x as Value, x as Value)),
      x: b.algebra.mul(b.num(4), x as Value),
    }),
  ),
  program(
    'scalar',
    'x*exp(-y^2) + class',
    [
      ['x', floatScalar],
      ['y', floatScalar],
      ['class', floatScalar],
    ],
    (b, [x, y, c]) => {
      const k = b.algebra;
      return k.add(k.mul(x as Value, k.exp(k.neg(k.mul(y as Value, y as Value)))), c as Value);
    },
    (b, [x, y, c]) => {
      const k = b.algebra;
      const e = named(k.exp(k.neg(k.mul(y as Value, y as Value))), 'e');
      const value = k.add(k.mul(x as Value, e), c as Value);
      return { value, x: e, y: k.mul(k.mul(x as Value, e), k.mul(k.num(-2), y as Value)), class: k.num(1) };
    },
  ),
  program(
    'logistic',
    'sum(softplus(-y * (X @ w)))\n# with a comment */ that ends it',
    [
      ['X', float(m, d)],
      ['w', float(d)],
      ['y', float(m)],
    ],
    (b, p) => b.sum(b.algebra.call('softplus', b.algebra.neg(margin(b, p)))),
    (b, p) => {
      const k = b.algebra;
      const z = k.neg(margin(b, p));
      const pull = k.neg(k.mul(p[2] as Value, k.call('sigmoid', z)));
      return { value: b.sum(k.call('softplus', z)), w: b.contract(p[0] as Value, [0, 1], pull, [0], [1]) };
    },
  ),
  program(
    'network',
    'sum((tanh(X@W)@v - y)^2)',
    [
      ['X', float(n, 3)],
      ['W', float(3, 10)],
      ['v', float(10)],
      ['y', float(n)],
    ],
    (b, p) => network(b, p).loss,
    (b, p) => {
      const k = b.algebra;
      const { hidden, rest, loss } = network(b, p);
      const g = k.mul(k.num(2), rest);
      const v = b.contract(hidden, [0, 1], g, [0], [1]);
      const back = k.mul(
        b.contract(g, [0], p[2] as Value, [1], [0, 1]),
        k.sub(k.num(1), k.mul(hidden, hidden)),
      );
      return { value: loss, W: b.contract(p[0] as Value, [0, 1], back, [0, 2], [1, 2]), v };
    },
  ),
  program(
    'rosenbrock',
    'sum(100*(x[1:]-x[:-1]^2)^2 + (1-x[:-1])^2)',
    [['x', float(addDims(n, 1))]],
    (b, [x]) => {
      const k = b.algebra;
      const head = named(b.slice(x as Value, [0], [1], [n]), 'head');
      const tail = b.slice(x as Value, [1], [1], [n]);
      const a = k.sub(tail, k.mul(head, head));
      const c = k.sub(k.num(1), head);
      return b.sum(k.add(k.mul(k.num(100), k.mul(a, a)), k.mul(c, c)));
    },
    (b, [x]) => {
      const k = b.algebra;
      const head = b.slice(x as Value, [0], [1], [n]);
      const tail = b.slice(x as Value, [1], [1], [n]);
      const a = named(k.sub(tail, k.mul(head, head)), 'a');
      const c = named(k.sub(k.num(1), head), 'c');
      const value = b.sum(k.add(k.mul(k.num(100), k.mul(a, a)), k.mul(c, c)));
      const up = k.mul(k.num(200), a);
      const down = k.sub(k.mul(k.num(-2), k.mul(head, up)), k.mul(k.num(2), c));
      const whole = [addDims(n, 1)];
      return { value, x: k.add(b.pad(up, [1], [1], whole), b.pad(down, [0], [1], whole)) };
    },
  ),
  program('softmax', 'softmax(x)', [['x', float(n)]], (b, [x]) => {
    const k = b.algebra;
    return k.exp(k.sub(x as Value, b.reduce('logsumexp', x as Value, [0])));
  }),
  program('norms', 'norm(A, axis=1)', [['A', float(m, n)]], (b, [A]) => b.reduce('norm', A as Value, [1])),
  program(
    'matrix-product',
    'A @ B',
    [
      ['A', float(m, d)],
      ['B', float(d, n)],
    ],
    (b, [A, B]) => b.contract(A as Value, [0, 1], B as Value, [1, 2], [0, 2]),
  ),
  program(
    'names',
    'eval*Math + Float64Array[0]*arguments + sum(__proto__)',
    [
      ['eval', floatScalar],
      ['Math', floatScalar],
      ['Float64Array', float(2)],
      ['arguments', floatScalar],
      ['__proto__', float(n)],
      ['β', floatScalar],
    ],
    (b, [e, M, F, a, p]) => {
      const k = b.algebra;
      const first = b.reshape(b.slice(F as Value, [0], [1], [1]), []);
      return k.add(k.add(k.mul(e as Value, M as Value), k.mul(first, a as Value)), b.sum(p as Value));
    },
    (_b, [e, M, F, a, p, β]) => ({
      value: β as Value,
      eval: M as Value,
      Math: e as Value,
      Float64Array: F as Value,
      arguments: a as Value,
      __proto__1: p as Value,
    }),
  ),
  program(
    'branch',
    'if x > 0 { sum(log(y) * x) } else { x }',
    [
      ['x', floatScalar],
      ['y', float(n)],
    ],
    (b, [x, y]) => {
      const k = b.algebra;
      const then = b.region([], () => [b.sum(k.mul(k.log(y as Value), x as Value))]);
      const otherwise = b.region([], () => [x as Value]);
      return b.if(k.lt(k.num(0), x as Value), then, otherwise)[0] as Value;
    },
  ),
  program(
    'helpers',
    'where(x % 3 > 1, round(x), silu(x)) + clip(x, -1, 1)',
    [['x', float(m, n)]],
    (b, [x]) => {
      const k = b.algebra;
      const c = k.lt(k.num(1), k.call('mod', x as Value, k.num(3)));
      return k.add(
        k.select(c, k.call('round', x as Value), k.call('silu', x as Value)),
        k.call('clip', x as Value, k.num(-1), k.num(1)),
      );
    },
  ),
  program('recurrence', 'for: s = 3.5*s*(1-s), the last of m', [['s', floatScalar]], (b, [s]) => {
    const k = b.algebra;
    const next = (x: Value) => k.mul(k.mul(k.num(3.5), x), k.sub(k.num(1), x));
    return b.for(30, [s as Value], (_, [x]) => [next(x as Value)])[0] as Value;
  }),
  program(
    'affine',
    'sum(A) * n + x[0], A: [n+m]',
    [
      ['A', float(addDims(n, m))],
      ['x', float(m)],
    ],
    (b, [A, x]) => {
      const first = b.reshape(b.slice(x as Value, [0], [1], [1]), []);
      return b.algebra.add(b.algebra.mul(b.sum(A as Value), b.cast(b.dim(n))), first);
    },
  ),
];
