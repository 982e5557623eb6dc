/**
 * Dense factorisations and what follows from them, as generated code carries them.
 *
 * Matrices are row-major; operands may be stacks of them, one behind the other. Gaussian elimination with partial
 * pivoting and Cholesky's method are those of Golub and Van Loan (Matrix Computations, 4th ed., §3.4 and §4.2).
 */

/**
 * L·U = P·A in place, by elimination with partial pivoting; `order` receives the rows of A in their new order.
 * @returns the sign of the permutation
 */
function factorise(a: Float64Array, order: Float64Array, n: number): number {
  let sign = 1;
  for (let i = 0; i < n; i++) order[i] = i;
  for (let k = 0; k < n; k++) {
    let pivot = k;
    for (let i = k + 1; i < n; i++)
      if (Math.abs(a[i * n + k] as number) > Math.abs(a[pivot * n + k] as number)) pivot = i;
    if (pivot !== k) {
      sign = -sign;
      swapRows(a, k, pivot, n);
      swapRows(order, k, pivot, 1);
    }
    const top = a[k * n + k] as number;
    if (top === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = (a[i * n + k] as number) / top;
      a[i * n + k] = factor;
      if (factor === 0) continue;
      for (let j = k + 1; j < n; j++)
        a[i * n + j] = (a[i * n + j] as number) - factor * (a[k * n + j] as number);
    }
  }
  return sign;
}

/** Exchanges two rows of length n. */
function swapRows(a: Float64Array, i: number, j: number, n: number): void {
  for (let k = 0; k < n; k++) {
    const kept = a[i * n + k] as number;
    a[i * n + k] = a[j * n + k] as number;
    a[j * n + k] = kept;
  }
}

/** Solves A·X = B for n×n matrices A and n×m matrices B. A singular matrix gives infinities and NaN. */
export function solve(a: Float64Array, b: Float64Array, out: Float64Array, n: number, m: number): void {
  const order = new Float64Array(n);
  for (let at = 0, from = 0; at < out.length; at += n * m, from += n * n) {
    const lu = a.slice(from, from + n * n);
    factorise(lu, order, n);
    const x = out.subarray(at, at + n * m);
    for (let i = 0; i < n; i++) {
      for (let c = 0; c < m; c++) x[i * m + c] = b[at + (order[i] as number) * m + c] as number;
      for (let k = 0; k < i; k++) subtractRow(x, i, k, lu[i * n + k] as number, m);
    }
    for (let i = n - 1; i >= 0; i--) {
      for (let k = i + 1; k < n; k++) subtractRow(x, i, k, lu[i * n + k] as number, m);
      for (let c = 0; c < m; c++) x[i * m + c] = (x[i * m + c] as number) / (lu[i * n + i] as number);
    }
  }
}

/** Row i minus a multiple of row k. */
function subtractRow(x: Float64Array, i: number, k: number, factor: number, m: number): void {
  for (let c = 0; c < m; c++) x[i * m + c] = (x[i * m + c] as number) - factor * (x[k * m + c] as number);
}

/** Inverse of n×n matrices. A singular matrix gives infinities and NaN. */
export function inv(a: Float64Array, out: Float64Array, n: number): void {
  const units = new Float64Array(out.length);
  for (let at = 0; at < out.length; at += n * n) for (let i = 0; i < n; i++) units[at + i * n + i] = 1;
  solve(a, units, out, n, n);
}

/** Determinants of n×n matrices. */
export function det(a: Float64Array, out: Float64Array, n: number): void {
  const order = new Float64Array(n);
  for (let k = 0; k < out.length; k++) {
    const lu = a.slice(k * n * n, (k + 1) * n * n);
    let product = factorise(lu, order, n);
    for (let i = 0; i < n; i++) product *= lu[i * n + i] as number;
    out[k] = product;
  }
}

/** Logarithms of the determinants of n×n matrices; NaN where a determinant is negative. */
export function logdet(a: Float64Array, out: Float64Array, n: number): void {
  const order = new Float64Array(n);
  for (let k = 0; k < out.length; k++) {
    const lu = a.slice(k * n * n, (k + 1) * n * n);
    let sign = factorise(lu, order, n);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      const pivot = lu[i * n + i] as number;
      if (pivot < 0) sign = -sign;
      sum += Math.log(Math.abs(pivot));
    }
    out[k] = sign < 0 && sum > Number.NEGATIVE_INFINITY ? Number.NaN : sum;
  }
}

/**
 * P·A·Q = L·D·V by elimination with complete pivoting: L and V are unit triangular with elements of at most 1, and
 * small pivots come last in D. `a` receives all three, `rows` and `columns` the permutations.
 * @returns the sign of both permutations together
 */
function factoriseCompletely(a: Float64Array, rows: Float64Array, columns: Float64Array, n: number): number {
  let sign = 1;
  for (let i = 0; i < n; i++) {
    rows[i] = i;
    columns[i] = i;
  }
  for (let k = 0; k < n; k++) {
    let pivot = k;
    let column = k;
    let largest = 0;
    for (let i = k; i < n; i++)
      for (let j = k; j < n; j++) {
        const size = Math.abs(a[i * n + j] as number);
        if (size <= largest) continue;
        largest = size;
        pivot = i;
        column = j;
      }
    if (pivot !== k) {
      sign = -sign;
      swapRows(a, k, pivot, n);
      swapRows(rows, k, pivot, 1);
    }
    if (column !== k) {
      sign = -sign;
      for (let i = 0; i < n; i++) swapRows(a, i * n + k, i * n + column, 1);
      swapRows(columns, k, column, 1);
    }
    const top = a[k * n + k] as number;
    if (top === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = (a[i * n + k] as number) / top;
      for (let j = k + 1; j < n; j++)
        a[i * n + j] = (a[i * n + j] as number) - factor * (a[k * n + j] as number);
      a[i * n + k] = factor;
    }
    for (let j = k + 1; j < n; j++) a[k * n + j] = (a[k * n + j] as number) / top;
  }
  return sign;
}

/** X := L⁻¹·X, or X·L⁻¹ from the right, for the unit lower triangle of `f`. */
function solveLower(f: Float64Array, x: Float64Array, right: boolean, n: number): void {
  if (right) {
    for (let k = n - 1; k >= 0; k--)
      for (let j = 0; j < k; j++)
        for (let i = 0; i < n; i++)
          x[i * n + j] = (x[i * n + j] as number) - (x[i * n + k] as number) * (f[k * n + j] as number);
  } else
    for (let i = 0; i < n; i++) for (let k = 0; k < i; k++) subtractRow(x, i, k, f[i * n + k] as number, n);
}

/** X := V⁻¹·X, or X·V⁻¹ from the right, for the unit upper triangle of `f`. */
function solveUpper(f: Float64Array, x: Float64Array, right: boolean, n: number): void {
  if (right) {
    for (let k = 0; k < n; k++)
      for (let j = k + 1; j < n; j++)
        for (let i = 0; i < n; i++)
          x[i * n + j] = (x[i * n + j] as number) - (x[i * n + k] as number) * (f[k * n + j] as number);
  } else
    for (let i = n - 1; i >= 0; i--)
      for (let k = i + 1; k < n; k++) subtractRow(x, i, k, f[i * n + k] as number, n);
}

/** The product of the diagonal elements of `f` but those at i and j. */
function othersOf(f: Float64Array, i: number, j: number, n: number): number {
  let product = 1;
  for (let k = 0; k < n; k++) if (k !== i && k !== j) product *= f[k * n + k] as number;
  return product;
}

/**
 * Adjugates of n×n matrices, det(A)·A⁻¹ where that exists: adj(A) = ±Q·V⁻¹·adj(D)·L⁻¹·P, which needs no division by
 * a pivot (compare Stewart, On the adjugate matrix, Linear Algebra and its Applications 283, 1998).
 */
export function adjugate(a: Float64Array, out: Float64Array, n: number): void {
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  for (let at = 0; at < out.length; at += n * n) {
    const f = a.slice(at, at + n * n);
    const sign = factoriseCompletely(f, rows, columns, n);
    const x = new Float64Array(n * n);
    for (let i = 0; i < n; i++) x[i * n + i] = sign * othersOf(f, i, i, n);
    solveUpper(f, x, false, n);
    solveLower(f, x, true, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        out[at + (columns[i] as number) * n + (rows[j] as number)] = x[i * n + j] as number;
  }
}

/**
 * The derivative of the adjugate at A in the direction E: with F = L⁻¹·P·E·Q·V⁻¹ that of adj(D + F), whose element
 * (i, j) is -Fᵢⱼ, and (i, i) the sum of all other Fⱼⱼ, each times the pivots of all other places.
 */
export function adjugateTangent(a: Float64Array, e: Float64Array, out: Float64Array, n: number): void {
  const rows = new Float64Array(n);
  const columns = new Float64Array(n);
  for (let at = 0; at < out.length; at += n * n) {
    const f = a.slice(at, at + n * n);
    const sign = factoriseCompletely(f, rows, columns, n);
    const x = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        x[i * n + j] = sign * (e[at + (rows[i] as number) * n + (columns[j] as number)] as number);
    solveLower(f, x, false, n);
    solveUpper(f, x, true, n);
    const y = new Float64Array(n * n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) {
        if (i === j) continue;
        const others = othersOf(f, i, j, n);
        y[i * n + j] = -(x[i * n + j] as number) * others;
        y[i * n + i] = (y[i * n + i] as number) + (x[j * n + j] as number) * others;
      }
    solveUpper(f, y, false, n);
    solveLower(f, y, true, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++)
        out[at + (columns[i] as number) * n + (rows[j] as number)] = y[i * n + j] as number;
  }
}

/**
 * The lower triangular L with L·L' = (A + A')/2 and a positive diagonal, for n×n matrices; NaN where the symmetric part
 * is not positive definite.
 */
export function cholesky(a: Float64Array, out: Float64Array, n: number): void {
  for (let at = 0; at < out.length; at += n * n) {
    const l = out.subarray(at, at + n * n);
    l.fill(0);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let rest = 0.5 * ((a[at + i * n + j] as number) + (a[at + j * n + i] as number));
        for (let k = 0; k < j; k++) rest -= (l[i * n + k] as number) * (l[j * n + k] as number);
        if (i !== j) l[i * n + j] = rest / (l[j * n + j] as number);
        else l[i * n + i] = rest > 0 ? Math.sqrt(rest) : Number.NaN;
      }
  }
}
