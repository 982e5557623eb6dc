/**
 * The algebra over which values and partial derivatives of elementary functions are written, once.
 *
 * Over numbers a rule computes, over the IR builder it generates code, over symbolic expressions it does calculus.
 * `call` reaches every row of the table by name; the frequent ones have a method of their own.
 */

export interface Algebra<T> {
  num(value: number): T;
  add(a: T, b: T): T;
  sub(a: T, b: T): T;
  mul(a: T, b: T): T;
  div(a: T, b: T): T;
  neg(a: T): T;
  pow(a: T, b: T): T;
  exp(a: T): T;
  log(a: T): T;
  sqrt(a: T): T;
  sin(a: T): T;
  cos(a: T): T;
  tanh(a: T): T;
  abs(a: T): T;
  sign(a: T): T;
  /** Comparisons give conditions. */
  lt(a: T, b: T): T;
  le(a: T, b: T): T;
  eq(a: T, b: T): T;
  /** `condition ? a : b`, element by element; the branch not taken has no influence, not even as NaN. */
  select(condition: T, a: T, b: T): T;
  call(name: string, ...args: T[]): T;
}

const SHORTHANDS = [
  ...(['add', 'sub', 'mul', 'div', 'neg', 'pow', 'exp', 'log', 'sqrt', 'sin', 'cos', 'tanh', 'abs'] as const),
  ...(['sign', 'lt', 'le', 'eq'] as const),
];

/** An algebra from its three generators. */
export function makeAlgebra<T>(
  num: (value: number) => T,
  call: (name: string, args: T[]) => T,
  select: (condition: T, a: T, b: T) => T,
): Algebra<T> {
  const algebra = { num, select, call: (name: string, ...args: T[]) => call(name, args) } as Algebra<T>;
  for (const name of SHORTHANDS) algebra[name] = (...args: T[]) => call(name, args);
  return algebra;
}
