/** What formulas compute: operators, indexing, conditions, blocks, broadcasting and matrix products. */
import { A, columns, sum, T, u, v, values, x, y } from './data.js';
import { mentionedIn, shown } from './show.js';

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
