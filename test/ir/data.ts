/** Values of the names in the tables of formulas, and plain arithmetic on nested arrays. */

export const x = [1, 2, 3, 4];
export const y = [4, 3, 2, 1];
export const u = [1, 2, 3];
export const v = [3, 1, 2];
export const A = [
  [1, 2, 3],
  [4, 5, 6],
];
export const B = [
  [1, 2, 0],
  [0, 1, 3],
  [2, 0, 1],
];
export const C = [
  [1, 2],
  [3, 4],
];
export const T = [
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
export const values = { x, y, u, v, A, B, C, T, s: 2, t: -3 };

export const sum = (a: readonly number[]) => a.reduce((p, q) => p + q, 0);
export const column = (m: readonly (readonly number[])[], j: number) => m.map((r) => r[j] as number);
export const columns = (m: readonly (readonly number[])[]) => (m[0] ?? []).map((_, j) => column(m, j));
export const mean = (a: readonly number[]) => sum(a) / a.length;
export const variance = (a: readonly number[]) => mean(a.map((q) => (q - mean(a)) ** 2));
export const lse = (a: readonly number[]) => Math.log(sum(a.map(Math.exp)));
export const softmax = (a: readonly number[]) => a.map((q) => Math.exp(q) / sum(a.map(Math.exp)));
export const running = (a: readonly number[]) => a.map((_, i) => sum(a.slice(0, i + 1)));
