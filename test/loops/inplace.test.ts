/** Updates in place: no copy where nobody misses the old value, a copy where somebody does, and the right numbers always. */
import fc from 'fast-check';
import { addDims, namedDim } from '../../src/core/affine.js';
import { withLimits } from '../../src/core/deadline.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { scalar, type Tensor } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { type Func, intScalar, tensor, type Value } from '../../src/ir/types.js';
import { lowerFunc } from '../../src/loops/lower.js';
import { printLoops } from '../../src/loops/print.js';
import { blocksOf, type Stmt } from '../../src/loops/types.js';
import { verifyLoops } from '../../src/loops/verify.js';
import { compileFunc } from '../../src/run/compile.js';
import { Programmer, program, programs, vector } from '../support/programs.js';
import { runs } from '../support/runs.js';

const n = namedDim('n');
const whole = { start: 0, step: 1 };

/** Statements that write a whole buffer, and loops that walk along an axis, inside of the loops of a function. */
function wholeInside(stmts: readonly Stmt[], inside = false): Stmt[] {
  return stmts.flatMap((s) => {
    const own = inside && (s.kind === 'copy' || s.kind === 'fill' || s.kind === 'for') ? [s] : [];
    const loops = inside || s.kind === 'for' || s.kind === 'loop';
    return [...own, ...blocksOf(s).flatMap((block) => wholeInside(block, loops))];
  });
}

function agrees(func: Func, args: readonly Tensor[]): void {
  verifyLoops(lowerFunc(func));
  expect(compileFunc(func).run(args)).toEqual(interpret(func, args));
}

type Body = (b: Programmer, x: Value, i: Value) => Value[];

/** A loop of n iterations that carries x. */
function looping(body: Body) {
  return program({ x: [vector(1, 2, 3, 4), [n]] }, (b, { x }) => {
    const [y] = b.for(n, [x as Value], (i, [y]) => body(b, y as Value, i));
    return b.sum(b.mul(y as Value, y as Value));
  });
}

const inPlace: Record<string, Body> = {
  'an element': (b, x, i) => [b.set(x, b.sin(b.at(x, i)), i)],
  'two elements change places': (b, x, i) => {
    const [p, q] = [b.at(x, i), b.at(x, b.int(0))];
    return [b.set(b.set(x, q, i), p, b.int(0))];
  },
  'an element, increased, and the old one used': (b, x, i) => {
    const old = b.at(x, i);
    const y = b.update(x, b.num(1), [null], [i], true);
    return [b.set(y, b.add(b.at(y, i), old), b.int(0))];
  },
  'in one branch': (b, x, i) =>
    b.choose(
      b.lt(b.at(x, i), b.num(3)),
      () => [b.set(x, b.num(5), i)],
      () => [x],
    ),
  'in both branches, one of them nested': (b, x, i) =>
    b.choose(
      b.lt(b.at(x, i), b.num(3)),
      () => [b.set(x, b.num(5), i)],
      () =>
        b.choose(
          b.lt(b.at(x, i), b.num(4)),
          () => [b.set(x, b.num(7), b.int(0))],
          () => [x],
        ),
    ),
  'in a loop of another loop': (b, x, i) => {
    const { results } = b.while(
      [x, b.int(0)],
      ([, k]) => b.lt(k as Value, i),
      ([y, k]) => [b.set(y as Value, b.num(2), k as Value), b.elementwise('add', k as Value, b.int(1))],
    );
    return [results[0] as Value];
  },
};

test.each(Object.entries(inPlace))('%s: in place', (_, body) => {
  const { func, args } = looping(body);
  const inside = wholeInside(lowerFunc(func).body);
  expect(inside.filter((s) => s.kind !== 'for')).toEqual([]);
  expect(inside).toEqual([]);
  agrees(func, args);
});

const copied: Record<string, Body> = {
  'the old value is summed later': (b, x, i) => {
    const y = b.set(x, b.num(9), i);
    return [b.set(y, b.sum(x), b.int(0))];
  },
  'both the old and the new one are used': (b, x, i) => [b.add(b.set(x, b.num(9), i), x)],
  'two branches of different results': (b, x, i) => {
    const [p, q] = b.choose(
      b.lt(b.at(x, i), b.num(3)),
      () => [b.set(x, b.num(5), i), b.mul(x, x)],
      () => [b.mul(x, x), b.set(x, b.num(7), i)],
    );
    return [b.add(p as Value, q as Value)];
  },
  'a branch of another result yields the old one': (b, x, i) => {
    const [p, q] = b.choose(
      b.lt(b.at(x, i), b.num(3)),
      () => [b.set(x, b.num(5), i), b.full(1, [n])],
      () => [b.full(2, [n]), x],
    );
    return [b.add(p as Value, q as Value)];
  },
};

test.each(Object.entries(copied))('%s: a copy', (_, body) => {
  const { func, args } = looping(body);
  expect(wholeInside(lowerFunc(func).body).length).toBeGreaterThan(0);
  agrees(func, args);
});

test('a loop does not change what it got from outside and reads again', () => {
  const { func, args } = program({ x: [vector(1, 2, 3, 4), [n]] }, (b, { x }) => {
    const squares = b.mul(x as Value, x as Value);
    const [s] = b.for(n, [b.num(0)], (i, [s]) => {
      const y = b.set(squares, s as Value, i);
      return [b.add(b.sum(b.sin(y)), b.at(squares, b.int(0)))];
    });
    return s as Value;
  });
  agrees(func, args);
});

test('carried values that change places', () => {
  const { func, args } = program({ x: [vector(1, 2, 3), [n]], y: [vector(4, 5, 6), [n]] }, (b, { x, y }) => {
    const [p, q] = b.for(3, [x as Value, y as Value], (i, [p, q]) => [
      b.set(q as Value, b.at(p as Value, i), i),
      b.set(p as Value, b.at(q as Value, i), i),
    ]);
    return b.sum(b.mul(p as Value, b.sin(q as Value)));
  });
  agrees(func, args);
});

test('what is written over a part of the same value', () => {
  for (const [from, to] of [
    [0, 1],
    [1, 0],
  ] as const) {
    const { func, args } = looping((b, x) => {
      const part = b.slice(x, [from], [1], [addDims(n, -1)]);
      return [b.update(x, part, [{ start: to, step: 1 }], [], true)];
    });
    agrees(func, args);
  }
});

test('a row that is read before and used after it changes is kept, not its matrix', () => {
  const rows = { shape: [4, 4], data: Float64Array.from({ length: 16 }, (_, i) => i) };
  const { func, args } = program({ A: [rows, [n, n]] }, (b, { A }) => {
    const [B] = b.for(n, [A as Value], (i, [B]) => {
      const row = b.at(B as Value, i);
      const C = b.update(B as Value, b.full(0, [n]), [null, whole], [i]);
      return [b.update(C, b.mul(row, row), [whole, null], [i], true)];
    });
    return b.sum(b.sin(B as Value));
  });
  const inside = wholeInside(lowerFunc(func).body);
  expect(inside.map((s) => s.kind)).toEqual(inside.map(() => 'for'));
  agrees(func, args);
});

test('the buffer of a parameter is never changed', () => {
  const { func, args } = looping(inPlace['an element'] as Body);
  compileFunc(func).run(args);
  expect([...(args[0] as Tensor).data]).toEqual([1, 2, 3, 4]);
});

test.each(['table', 'warping'])('%s: an iteration writes one element', (name) => {
  const { func } = programs[name] as (typeof programs)[string];
  expect(wholeInside(lowerFunc(func).body).filter((s) => s.kind !== 'for')).toEqual([]);
});

// What only the run can tell

function failure(work: () => unknown) {
  try {
    work();
  } catch (e) {
    if (e instanceof AdcError) return e.diagnostics[0];
    throw e;
  }
  return undefined;
}

const picking = (() => {
  const b = new Programmer();
  const x = b.param('x', tensor('float', [n]), 'param');
  const at = b.param('at', tensor('int', [namedDim('m')]), 'data');
  b.span = { start: 3, end: 8 };
  const read = b.sum(b.sin(b.gather(x.value, at.value)));
  return b.finish('value', [x, at], [read], ['value']);
})();

const writing = (() => {
  const b = new Programmer();
  const x = b.param('x', tensor('float', [n]), 'param');
  const k = b.param('k', intScalar, 'data');
  b.span = { start: 1, end: 2 };
  return b.finish('value', [x, k], [b.set(x.value, b.num(1), k.value)], ['value']);
})();

test.each([
  [picking, vector(0, 1, 3, 1)],
  [picking, vector(0, -1)],
  [picking, vector(0.5, 2, 1, 0, 1, 7)],
  [writing, scalar(3)],
  [writing, scalar(-1)],
  [writing, scalar(Number.NaN)],
])('%#: an index outside its axis is told as the interpreter tells it', (func, at) => {
  const args = [vector(1, 2, 3), at];
  const told = failure(() => compileFunc(func).run(args));
  expect(told).toMatchObject({ code: 'index-out-of-range', span: func.body.ops.at(-1)?.span });
  expect(told).toEqual(failure(() => interpret(func, args)));
});

const endless = programs.idle as (typeof programs)[string];

test('a loop without end stops at the limit that is set around it', () => {
  const b = new Programmer();
  const x = b.param('x', tensor('float', []), 'param');
  b.span = { start: 4, end: 9 };
  const { results } = b.while(
    [x.value],
    ([v]) => b.lt(v as Value, b.num(1)),
    ([v]) => [b.sin(v as Value)],
  );
  const func = b.finish('value', [x], results, ['value']);
  const limits = { seconds: 60, end: performance.now() + 60_000, maxIterations: 200_000 };
  const run = (work: () => unknown) => failure(() => withLimits(limits, work));
  const told = run(() => compileFunc(func).run([scalar(0.5)]));
  expect(told).toMatchObject({ code: 'iteration-limit', span: { start: 4, end: 9 } });
  expect(told?.message).toContain('200,000');
  const few = { ...limits, maxIterations: 50 };
  expect(failure(() => withLimits(few, () => compileFunc(func).run([scalar(0.5)])))).toEqual(
    failure(() => withLimits(few, () => interpret(func, [scalar(0.5)]))),
  );
  expect(compileFunc(endless.func).run(endless.args)).toEqual(interpret(endless.func, endless.args));
});

test('a loop without end stops when time is up', () => {
  const b = new Programmer();
  const x = b.param('x', tensor('float', []), 'param');
  const { results } = b.while(
    [x.value],
    ([v]) => b.lt(v as Value, b.num(1)),
    ([v]) => [b.sin(v as Value)],
  );
  const func = b.finish('value', [x], results, ['value']);
  const limits = { seconds: 0.05, end: performance.now() + 50, maxIterations: Number.POSITIVE_INFINITY };
  expect(failure(() => withLimits(limits, () => compileFunc(func).run([scalar(0.5)])))?.code).toBe(
    'time-limit',
  );
});

test('arrays that grow stay within the memory that is allowed', () => {
  const b = new Programmer();
  const k = b.param('k', intScalar, 'data');
  const { dim } = b.extent(k.value);
  const func = b.finish('value', [k], [b.sum(b.algebra.sin(b.full(1, [dim])))], ['value']);
  agrees(func, [scalar(3)]);
  const wide = (() => {
    const b = new Programmer();
    const k = b.param('k', intScalar, 'data');
    const { dim } = b.extent(k.value);
    const x = b.algebra.sin(b.cast(b.iota(dim)));
    return b.finish('value', [k], [b.sum(b.mul(x, b.broadcastTo(b.sum(x), [dim])))], ['value']);
  })();
  expect(failure(() => compileFunc(wide).run([scalar(1e12)]))?.code).toBe('too-large');
});

test('an index that generated code does not look at is always inside its axis', () => {
  const numbers = fc.tuple(...[-2, -1, 0, 1, 2].map(() => fc.integer({ min: -2, max: 2 })));
  fc.assert(
    fc.property(numbers, fc.integer({ min: 0, max: 4 }), ([first, a, c, d, e], size) => {
      const b = new Programmer();
      const x = b.param('x', tensor('float', [n]), 'param');
      const whole = b.dim(n);
      const times = (k: number, v: Value) => b.elementwise('mul', b.int(k), v);
      const sum = (...v: Value[]) => v.reduce((s, w) => b.elementwise('add', s, w));
      const { dim, size: count } = b.extent(sum(whole, b.int(first as number)));
      const [s] = b.for(dim, [b.num(0)], (i, [s]) => {
        const at = sum(
          times(a as number, i),
          times(c as number, count),
          times(d as number, whole),
          b.int(e as number),
        );
        return [b.add(s as Value, b.at(x.value, at))];
      });
      const func = b.finish('value', [x], [s as Value], ['value']);
      const args = [vector(...Array.from({ length: size }, (_, k) => k + 0.5))];
      const told = failure(() => compileFunc(func).run(args));
      expect(told).toEqual(failure(() => interpret(func, args)));
    }),
    runs(400),
  );
});

test('a counter between its bounds is not looked at', () => {
  const { func } = program({ x: [vector(1, 2, 3), [n]] }, (b, { x }) => {
    const { dim, size } = b.extent(b.elementwise('sub', b.dim(n), b.int(1)));
    const [s] = b.for(dim, [b.num(0)], (i, [s]) => {
      const back = b.elementwise('sub', size, i);
      const next = b.elementwise('add', i, b.int(1));
      return [
        b.add(s as Value, b.mul(b.at(x as Value, back), b.mul(b.at(x as Value, i), b.at(x as Value, next)))),
      ];
    });
    return s as Value;
  });
  expect(printLoops(lowerFunc(func))).not.toContain('check');
});
