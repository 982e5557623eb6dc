/** Runs programs by the interpreter, verified, from the text to nested arrays. */
import { toNested } from '../../src/core/tensor.js';
import { interpret } from '../../src/ir/interpret.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { sampleOf, type Values } from '../support/lowered.js';

/** The value of a program. */
export function run(source: string, values: Values = {}): unknown {
  const { func, args } = sampleOf(source, values);
  verifyFunc(func);
  return interpret(func, args).map(toNested)[0];
}
