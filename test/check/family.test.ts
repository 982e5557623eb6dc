/** Products, Jacobians and Hessians at a point: against mathematics, and what the check says of wrong ones. */
import { readFileSync } from 'node:fs';
import { answerFamily, type FamilyKind, type FamilyOptions } from '../../src/check/family/answer.js';
import { judge, merged, unitWeights } from '../../src/check/family/judge.js';
import { Along, Remembered, STEP } from '../../src/check/family/sources.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { type Nested, scalar, type Tensor, toNested } from '../../src/core/tensor.js';
import { elementwiseRows } from '../../src/ops/table.js';
import { openProblem } from '../../src/run/open.js';
import { tensorOf, type Values } from '../support/lowered.js';
import { type Fixture, ulps } from '../support/ulps.js';

const pointOf = (values: Values): Map<string, Tensor> =>
  new Map(Object.entries(values).map(([name, v]) => [name, tensorOf(v)]));

interface Asked extends Omit<FamilyOptions, 'tangent' | 'cotangent'> {
  readonly tangent?: Values;
  readonly cotangent?: Nested;
  readonly wrt?: readonly string[];
}

function answer(kind: FamilyKind, source: string, values: Values, asked: Asked = {}) {
  const { tangent, cotangent, wrt, ...rest } = asked;
  return answerFamily(
    kind,
    source,
    { values: pointOf(values), ...(wrt && { wrt }) },
    {
      ...rest,
      ...(tangent && { tangent: pointOf(tangent) }),
      ...(cotangent !== undefined && { cotangent: tensorOf(cotangent) }),
    },
  );
}

/** The result by variable, or pair of variables, and the verdict. */
function told(...of: Parameters<typeof answer>) {
  const { result, check } = answer(...of);
  return {
    verdict: check?.verdict,
    ...Object.fromEntries(result.map(({ path, tensor }) => [path.join(' '), toNested(tensor)])),
  };
}

const x = [1, 2, 3];
const A = [
  [1, 2],
  [3, 4],
];

describe('against mathematics', () => {
  test('a Jacobian nests output indices first, then input indices', () => {
    expect(told('jacobian', '[x[0]*x[1], x[2]^2]', { x })).toEqual({
      verdict: 'agree',
      x: [
        [2, 1, 0],
        [0, 0, 6],
      ],
    });
  });

  test('a matrix by a matrix has rank four: d(A @ B)[i, j] / dA[k, l] = B[l, j] where i = k', () => {
    const B = [
      [5, 6],
      [7, 8],
    ];
    const all = [0, 1];
    const entries = (of: (i: number, j: number, k: number, l: number) => number) =>
      all.map((i) => all.map((j) => all.map((k) => all.map((l) => of(i, j, k, l)))));
    expect(told('jacobian', 'A @ B', { A, B })).toEqual({
      verdict: 'agree',
      A: entries((i, j, k, l) => (i === k ? (B[l]?.[j] as number) : 0)),
      B: entries((i, j, k, l) => (j === l ? (A[i]?.[k] as number) : 0)),
    });
  });

  test('products with a Jacobian and a Hessian', () => {
    const tangent = { x: [1, 0, -1] };
    expect(told('jvp', 'x^2', { x }, { tangent })).toEqual({ verdict: 'agree', '': [2, 0, -6] });
    expect(told('hvp', 'sum(x^3)', { x }, { tangent })).toEqual({ verdict: 'agree', x: [6, 0, -18] });
  });

  test('a variable without a tangent stands still', () => {
    const values = { x: 2, y: 3 };
    expect(told('jvp', 'x*y^2', values, { tangent: { y: 1 } })).toMatchObject({ '': 12 });
    expect(told('hvp', 'x*y^2', values, { tangent: { y: 1 } })).toMatchObject({ x: 6, y: 4 });
  });

  test('a Hessian by pairs of variables; that of a scalar by a scalar is a scalar', () => {
    expect(told('hessian', 'x^2*y', { x: 1, y: 2 })).toEqual({
      verdict: 'agree',
      'x x': 4,
      'x y': 2,
      'y x': 2,
      'y y': 0,
    });
    expect(told('hessian', "x' @ A @ x", { x: [1, 2], A }, { wrt: ['x'] })).toEqual({
      verdict: 'agree',
      'x x': [
        [2, 5],
        [5, 8],
      ],
    });
  });

  test('the diagonal of a Hessian by itself', () => {
    expect(told('diagonal', 'sum(x^3) + x[0]*x[1]', { x })).toEqual({ verdict: 'agree', x: [6, 12, 18] });
  });

  test('second derivatives of an output that is no scalar are those of its weighed sum', () => {
    expect(told('diagonal', 'x^2', { x }, { cotangent: [1, 10, 100] })).toMatchObject({ x: [2, 20, 200] });
    expect(told('diagonal', 'x^2', { x: 3 }, { cotangent: 10 })).toMatchObject({ x: 20 });
    expect(answer('hessian', 'x^2', { x }).diagnostics.map((d) => d.code)).toEqual(['sum-differentiated']);
  });

  test('what is detached has no derivative of any order', () => {
    expect(told('hessian', 'x^2*detach(x)', { x: 3 })).toEqual({ verdict: 'agree', 'x x': 6 });
    expect(told('jvp', 'x*detach(x)', { x: 3 }, { tangent: { x: 1 } })).toEqual({ verdict: 'agree', '': 3 });
  });

  test('second derivatives through loops: Kepler’s equation by Newton’s method', () => {
    const source = `
      param m
      param e
      var u = m
      while abs(u - e*sin(u) - m) > 1e-14 { u = u - (u - e*sin(u) - m)/(1 - e*cos(u)) }
      u`;
    const [m, e] = [0.8, 0.3];
    const { result, check } = answer('hessian', source, { m, e });
    let u = m;
    for (let k = 0; k < 50; k++) u -= (u - e * Math.sin(u) - m) / (1 - e * Math.cos(u));
    // u' = 1/(1 - e cos u) by m, so u'' = -e sin(u) u'^3.
    const slope = 1 / (1 - e * Math.cos(u));
    expect(check?.verdict).toBe('agree');
    expect(result[0]?.tensor.data[0]).toBeCloseTo(-e * Math.sin(u) * slope ** 3, 12);
  });

  test('a product of a thousand variables needs no matrix', () => {
    const long = Array.from({ length: 3000 }, (_, i) => Math.sin(i));
    const tangent = { x: long.map((_, i) => (i % 2 === 0 ? 1 : 0)) };
    const { check, result } = answer('hvp', 'sum(x^4)', { x: long }, { tangent });
    expect(check?.verdict).toBe('agree');
    const data = result[0]?.tensor.data as Float64Array;
    const worst = long.reduce((m, v, i) => {
      const truth = i % 2 === 0 ? 12 * v * v : 0;
      return Math.max(m, Math.abs((data[i] as number) - truth));
    }, 0);
    expect(worst).toBeLessThan(1e-14);
    expect(check?.diagnostics.map((d) => d.code)).toEqual(['check-limit']);
  });
});

describe('hard points of second order', () => {
  test('the Hessian of norm(x)^2 at 0 is 2I', () => {
    for (const source of ['norm(x)^2', 'norm(x)*norm(x)', 'let r = norm(x); r^2', 'sum(abs(x)^2)'])
      expect(told('hessian', source, { x: [0, 0] })).toEqual({
        verdict: 'agree',
        'x x': [
          [2, 0],
          [0, 2],
        ],
      });
    expect(told('hessian', 'norm(x)^4', { x: [0, 0] })).toEqual({
      verdict: 'agree',
      'x x': [
        [0, 0],
        [0, 0],
      ],
    });
  });

  test('a branch that is not taken does not reach a second derivative', () => {
    const source = 'sum(where(x > 0, sqrt(x), 0)) + dot(x, x)';
    expect(told('hessian', source, { x: [-1, 4] })).toEqual({
      verdict: 'agree',
      'x x': [
        [2, 0],
        [0, 2 - 1 / 32],
      ],
    });
    const nested = 'where(x > 0, sum(A @ sqrt([x, 1])), 0)';
    expect(told('hessian', nested, { x: -1, A }, { wrt: ['x'] })).toEqual({ verdict: 'agree', 'x x': 0 });
  });

  test('an infinite derivative of one element leaves those of the others what they are', () => {
    const { result, mode } = answer('jacobian', '1/x', { x: [0, 1] });
    expect([mode, toNested(result[0]?.tensor as Tensor)]).toEqual([
      'forward',
      [
        [Number.NEGATIVE_INFINITY, 0],
        [0, -1],
      ],
    ]);
  });

  test('a kink at the point leaves the check open and is told', () => {
    const { check, diagnostics } = answer('hessian', 'norm(x)', { x: [0, 0] });
    expect([check?.verdict, diagnostics[0]?.code]).toEqual(['inconclusive', 'kink']);
    const jump = answer('hessian', 'sum(relu(x)^2)', { x: [0, 1] });
    expect(jump.check?.verdict).toBe('inconclusive');
    expect(jump.diagnostics.map((d) => d.code)).toContain('path-change');
  });
});

describe('modes', () => {
  const chosen = (kind: FamilyKind, source: string, values: Values) => {
    const { mode, diagnostics } = answer(kind, source, values, { mode: 'auto' });
    return [mode, diagnostics.find((d) => d.code === 'mode-chosen')?.message];
  };

  test('forward where inputs are fewer than outputs, reverse otherwise, with the operations of both', () => {
    expect(chosen('jacobian', 't*[1, 2, 3]', { t: 2 })).toEqual([
      'forward',
      expect.stringMatching(
        /^forward mode: 1 input is fewer than 3 outputs; operations expected: forward \d+, reverse \d+$/,
      ),
    ]);
    expect(chosen('jacobian', '[sum(x), prod(x)]', { x })[0]).toBe('reverse');
    expect(chosen('jacobian', 'x^2', { x })[0]).toBe('reverse');
  });

  test('one mode alone is run where it is asked for', () => {
    for (const mode of ['forward', 'reverse'] as const) {
      const { modes, result } = answer('jacobian', 'x^2', { x: [1, 2] }, { mode });
      expect([...modes.keys()]).toEqual([mode]);
      expect(toNested(result[0]?.tensor as Tensor)).toEqual([
        [2, 0],
        [0, 4],
      ]);
    }
  });
});

describe('what is wrong is found', () => {
  const problem = openProblem('[x[0]*x[1], sin(x[0])]', { values: pointOf({ x: [1, 2] }) });
  const source = new Remembered(problem);
  const row = (data: number[]) => new Map([['x', { shape: [2], data: Float64Array.from(data) }]]);
  const unit = (k: number, data: number[]) => ({
    source,
    cotangent: unitWeights([2], k),
    output: `output[${k}]`,
    modes: new Map([['forward', row(data)]] as const),
    value: problem.value().data[k] as number,
    interpreted: problem.value().data[k] as number,
    largest: 2,
  });

  test('one wrong element of a Jacobian, by its place', () => {
    const right = judge(unit(1, [Math.cos(1), 0]), []);
    const wrong = judge(unit(0, [2, 1.000001]), []);
    expect([right.check.verdict, wrong.check.verdict]).toEqual(['agree', 'disagree']);
    expect(merged([right, wrong])).toMatchObject({ check: { verdict: 'disagree' }, worst: 1 });
    expect(wrong.check.diagnostics[0]?.message).toMatch(
      /^forward gives 1 for the derivative with respect to x\[1\] of output\[0\], central differences give 1 ± /,
    );
  });

  test('one wrong element of a product', () => {
    const along = new Along(source, row([1, 1]));
    const product = (value: number) => ({
      ...unit(0, []),
      source: along,
      modes: new Map([['reverse', new Map([[STEP, scalar(value)]])]] as const),
    });
    expect(judge(product(3), []).check.verdict).toBe('agree');
    expect(judge(product(3.00001), []).check.verdict).toBe('disagree');
  });
});

describe('bad input', () => {
  const failure = (run: () => unknown) => {
    try {
      run();
    } catch (error) {
      if (error instanceof AdcError) return error.diagnostics.map((d) => `${d.code}: ${d.message}`);
      throw error;
    }
    return [];
  };

  test('directions that do not fit', () => {
    const at = { x: [1, 2], y: 3 };
    expect(failure(() => answer('jvp', 'x*y', at))).toEqual(['missing-value: jvp needs a direction']);
    expect(failure(() => answer('hvp', 'sum(x*y)', at, { tangent: { x: [1, 2, 3] } }))).toEqual([
      'shape-mismatch: the tangent of x has shape [3] and x has shape [2]',
    ]);
    expect(failure(() => answer('jvp', 'x*y', at, { tangent: { z: 1 } }))).toEqual([
      'unknown-variable: the formula has no variable z',
    ]);
    expect(failure(() => answer('jvp', 'x*y', at, { tangent: { y: 1 }, wrt: ['x'] }))).toEqual([
      'unknown-variable: y is given a tangent and is not differentiated',
    ]);
    expect(failure(() => answer('hessian', 'x*y', at, { cotangent: [1, 2, 3] }))).toEqual([
      'shape-mismatch: the cotangent has shape [3] and the output has shape [2]',
    ]);
  });
});

/** Second derivatives of the rows, through the whole of `hessian`, against digits computed elsewhere. */
const fixtures: Readonly<Record<string, readonly Fixture[]>> = JSON.parse(
  readFileSync(new URL('../fixtures/elementwise.json', import.meta.url), 'utf8'),
);
const documented = new Map(
  [
    ...readFileSync(new URL('../../docs/accuracy.md', import.meta.url), 'utf8').matchAll(
      /^\| `(\w+)` +\| +\d+ \| +\S+ \| +\S+ \| +(\S+) \|$/gm,
    ),
  ].map(([, name, second]) => [name as string, Number(second)]),
);
const written = elementwiseRows.filter((row) => !row.hidden && fixtures[row.name] && row.params.length <= 2);

test.each(written.map((row) => [row.name, row] as const))('the Hessian of %s has its digits', (name, row) => {
  const points = (fixtures[name] as readonly Fixture[]).filter((f) => f.kind === 'ordinary').slice(0, 2);
  const params = row.params.map((_, k) => `v${k}`);
  const moving = params.filter((_, k) => !row.whole?.includes(k));
  for (const { at, truth, scale } of points) {
    const values = Object.fromEntries(params.map((p, k) => [p, at[k] as number]));
    const { result } = answer('hessian', `${name}(${params.join(', ')})`, values, {
      wrt: moving,
      check: false,
    });
    for (const { path, tensor } of result) {
      const [i, j] = path.map((p) => params.indexOf(p)) as [number, number];
      // Value, first derivatives, second derivatives row by row.
      const place = 1 + params.length * (1 + i) + j;
      const floor = Math.max(2 ** -940, scale[place] as number);
      const error = ulps(tensor.data[0] as number, truth[place] as string, floor);
      const bound = Math.max(4, 2 * (documented.get(name) as number));
      expect([at, path, error, error <= bound]).toEqual([at, path, error, true]);
    }
  }
});
