/** Every function of the library against arithmetic on nested arrays. */
import { libraryRows } from '../../src/ir/lower/library/index.js';
import { elementwiseRows, reductionRows } from '../../src/ops/table.js';
import { A, columns, lse, mean, running, softmax, sum, u, v, values, variance, x, y } from './data.js';
import { mentionedIn, shown } from './show.js';

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
    ['flip(A)', [[...(A[1] as number[])].reverse(), [...(A[0] as number[])].reverse()]],
    ['flip(A, axis=0)', [A[1], A[0]]],
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
  det: [
    ['det([[1, 2], [3, 4]])', -2],
    ['det([[2, 0, 1], [1, 3, 2], [1, 1, 1]])', 0],
    ['det(zeros(0, 0))', 1],
  ],
  adjugate: [
    [
      'adjugate([[1, 2], [3, 4]])',
      [
        [4, -2],
        [-3, 1],
      ],
    ],
    [
      'adjugate([[1, 2], [2, 4]])',
      [
        [4, -2],
        [-2, 1],
      ],
    ],
    ['adjugate([[5]])', [[1]]],
  ],
  logdet: [
    ['logdet([[2, 0], [0, 8]]) - log(16)', 0],
    ['logdet([[0, -1], [1, 0]])', 0],
  ],
  inv: [
    [
      'inv([[2, 0], [0, 4]])',
      [
        [0.5, 0],
        [0, 0.25],
      ],
    ],
    [
      'inv([[0, 2], [1, 0]])',
      [
        [0, 1],
        [0.5, 0],
      ],
    ],
  ],
  solve: [
    ['solve([[2, 1], [1, 3]], [3, 5])', [0.8, 1.4]],
    [
      'solve([[0, 1], [2, 0]], [[3, 1], [4, 6]])',
      [
        [2, 3],
        [3, 1],
      ],
    ],
  ],
  cholesky: [
    [
      'cholesky([[4, 2], [2, 10]])',
      [
        [2, 0],
        [1, 3],
      ],
    ],
    [
      'cholesky([[4, 0], [4, 10]])',
      [
        [2, 0],
        [1, 3],
      ],
    ],
  ],
  sort: [
    ['sort([3, 1, 2])', [1, 2, 3]],
    [
      'sort([[3, 1], [2, 5]])',
      [
        [1, 3],
        [2, 5],
      ],
    ],
    [
      'sort([[3, 1], [2, 5]], axis=0)',
      [
        [2, 1],
        [3, 5],
      ],
    ],
    ['sort(zeros(0))', []],
  ],
  argmax: [
    ['argmax([3, 7, 7, 1])', 1],
    ['argmax([[3, 1], [2, 5]])', 3],
    ['argmax([[3, 1], [2, 5]], axis=0)', [0, 1]],
    ['argmax([[3, 1], [2, 5]], axis=1)', [0, 1]],
  ],
  argmin: [
    ['argmin([3, 0, 0, 1])', 1],
    ['argmin([[3, 1], [2, 5]], axis=1)', [1, 0]],
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
