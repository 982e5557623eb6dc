/** Programs with control flow, built by hand: what the passes over loops, branches, updates and calls are tested on. */
import { type Dim, namedDim } from '../../src/core/affine.js';
import { scalar, type Tensor } from '../../src/core/tensor.js';
import { Builder } from '../../src/ir/builder.js';
import { boolScalar, type Func, floatScalar, intScalar, tensor, type Value } from '../../src/ir/types.js';
import type { Sample } from './lowered.js';

export const vector = (...data: number[]): Tensor => ({
  shape: [data.length],
  data: Float64Array.from(data),
});

const n = namedDim('n');
const m = namedDim('m');

/** The builder with words for what programs do all the time. */
export class Programmer extends Builder {
  add = (x: Value, y: Value) => this.elementwise('add', x, y);
  sub = (x: Value, y: Value) => this.elementwise('sub', x, y);
  mul = (x: Value, y: Value) => this.elementwise('mul', x, y);
  div = (x: Value, y: Value) => this.elementwise('div', x, y);
  sin = (x: Value) => this.elementwise('sin', x);
  lt = (x: Value, y: Value) => this.elementwise('lt', x, y);
  at = (x: Value, ...indices: Value[]) => indices.reduce((rest, i) => this.gather(rest, i), x);
  set = (x: Value, v: Value, ...indices: Value[]) =>
    this.update(
      x,
      v,
      x.type.shape.map((_, k) => (k < indices.length ? null : { start: 0, step: 1 })),
      indices,
    );
  /** A choice of which both branches yield values of one type. */
  choose = (condition: Value, then: () => Value[], otherwise: () => Value[]) =>
    this.if(condition, this.region([], then), this.region([], otherwise)) as Value[];
}

interface Parameters {
  readonly [name: string]: readonly [value: Tensor, dims: readonly Dim[], dtype?: 'int' | 'data'];
}

/** A sample with the parameters, all differentiated but those of integers and `data`. */
export function program(
  parameters: Parameters,
  body: (b: Programmer, p: Record<string, Value>) => Value,
  functions: Record<string, Func> = {},
): Sample {
  const b = new Programmer();
  const params = Object.entries(parameters).map(([name, [, dims, kind]]) =>
    b.param(name, tensor(kind === 'int' ? 'int' : 'float', dims), kind ? 'data' : 'param'),
  );
  const output = body(b, Object.fromEntries(params.map((p) => [p.name, p.value])));
  const func = b.finish('value', params, [output], ['value']);
  const called = Object.entries(functions);
  return {
    func: called.length > 0 ? { ...func, functions: new Map(called) } : func,
    args: Object.values(parameters).map(([value]) => value),
    wrt: params.filter((p) => p.role === 'param').map((p) => p.name),
  };
}

/** A function of scalars, for calls. */
export function scalarFunction(
  name: string,
  count: number,
  body: (b: Programmer, args: Value[]) => Value,
): Func {
  const b = new Programmer();
  const params = Array.from({ length: count }, (_, i) => b.param(`a${i}`, floatScalar, 'param'));
  const result = body(
    b,
    params.map((p) => p.value),
  );
  return b.finish(name, params, [result], ['value']);
}

const horner = program({ x: [scalar(0.7), []], a: [vector(1, -2, 3, 0.5), [n]] }, (b, { x, a }) => {
  const [s] = b.for(n, [b.num(0)], (i, [s]) => [b.add(b.mul(s as Value, x as Value), b.at(a as Value, i))]);
  return s as Value;
});

/** Two carried values that change places, the last of one of them unused. */
const fibonacci = program({ x: [scalar(0.3), []], y: [scalar(1.1), []] }, (b, { x, y }) => {
  const [p] = b.for(5, [x as Value, y as Value], (_, [p, q]) => [
    q as Value,
    b.sin(b.add(p as Value, b.mul(q as Value, q as Value))),
  ]);
  return p as Value;
});

const nested = program({ x: [vector(0.2, 0.9, -0.4), [n]], w: [vector(1.5, -0.3), [m]] }, (b, { x, w }) => {
  const [s] = b.for(n, [b.num(0)], (i, [s]) =>
    b.for(m, [s as Value], (j, [t]) => [
      b.add(t as Value, b.sin(b.mul(b.mul(b.at(x as Value, i), b.at(w as Value, j)), t as Value))),
    ]),
  );
  const [t] = b.for(n, [s as Value], (i, [s]) =>
    b.for(m, [b.add(s as Value, b.at(x as Value, i))], (j, [t]) => [
      b.mul(t as Value, b.sin(b.mul(b.at(x as Value, i), b.at(w as Value, j)))),
    ]),
  );
  return b.add(s as Value, t as Value);
});

/** The inner count depends on the outer counter, and inner iterations compute vectors of that length. */
const triangular = program({ x: [vector(0.2, 0.9, -0.4, 1.3), [n]] }, (b, { x }) => {
  const [s] = b.for(n, [b.num(1)], (i, [s]) => {
    const { dim } = b.extent(b.elementwise('add', i, b.int(1)));
    const part = b.gather(x as Value, b.iota(dim));
    const squares = b.mul(part, b.sin(part));
    const [t] = b.for(dim, [s as Value], (j, [t]) => {
      const rows = b.mul(b.broadcastTo(t as Value, [dim]), squares);
      return [b.add(b.sin(b.sum(rows)), b.mul(b.at(x as Value, j), b.at(x as Value, i)))];
    });
    return [t as Value];
  });
  return s as Value;
});

/** Doubling until the norm passes 1000, then a branch. */
const doubling = (...a: number[]) =>
  program({ a: [vector(...a), [n]] }, (b, { a }) => {
    const norm = (v: Value) => b.elementwise('sqrt', b.sum(b.mul(v, v)));
    const start = b.mul(a as Value, b.full(2, [n]));
    const { results } = b.while(
      [start],
      ([v]) => b.lt(norm(v as Value), b.num(1000)),
      ([v]) => [b.mul(v as Value, b.full(2, [n]))],
    );
    const v = results[0] as Value;
    const positive = b.lt(b.num(0), b.sum(v));
    const [r] = b.choose(
      positive,
      () => [v],
      () => [b.mul(v, b.full(100, [n]))],
    );
    return b.sum(r as Value);
  });

/** Square roots by Newton's iteration, each with as many steps as it takes. */
const roots = program({ x: [vector(2, 9.5, 0.3), [n]] }, (b, { x }) => {
  const [s] = b.for(n, [b.num(0)], (i, [s]) => {
    const a = b.at(x as Value, i);
    const { results } = b.while(
      [b.add(a, b.num(1))],
      ([r]) => b.lt(b.num(1e-9), b.elementwise('abs', b.sub(b.mul(r as Value, r as Value), a))),
      ([r]) => [b.div(b.add(r as Value, b.div(a, r as Value)), b.num(2))],
    );
    const root = results[0] as Value;
    return [b.add(s as Value, b.mul(root, b.sin(root)))];
  });
  return s as Value;
});

/** A table filled element by element from those before. */
const table = program({ x: [scalar(0.8), []], y: [scalar(-0.6), []] }, (b, { x, y }) => {
  const first = b.set(b.set(b.full(0, [7]), x as Value, b.int(0)), y as Value, b.int(1));
  const [t] = b.for(5, [first], (i, [t]) => {
    const [p, q] = [b.at(t as Value, i), b.at(t as Value, b.elementwise('add', i, b.int(1)))];
    return [b.set(t as Value, b.add(b.mul(p, q), b.sin(p)), b.elementwise('add', i, b.int(2)))];
  });
  return b.sum(b.mul(t as Value, t as Value));
});

/** Dynamic time warping: a matrix filled in place, with a minimum of three. */
const warping = program(
  { x: [vector(0.1, 0.9, 1.7, 0.4), [n]], y: [vector(0.3, 1.2, 0.2), [m]] },
  (b, { x, y }) => {
    const [rows, columns] = [
      { constant: 1, terms: [['n', 1] as const] },
      { constant: 1, terms: [['m', 1] as const] },
    ];
    const corner = b.set(b.full(1e3, [rows, columns]), b.num(0), b.int(0), b.int(0));
    const [d] = b.for(n, [corner], (i, [d]) =>
      b.for(m, [d as Value], (j, [e]) => {
        const [i1, j1] = [b.elementwise('add', i, b.int(1)), b.elementwise('add', j, b.int(1))];
        const gap = b.sub(b.at(x as Value, i), b.at(y as Value, j));
        const [p, q, r] = [b.at(e as Value, i, j), b.at(e as Value, i1, j), b.at(e as Value, i, j1)];
        const least = b.elementwise('minimum', p, b.elementwise('minimum', q, r));
        return [b.set(e as Value, b.add(b.mul(gap, gap), least), i1, j1)];
      }),
    );
    return b.at(d as Value, b.dim(n), b.dim(m));
  },
);

/** A branch in a loop, one of its sides without a derivative where it is not taken. */
const choosy = program({ x: [vector(0.5, -2, 4, -0.3), [n]], c: [scalar(1.5), []] }, (b, { x, c }) => {
  const [s] = b.for(n, [b.num(1)], (i, [s]) => {
    const z = b.at(x as Value, i);
    return b.choose(
      b.lt(b.num(0), z),
      () => [b.add(b.mul(s as Value, c as Value), b.elementwise('log', z))],
      () => [b.sub(s as Value, b.mul(b.mul(z, z), c as Value))],
    );
  });
  return s as Value;
});

/** A loop in a branch that is taken, and one in a branch that is not; sizes known in the branch only. */
const branched = program({ x: [vector(0.5, 1.2, 0.9), [n]] }, (b, { x }) => {
  const total = b.sum(x as Value);
  const side = (positive: boolean) => () => {
    const { dim } = b.extent(b.int(positive ? 2 : 0));
    const part = b.sin(b.gather(x as Value, b.iota(dim)));
    const [s] = b.for(dim, [total], (i, [s]) => [b.mul(b.at(part, i), b.sin(b.mul(s as Value, total)))]);
    return [b.add(s as Value, b.sum(b.mul(part, part)))];
  };
  const [s] = b.choose(b.lt(b.num(0), total), side(true), side(false));
  return b.mul(s as Value, total);
});

/** The result of a loop that never runs depends on what it began with, and on nothing inside. */
const idle = program({ x: [vector(0, 4), [n]] }, (b, { x }) => {
  const root = b.elementwise('sqrt', x as Value);
  const [s] = b.for(0, [b.num(3)], (i, [s]) => [b.add(s as Value, b.at(root, i))]);
  const never = b.while(
    [s as Value],
    ([s]) => b.lt(s as Value, b.num(0)),
    ([s]) => [b.add(s as Value, b.sum(root))],
  );
  return b.add(never.results[0] as Value, b.sum(b.mul(x as Value, x as Value)));
});

/** Leaves the loop early, by a condition that is carried. */
const leaving = program({ x: [vector(0.5, 1.2, 0.9, 3), [n]] }, (b, { x }) => {
  const { results } = b.while(
    [b.int(0), b.num(1), b.constant([0], boolScalar)],
    ([i, , done]) => b.elementwise('and', b.lt(i as Value, b.dim(n)), b.elementwise('not', done as Value)),
    ([i, s]) => {
      const next = b.mul(s as Value, b.sin(b.at(x as Value, i as Value)));
      return [b.elementwise('add', i as Value, b.int(1)), next, b.lt(next, b.num(0.5))];
    },
  );
  return results[1] as Value;
});

const g = scalarFunction('g', 2, (b, [x, y]) => b.mul(b.sin(x as Value), b.add(x as Value, y as Value)));
const f = scalarFunction('f', 2, (b, [x, y]) => {
  const [p] = b.call('g', [x as Value, y as Value], [floatScalar]);
  const [s] = b.for(3, [p as Value], (_, [s]) => b.call('g', [s as Value, b.num(2)], [floatScalar]));
  return b.mul(s as Value, b.call('g', [p as Value, s as Value], [floatScalar])[0] as Value);
});

const calls = program(
  { x: [vector(0.4, 1.3), [n]], c: [scalar(0.7), []] },
  (b, { x, c }) => {
    const [s] = b.for(n, [b.num(0)], (i, [s]) => [
      b.add(s as Value, b.call('f', [b.at(x as Value, i), c as Value], [floatScalar])[0] as Value),
    ]);
    const [r] = b.choose(
      b.lt(b.num(0), c as Value),
      () => b.call('g', [c as Value, s as Value], [floatScalar]) as Value[],
      () => [s as Value],
    );
    return r as Value;
  },
  { f, g },
);

/** Newton's iteration and a sum of a number of elements that depends on the value, in a function. */
const root = scalarFunction('root', 1, (b, [a]) => {
  const { results } = b.while(
    [b.add(a as Value, b.num(1))],
    ([r]) => b.lt(b.num(1e-9), b.elementwise('abs', b.sub(b.mul(r as Value, r as Value), a as Value))),
    ([r]) => [b.div(b.add(r as Value, b.div(a as Value, r as Value)), b.num(2))],
  );
  const { dim } = b.extent(b.int(3));
  const row = b.sin(b.mul(b.broadcastTo(results[0] as Value, [dim, dim]), b.full(0.3, [dim, dim])));
  return b.mul(results[0] as Value, b.sum(b.mul(row, row)));
});

const steps = program(
  { x: [vector(2, 9.5, 0.3), [n]] },
  (b, { x }) => {
    const [s] = b.for(n, [b.num(0)], (i, [s]) => [
      b.add(s as Value, b.call('root', [b.at(x as Value, i)], [floatScalar])[0] as Value),
    ]);
    return s as Value;
  },
  { root },
);

/** An element read several times, and a table looked up by data. */
const lookup = program(
  {
    x: [vector(0.5, -0.2, 0.8), [n]],
    w: [vector(1, 2, 3, 4), [m]],
    at: [vector(2, 0, 2, 1), [m], 'int'],
  },
  (b, { x, w, at }) => {
    const [s] = b.for(m, [b.num(0)], (k, [s]) => {
      const e = b.at(x as Value, b.at(at as Value, k));
      const part = b.gather(
        x as Value,
        b.elementwise('mod', b.broadcastTo(k, [2]), b.constant([2, 3], tensor('int', [2]))),
      );
      return [b.add(b.add(s as Value, b.mul(b.sin(e), b.at(w as Value, k))), b.sum(b.mul(part, part)))];
    });
    return s as Value;
  },
);

const comprehension = program({ x: [vector(0.5, -0.2, 0.8), [n]], w: [vector(1, 2), [m]] }, (b, { x, w }) => {
  const [t] = b.map([n, m], ([i, j]) => {
    const p = b.mul(b.at(x as Value, i as Value), b.at(w as Value, j as Value));
    const [s] = b.for(3, [p], (_, [s]) => [b.sin(b.add(s as Value, p))]);
    return [s as Value];
  });
  return b.sum(b.mul(t as Value, t as Value));
});

/** A loop whose values of every iteration are used behind it, stacked and joined. */
const kept = program({ x: [vector(0.5, -0.2, 0.8), [n]] }, (b, { x }) => {
  const all = b.freshDim('all');
  const body = b.region([intScalar, floatScalar], ([i, s]) => {
    const { dim } = b.extent(i as Value);
    const part = b.sin(b.mul(b.gather(x as Value, b.iota(dim)), b.broadcastTo(s as Value, [dim])));
    const next = b.add(b.mul(s as Value, b.at(x as Value, i as Value)), b.sum(part));
    return [next, next, part];
  });
  const [s, stacked, joined] = b.append(
    { kind: 'for', operands: [b.num(1)], count: n, body, saved: 2, binds: [all] },
    [floatScalar, tensor('float', [n]), tensor('float', [namedDim(all)])],
  ) as [Value, Value, Value];
  return b.add(b.mul(s, b.sum(b.mul(stacked, stacked))), b.sum(b.sin(joined)));
});

export const programs: Record<string, Sample> = {
  horner,
  fibonacci,
  nested,
  triangular,
  'doubling, positive': doubling(3),
  'doubling, negative': doubling(-1, 0.25),
  roots,
  table,
  warping,
  choosy,
  branched,
  idle,
  leaving,
  calls,
  steps,
  lookup,
  comprehension,
  kept,
};
