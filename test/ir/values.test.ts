/** What formulas compute: operators, indexing and every function of the library against arithmetic on nested arrays. */
import { libraryRows } from '../../src/ir/lower/library/index.js';
import { elementwiseRows, reductionRows } from '../../src/ops/table.js';
import { mentionedIn, shown } from './show.js';

const x = [1, 2, 3, 4];
const y = [4, 3, 2, 1];
const u = [1, 2, 3];
const v = [3, 1, 2];
const A = [
  [1, 2, 3],
  [4, 5, 6],
];
const B = [
  [1, 2, 0],
  [0, 1, 3],
  [2, 0, 1],
];
const C = [
  [1, 2],
  [3, 4],
];
const T = [
  [
    [1, 2],
    [3, 4],
    [5, 6],
  ],
  [
    [7, 8],
    [9, 10],
    [11, 12],
  ],
];
const values = { x, y, u, v, A, B, C, T, s: 2, t: -3 };

const sum = (a: readonly number[]) => a.reduce((p, q) => p + q, 0);
const column = (m: readonly (readonly number[])[], j: number) => m.map((r) => r[j] as number);
const columns = (m: readonly (readonly number[])[]) => (m[0] ?? []).map((_, j) => column(m, j));
const mean = (a: readonly number[]) => sum(a) / a.length;
const variance = (a: readonly number[]) => mean(a.map((q) => (q - mean(a)) ** 2));
const lse = (a: readonly number[]) => Math.log(sum(a.map(Math.exp)));
const softmax = (a: readonly number[]) => a.map((q) => Math.exp(q) / sum(a.map(Math.exp)));
const running = (a: readonly number[]) => a.map((_, i) => sum(a.slice(0, i + 1)));

const tables: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  indexing: [
    ['x[0] + 10*x[-1]', 41],
    ['x[1:]', [2, 3, 4]],
    ['x[:-1]', [1, 2, 3]],
    ['x[1:3]', [2, 3]],
    ['x[-3:-1]', [2, 3]],
    ['x[::2]', [1, 3]],
    ['x[1::2]', [2, 4]],
    ['x[::3]', [1, 4]],
    ['x[::-1]', [4, 3, 2, 1]],
    ['x[3:0:-1]', [4, 3, 2]],
    ['x[2::-1]', [3, 2, 1]],
    ['x[::-2]', [4, 2]],
    ['x[1:1]', []],
    ['x[4:]', []],
    ['A[0]', [1, 2, 3]],
    ['A[-1][0]', 4],
    ['A[:, 1]', [2, 5]],
    ['A[1, -1]', 6],
    ['A[0, :2]', [1, 2]],
    [
      'A[::-1, 1:]',
      [
        [5, 6],
        [2, 3],
      ],
    ],
    ['T[1]', T[1]],
    [
      'T[:, 1, :]',
      [
        [3, 4],
        [9, 10],
      ],
    ],
    [
      'T[0, 1:, ::-1]',
      [
        [4, 3],
        [6, 5],
      ],
    ],
    ['[1, 2, 3][1]', 2],
    ['x[length(x) - 2]', 3],
    ['x[s]', 3],
    ['x[max(0, 1)] + x[abs(-2)]', 5],
  ],
  numbers: [
    ['2^3', 8],
    ['2^-1', 0.5],
    ['pow(2, -1) * 3', 1.5],
    ['-2^2', -4],
    ['2^3^2', 512],
    ['(-1)^length(x)', 1],
    ['7 % 3', 1],
    ['-7 % 3', 2],
    ['7 % -3', -2],
    ['7 / 2', 3.5],
    ['length(x) / 3', 4 / 3],
    ['1/0', Number.POSITIVE_INFINITY],
    ['1 / -0', Number.NEGATIVE_INFINITY],
    ['9007199254740993 - 9007199254740992', 0],
    ['2x[1]', 4],
    ['pi*2 - tau', 0],
    ['e', Math.E],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['√s^2', Math.sqrt(4)],
  ],
  conditions: [
    ['1 < 2 < 3', 1],
    ['3 > 2 > 2', 0],
    ['x > 2', [0, 0, 1, 1]],
    ['1 < x <= 3', [0, 1, 1, 0]],
    ['x > 2 and x < 4', [0, 0, 1, 0]],
    ['x < 2 or !(x < 4)', [1, 0, 0, 1]],
    ['x == y', [0, 0, 0, 0]],
    ['x != [1, 2, 2, 4]', [0, 0, 1, 0]],
    [
      'A > u',
      [
        [0, 0, 0],
        [1, 1, 1],
      ],
    ],
    ['s > 0 ? x : y', x],
    ['s < 0 ? x : y', y],
    ['s > 0 and t > 0 ? 1 : 2', 2],
    ['true ? x : A', x],
    ['false ? x : A', A],
    ['length(x) > 10 ? x[10] : 7', 7],
    ['length(u) == 3 and not (1 > 2) ? u : x', u],
    ['let c = 2 < 1; c ? x[9] : 4', 4],
    ['where(x > 2, x, 0)', [0, 0, 3, 4]],
    ['where(true, x, 0)', x],
    [
      'where(A > 2, A, u)',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ],
    ['where(x > 2, x < 4, x > 0)', [1, 1, 1, 0]],
    ['count(where(x > 2, 1, 0) > 0)', 2],
  ],
  'blocks and names': [
    ['{ let a = 2; a * s }', 4],
    ['let a = s; { let a = 3; a } + a', 5],
    ['let a = { let b = s; b + 1 }; a * a', 9],
    ['let e = 3; e', 3],
    ['let pi = x; sum(pi)', 10],
    ['detach(x) + 1', [2, 3, 4, 5]],
    ['detach { let q = s; q*q }', 4],
    ['detach(s > 0) ? 1 : 2', 1],
    ['let β = s; β^2', 4],
  ],
  broadcasting: [
    ['x + 1', [2, 3, 4, 5]],
    ['1 - x', [0, -1, -2, -3]],
    [
      'A + u',
      [
        [2, 4, 6],
        [5, 7, 9],
      ],
    ],
    [
      'A * [[10], [100]]',
      [
        [10, 20, 30],
        [400, 500, 600],
      ],
    ],
    ['reshape(u, 3, 1) * v', u.map((a) => v.map((b) => a * b))],
    [
      'T[:, :, 0] - A',
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    ['T + [10, 20]', T.map((m) => m.map(([a = 0, b = 0]) => [a + 10, b + 20]))],
    ['[1] + x', [2, 3, 4, 5]],
    ['zeros(1, 1) + A', A],
    ['x + zeros(1)', x],
    ['zeros(0) + 1', []],
    ['zeros(0) + [1]', []],
  ],
  products: [
    ['u @ v', 11],
    ["u' @ v", 11],
    ['A @ u', [14, 32]],
    ['[1, 2] @ A', [9, 12, 15]],
    ["A' @ [1, 2]", [9, 12, 15]],
    [
      'C @ A',
      [
        [9, 12, 15],
        [19, 26, 33],
      ],
    ],
    ["u' @ B @ v", 43],
    ['T @ C', T.map((m) => m.map(([a = 0, b = 0]) => [a + 3 * b, 2 * a + 4 * b]))],
    [
      'T @ [1, 1]',
      [
        [3, 7, 11],
        [15, 19, 23],
      ],
    ],
    [
      '[1, 2, 3] @ T',
      [
        [22, 28],
        [58, 64],
      ],
    ],
    ["T @ T'", T.map((m) => m.map((p) => m.map((q) => sum(p.map((a, k) => a * (q[k] as number))))))],
    [
      '(zeros(2, 0) @ zeros(0, 2))',
      [
        [0, 0],
        [0, 0],
      ],
    ],
    ["A'", columns(A)],
    ["T'", T.map(columns)],
    ["u'", u],
    ["s'", 2],
  ],
};

for (const [what, table] of Object.entries(tables)) {
  test.each(table)(`${what}: %s`, (source, expected) => {
    const result = shown(source, mentionedIn(source, values));
    expect(result).toEqual(expected);
  });
}

/** By name of the function: calls with their values. */
const library: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  dot: [
    ['dot(u, v)', 11],
    ['dot(zeros(0), zeros(0))', 0],
  ],
  outer: [['outer(u, [1, 2])', u.map((a) => [a, 2 * a])]],
  cross: [['cross(u, v)', [1, 7, -5]]],
  kron: [
    [
      'kron(C, [[0, 1], [1, 0]])',
      [
        [0, 1, 0, 2],
        [1, 0, 2, 0],
        [0, 3, 0, 4],
        [3, 0, 4, 0],
      ],
    ],
  ],
  transpose: [
    ['transpose(A)', columns(A)],
    [
      'transpose(T)',
      [
        [
          [1, 7],
          [3, 9],
          [5, 11],
        ],
        [
          [2, 8],
          [4, 10],
          [6, 12],
        ],
      ],
    ],
  ],
  trace: [['trace(C)', 5]],
  diag: [
    [
      'diag(u)',
      [
        [1, 0, 0],
        [0, 2, 0],
        [0, 0, 3],
      ],
    ],
    ['diag(C)', [1, 4]],
  ],
  eye: [
    [
      'eye(2)',
      [
        [1, 0],
        [0, 1],
      ],
    ],
    ['eye(0)', []],
  ],
  mean: [
    ['mean(A)', 3.5],
    ['mean(A, axis=0)', columns(A).map(mean)],
    ['mean(s)', 2],
  ],
  variance: [
    ['variance(u)', variance(u)],
    ['var(A, axis=1)', A.map(variance)],
    ['variance(s)', 0],
  ],
  std: [
    ['std(u)', Math.sqrt(variance(u))],
    ['std(A, axis=0)', columns(A).map((c) => Math.sqrt(variance(c)))],
    ['std(s)', 0],
  ],
  softmax: [
    ['softmax(u)', softmax(u)],
    ['softmax(A)', A.map(softmax)],
    ["softmax(A, axis=0)'", columns(A).map(softmax)],
    ['softmax(s)', 1],
    ['softmax([1000, 1000])', [0.5, 0.5]],
  ],
  log_softmax: [
    ['log_softmax(u)', u.map((q) => q - lse(u))],
    ['log_softmax(s)', 0],
    ['log_softmax([0, 2000])', [-2000, 0]],
  ],
  cumsum: [
    ['cumsum(x)', running(x)],
    ['cumsum(A)', A.map(running)],
    ["cumsum(A, axis=0)'", columns(A).map(running)],
    ['cumsum(s)', 2],
  ],
  cumprod: [
    ['cumprod(x)', [1, 2, 6, 24]],
    ['cumprod([2, 0, 3])', [2, 0, 0]],
    [
      'cumprod(A, axis=0)',
      [
        [1, 2, 3],
        [4, 10, 18],
      ],
    ],
  ],
  count: [
    ['count(x > 2)', 2],
    ['count(A > 2, axis=0)', [1, 1, 2]],
    ['count(s > 2)', 0],
  ],
  zeros: [
    ['zeros(2, 1)', [[0], [0]]],
    ['zeros([2, 1])', [[0], [0]]],
    ['sum(zeros(0))', 0],
  ],
  ones: [
    ['ones(3) * 2', [2, 2, 2]],
    [
      'ones(shape(A))',
      [
        [1, 1, 1],
        [1, 1, 1],
      ],
    ],
  ],
  linspace: [
    ['linspace(0, 1, 5)', [0, 0.25, 0.5, 0.75, 1]],
    ['linspace(s, 4, 1)', [2]],
    ['linspace(0, 1, 0)', []],
  ],
  arange: [
    ['arange(3)', [0, 1, 2]],
    ['arange(2, 5)', [2, 3, 4]],
    ['arange(0)', []],
  ],
  length: [
    ['length(x)', 4],
    ['length(A)', 2],
  ],
  shape: [
    ['shape(A)', [2, 3]],
    ['shape(s)', []],
    ['shape(T)[2] * 1.5', 3],
  ],
  reshape: [
    [
      'reshape(x, 2, 2)',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['reshape(A, [6])', [1, 2, 3, 4, 5, 6]],
    ['reshape(s, 1, 1)', [[2]]],
    ['reshape(A, shape(A))', A],
  ],
  concat: [
    ['concat(u, v)', [...u, ...v]],
    ['concat([u, v])', [...u, ...v]],
    ['concat(A, A, axis=1)', A.map((r) => [...r, ...r])],
    [
      'concat(A, C, axis=-1)',
      [
        [1, 2, 3, 1, 2],
        [4, 5, 6, 3, 4],
      ],
    ],
  ],
  stack: [
    ['stack(u, v)', [u, v]],
    ['stack(s, t)', [2, -3]],
    ['stack([A])', [A]],
  ],
  flip: [
    ['flip(x)', y],
    ['flip(A)', [A[1], A[0]]],
    [
      'flip(A, axis=1)',
      [
        [3, 2, 1],
        [6, 5, 4],
      ],
    ],
  ],
  roll: [
    ['roll(x, 1)', [4, 1, 2, 3]],
    ['roll(x, -1)', [2, 3, 4, 1]],
    ['roll(x, 5)', [4, 1, 2, 3]],
    ['roll(A, 1, axis=0)', [A[1], A[0]]],
    ['roll(x, 0)', x],
  ],
  where: [['where(x > 2, 1, 0)', [0, 0, 1, 1]]],
  detach: [['detach(A)', A]],
  sum: [
    ['sum(A)', 21],
    ['sum(A, axis=0)', columns(A).map(sum)],
    ['sum(A, axis=-1)', A.map(sum)],
    [
      'sum(T, axis=1)',
      [
        [9, 12],
        [27, 30],
      ],
    ],
    ['sum(s)', 2],
  ],
  prod: [
    ['prod(u)', 6],
    ['prod(zeros(0))', 1],
  ],
  max: [
    ['max(u)', 3],
    ['max(A, axis=0)', [4, 5, 6]],
    ['max(u, 2)', [2, 2, 3]],
    ['max(s, t, 1)', 2],
    ['max(u, v)', [3, 2, 3]],
    ['max(s)', 2],
  ],
  min: [
    ['min(A, axis=1)', [1, 4]],
    ['min(u, 2, 1)', [1, 1, 1]],
  ],
  norm: [
    ['norm([3, 4])', 5],
    ['norm(t)', 3],
    ['norm(u, 1)', 6],
    ['norm(u, 2) - norm(u)', 0],
    ['norm(u, inf)', 3],
    ['norm(A, 1, axis=0)', [5, 7, 9]],
    ['norm([[3, 0], [0, 4]])', 5],
    ['norm(zeros(0))', 0],
  ],
  logsumexp: [
    ['logsumexp([1000, 1000])', 1000 + Math.LN2],
    ['logsumexp(zeros(0))', Number.NEGATIVE_INFINITY],
  ],
  any: [
    ['any(A > 5, axis=1)', [0, 1]],
    ['any(s > 5)', 0],
  ],
  all: [
    ['all(A > 0)', 1],
    ['all(A > 1, axis=0)', [0, 1, 1]],
  ],
};

const calls = Object.values(library).flat();

test.each(calls)('library: %s', (source, expected) => {
  const result = shown(source, mentionedIn(source, values));
  if (JSON.stringify(expected).includes('.')) {
    const flat = (n: unknown): number[] => [n].flat(9) as number[];
    for (const [i, q] of flat(result).entries()) expect(q).toBeCloseTo(flat(expected)[i] as number, 14);
  } else expect(result).toEqual(expected);
});

test('every function of the library and every reduction is in the table above', () => {
  const missing = [...libraryRows, ...reductionRows].filter((row) => !Object.hasOwn(library, row.name));
  expect(missing.map((row) => row.name)).toEqual([]);
});

test('every row that is not hidden can be called, by each of its names', () => {
  for (const row of elementwiseRows.filter((r) => !r.hidden)) {
    const at = row.ranges.map(([low, high]) => (3 * high + low) / 4);
    const [a, b, c] = at as [number, number, number];
    for (const name of [row.name, ...(row.aliases ?? [])]) {
      expect([name, shown(`${name}(${at.join(', ')})`, {})]).toEqual([name, row.value(a, b, c)]);
    }
  }
});
