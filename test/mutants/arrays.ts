/** Mutants of the array primitives: their values, and their rules in both directions. */
import type { ArrayPartial, ArrayRow, ArrayRule } from '../../src/ops/array.js';
import { type Change, FACTOR, set } from './change.js';

type ArrayPart = Exclude<ArrayPartial, 'zero'>;

/** An array rule with its result times 1 + 2⁻¹⁰, which is what halving and adding can make of 1.001. */
const stretched =
  (rule: ArrayRule): ArrayRule =>
  (k, operands, y, t) => {
    const result = rule(k, operands, y, t);
    let part = result;
    for (let n = 0; n < 10; n++) part = k.half(part);
    return k.add(result, part);
  };

const turned =
  (rule: ArrayRule): ArrayRule =>
  (k, operands, y, t) =>
    k.neg(rule(k, operands, y, t));

/** The rules of an array primitive and its value, changed one by one. */
export function arrayMutants(row: ArrayRow): Change[] {
  const change = (says: string, fields: { [K in keyof ArrayRow]?: unknown }): Change => ({
    kind: 'table',
    name: `ops/${row.name}.${says}`,
    of: row.name,
    step: `array ${row.name}`,
    make: () => set(row, fields),
  });
  const partial = (i: number, says: string, part: ArrayPart): Change =>
    change(`partial[${i}]${says}`, { partials: row.partials.map((p, j) => (j === i ? part : p)) });
  const rules = row.partials.flatMap((p, i) => {
    if (p === 'zero')
      return [partial(i, ' +1', { tangent: (_k, _o, _y, t) => t, adjoint: (_k, _o, _y, g) => g })];
    const { tangent, adjoint } = p;
    return [
      partial(i, '.tangent *1.001', { tangent: stretched(tangent), adjoint }),
      partial(i, '.tangent negated', { tangent: turned(tangent), adjoint }),
      partial(i, '.adjoint *1.001', { tangent, adjoint: stretched(adjoint) }),
      partial(i, '.adjoint negated', { tangent, adjoint: turned(adjoint) }),
    ];
  });
  const compute = row.compute as (...args: (number | Float64Array)[]) => void;
  const changed = (...args: (number | Float64Array)[]) => {
    compute(...args);
    const out = args[row.partials.length] as Float64Array;
    for (const [i, x] of out.entries()) out[i] = row.result === 'int' ? x + 1 : x * FACTOR;
  };
  return [...rules, change(row.result === 'int' ? 'value +1' : 'value *1.001', { compute: changed })];
}
