/** Orders of elements along rows, as generated code carries them. Operands are rows of length n, one behind the other. */

/** Each row in ascending order, NaN last. */
export function sort(x: Float64Array, out: Float64Array, n: number): void {
  out.set(x);
  if (n > 1) for (let at = 0; at < out.length; at += n) out.subarray(at, at + n).sort();
}

/** For each row the places of its elements in ascending order, equal ones in their own order, NaN last. */
export function argsort(x: Float64Array, out: Float64Array, n: number): void {
  for (let at = 0; at < out.length; at += n) {
    const order = out.subarray(at, at + n);
    for (let i = 0; i < n; i++) order[i] = i;
    order.sort((i, j) => {
      const a = x[at + i] as number;
      const b = x[at + j] as number;
      if (a < b) return -1;
      if (a > b) return 1;
      return Number(Number.isNaN(a)) - Number(Number.isNaN(b)) || i - j;
    });
  }
}

/** For each row of `t` the mean over each run of equal elements in the same row of `y`. */
export function tieMean(y: Float64Array, t: Float64Array, out: Float64Array, n: number): void {
  for (let at = 0; at < out.length; at += n) {
    let start = at;
    while (start < at + n) {
      let end = start + 1;
      let sum = t[start] as number;
      while (end < at + n && y[end] === y[start]) {
        sum += t[end] as number;
        end++;
      }
      out.fill(sum / (end - start), start, end);
      start = end;
    }
  }
}

/** For each row the place of its first greatest element, or of its first NaN. */
export function argmax(x: Float64Array, out: Float64Array, n: number): void {
  for (let row = 0; row < out.length; row++) {
    let best = 0;
    for (let i = 1; i < n; i++) {
      const [a, b] = [x[row * n + i] as number, x[row * n + best] as number];
      if (a > b || (Number.isNaN(a) && !Number.isNaN(b))) best = i;
    }
    out[row] = best;
  }
}

/** For each row the place of its first least element, or of its first NaN. */
export function argmin(x: Float64Array, out: Float64Array, n: number): void {
  for (let row = 0; row < out.length; row++) {
    let best = 0;
    for (let i = 1; i < n; i++) {
      const [a, b] = [x[row * n + i] as number, x[row * n + best] as number];
      if (a < b || (Number.isNaN(a) && !Number.isNaN(b))) best = i;
    }
    out[row] = best;
  }
}
