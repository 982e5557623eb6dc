/** Random functions: the generated code computes what the interpreter computes, to the last bit. */
import fc from 'fast-check';
import { interpret } from '../../src/ir/interpret.js';
import { printFunc } from '../../src/ir/print.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { lowerFunc } from '../../src/loops/lower.js';
import { verifyLoops } from '../../src/loops/verify.js';
import { compileFunc } from '../../src/run/compile.js';
import { randomFunc } from './randomFunc.js';

const tapes = fc.array(fc.nat(10_000), { minLength: 10, maxLength: 160, size: 'max' });

test('compiled and interpreted results are the same', () => {
  const runs = Number(process.env.RUNS ?? 300);
  fc.assert(
    fc.property(tapes, (tape) => {
      const { func, args } = randomFunc(tape);
      verifyFunc(func);
      verifyLoops(lowerFunc(func));
      const expected = interpret(func, args);
      const compiled = compileFunc(func);
      try {
        expect(compiled.run(args)).toEqual(expected);
        expect(compiled.run(args)).toEqual(expected);
      } catch (e) {
        throw new Error(
          `${printFunc(func)}\n${compiled.source}\n${JSON.stringify(args.map((a) => [...a.data]))}\n${(e as Error).message}`,
        );
      }
    }),
    { numRuns: runs, ...(process.env.SEED && { seed: Number(process.env.SEED) }) },
  );
});
