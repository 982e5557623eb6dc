/** Why there is no symbolic derivative, in one sentence. */

export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

const what: Readonly<Record<string, string>> = {
  while: 'a while loop',
  for: 'a for loop',
  call: 'a call of a function of the program',
  map: 'a comprehension',
  gather: 'an index that is computed at run time',
  scatterAdd: 'an index that is computed at run time',
  update: 'a variable whose elements are assigned',
  extent: 'a size that only the run knows',
  recur: 'a running sum or product',
};

/** For an operation that the expression algebra does not have. */
export function unsupportedOperation(kind: string): Unavailable {
  return new Unavailable(`The symbolic derivative does not cover ${what[kind] ?? kind} yet.`);
}

const hidden: Readonly<Record<string, string>> = {
  adjugateTangent: 'the derivative of an adjugate',
  argsort: 'the order of elements',
  tieMean: 'means over equal elements',
};

/** What an array primitive that formulas cannot call stands for; undefined for one that they can. */
export function hiddenArray(name: string): string | undefined {
  return hidden[name];
}
