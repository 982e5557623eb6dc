/** Programs with control flow: generated code computes what the interpreter does, to the last bit, values and tangents. */
import fc from 'fast-check';
import { interpret } from '../../src/ir/interpret.js';
import { printFunc } from '../../src/ir/print.js';
import type { Func } from '../../src/ir/types.js';
import { verifyFunc } from '../../src/ir/verify.js';
import { lowerFunc } from '../../src/loops/lower.js';
import { verifyLoops } from '../../src/loops/verify.js';
import { derive, forwardDerivation, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { compileFunc } from '../../src/run/compile.js';
import { programs } from '../support/programs.js';
import { randomProgram } from '../support/randomProgram.js';
import { runs } from '../support/runs.js';

function agrees(func: Func, args: Parameters<typeof interpret>[1]): void {
  verifyLoops(lowerFunc(func));
  for (const f of func.functions?.values() ?? []) verifyLoops(lowerFunc(f, func.functions));
  const expected = interpret(func, args);
  const compiled = compileFunc(func);
  try {
    expect(compiled.run(args)).toEqual(expected);
    expect(compiled.run(args)).toEqual(expected);
  } catch (e) {
    throw new Error(`${printFunc(func)}\n${compiled.source}\n${(e as Error).message}`);
  }
}

describe.each(Object.entries(programs))('%s', (_, { func, args, wrt }) => {
  test('value, as written and after the passes', () => {
    agrees(func, args);
    agrees(derive(func, valueDerivation), args);
  });

  test('tangent', () => {
    const seeds = func.params.flatMap((p, k) => {
      const { shape, data } = args[k] as (typeof args)[number];
      return wrt.includes(p.name) ? [{ shape, data: data.map((_, i) => 1 - 0.3 * i) }] : [];
    });
    agrees(derive(func, forwardDerivation(wrt)), [...args, ...seeds]);
  });

  test('gradient', () => {
    agrees(derive(func, reverseDerivation(wrt)), args);
  });
});

test('random programs: updates in place, saved values, lengths and calls', () => {
  const tapes = fc.array(fc.nat(10_000), { minLength: 10, maxLength: 120, size: 'max' });
  fc.assert(
    fc.property(tapes, (tape) => {
      const { func, args, wrt } = randomProgram(tape);
      verifyFunc(func, func.functions);
      agrees(func, args);
      agrees(derive(func, valueDerivation), args);
      agrees(derive(func, reverseDerivation(wrt)), args);
    }),
    runs(80),
  );
});
