/**
 * Mutants of data: the rows of the table and the rules of simplification, each changed in place and put back.
 *
 * They follow from the tables, so a new row or rule brings its mutants along. A mutant is named by what it changes:
 * `ops/sin.partial[0] *1.001`.
 */
import { type Algebra, makeAlgebra } from '../../src/ops/algebra.js';
import type { Code, ElementwiseRow, Partial, ReductionRow } from '../../src/ops/row.js';
import { arrayRows, elementwiseRows, numbers, reductionRows } from '../../src/ops/table.js';
import { simplificationRules } from '../../src/passes/simplify.js';
import { callRules, productRules } from '../../src/passes/symbolic/rules.js';
import { arrayMutants } from './arrays.js';
import { type Change, FACTOR, set, type TableMutant } from './change.js';
import { simplificationMutants, symbolicMutants } from './rules.js';

type Rule = Exclude<Partial, 'zero'>;

const times =
  (rule: Rule, factor: number): Rule =>
  (k, args, y) =>
    k.mul(k.num(factor), rule(k, args, y));

/** How many sums and differences a rule consists of. */
function additions(rule: Rule): number {
  let count = 0;
  const counting: Algebra<number> = makeAlgebra<number>(
    () => 0,
    (name) => {
      if (name === 'add' || name === 'sub') count++;
      return 0;
    },
    () => 0,
  );
  rule(counting, [0, 0, 0], 0);
  return count;
}

/** The rule without one of the two terms of its nth sum or difference. */
function withoutTerm(rule: Rule, n: number, term: 0 | 1): Rule {
  return <T>(k: Algebra<T>, args: readonly [T, T, T], y: T): T => {
    let count = 0;
    const call = (name: string, given: T[]): T => {
      if ((name !== 'add' && name !== 'sub') || count++ !== n) return k.call(name, ...given);
      const [a, b] = given as [T, T];
      if (term === 1) return a;
      return name === 'sub' ? k.neg(b) : b;
    };
    return rule(makeAlgebra<T>(k.num, call, k.select), args, y);
  };
}

function partialMutants(row: ElementwiseRow): Change[] {
  return row.partials.flatMap((partial, i) => {
    const change = (says: string, rule: Rule): Change => ({
      kind: 'table',
      name: `ops/${row.name}.partial[${i}] ${says}`,
      of: row.name,
      step: partial === 'zero' ? `value ${row.name}` : `partial ${row.name} ${i}`,
      make: () => set(row, { partials: row.partials.map((p, j) => (j === i ? rule : p)) }),
    });
    if (partial === 'zero') return [change('+1', (k) => k.num(1))];
    const terms = Array.from({ length: additions(partial) }, (_, n) =>
      ([0, 1] as const).map((term) =>
        change(`without term ${term} of sum ${n}`, withoutTerm(partial, n, term)),
      ),
    );
    return [change('*1.001', times(partial, FACTOR)), change('negated', times(partial, -1)), ...terms.flat()];
  });
}

/** A row's code as the text of a JavaScript function. */
function codeText(row: ElementwiseRow): string {
  const list = ['a', 'b', 'c'].slice(0, row.params.length);
  const { code } = row;
  if (code.form === 'infix') return `a ${code.operator} b`;
  if (code.form === 'prefix') return `${code.operator}a`;
  return code.form === 'call' ? `${code.callee}(${list.join(', ')})` : '';
}

/** The row's value times a factor, in generated code; a condition is negated. */
function changedCode(row: ElementwiseRow): Code {
  const list = ['a', 'b', 'c'].slice(0, row.params.length).join(', ');
  const text = row.result === 'bool' ? `!(${codeText(row)})` : `${FACTOR} * (${codeText(row)})`;
  return { form: 'call', callee: `((${list}) => ${text})` };
}

function valueMutants(row: ElementwiseRow): Change[] {
  const { value, definition } = row;
  const says = row.result === 'bool' ? 'negated' : '*1.001';
  const changed = (x: number) => (row.result === 'bool' ? 1 - x : FACTOR * x);
  const change = (what: string, fields: { [K in keyof ElementwiseRow]?: unknown }): Change => ({
    kind: 'table',
    name: `ops/${row.name}.${what} ${says}`,
    of: row.name,
    step: `value ${row.name}`,
    make: () => set(row, fields),
  });
  const interpreted = { value: (a: number, b: number, c: number) => changed(value(a, b, c)) };
  if (definition) {
    const scaled: NonNullable<ElementwiseRow['definition']> = (k, args) =>
      k.mul(k.num(FACTOR), definition(k, args));
    const fields = {
      definition: scaled,
      value: (a: number, b: number, c: number) => scaled(numbers, [a, b, c]),
    };
    return [change('value', interpreted), change('definition', fields)];
  }
  const generated = { code: changedCode(row) };
  return [
    change('value', interpreted),
    change('code', generated),
    change('value and code', { ...interpreted, ...generated }),
  ];
}

function reductionMutants(row: ReductionRow): Change[] {
  const change = (says: string, fields: { [K in keyof ReductionRow]?: unknown }): Change => ({
    kind: 'table',
    name: `ops/${row.name}.${says}`,
    of: row.name,
    step: `value ${row.name}`,
    make: () => set(row, fields),
  });
  const { weights, value, result } = row;
  const own: Exclude<ReductionRow['weights'], string> =
    typeof weights === 'string'
      ? (k, x) => k.add(k.mul(k.num(0), x), k.num(1))
      : (k, x, y) => weights(k, x, y);
  const scaled =
    (factor: number): ReductionRow['weights'] =>
    (k, x, y) =>
      k.mul(k.num(factor), own(k, x, y));
  const values =
    result === 'bool'
      ? change('value negated', { value: (e: ArrayLike<number>) => 1 - value(e) })
      : change('value *1.001', { value: (e: ArrayLike<number>) => FACTOR * value(e) });
  if (weights === 'zero') return [change('weights +1', { weights: 'ones' }), values];
  return [
    change('weights *1.001', { weights: scaled(FACTOR) }),
    change('weights negated', { weights: scaled(-1) }),
    values,
  ];
}

function changes(): readonly Change[] {
  return [
    ...elementwiseRows.flatMap((row) => [...partialMutants(row), ...valueMutants(row)]),
    ...reductionRows.flatMap(reductionMutants),
    ...arrayRows.flatMap(arrayMutants),
    ...simplificationRules.flatMap(simplificationMutants),
    ...symbolicMutants(),
  ];
}

/** All mutants of the tables. */
export function tableMutants(): readonly TableMutant[] {
  return changes().map(({ kind, name, of, step }) => ({ kind, name, of, step }));
}

/** Makes a mutant; the result puts everything back. */
export function makeMutant(name: string): () => void {
  const found = changes().find((change) => change.name === name);
  if (!found) throw new Error(`no mutant ${name}`);
  return found.make();
}

/**
 * Has the tables tell whenever a row is computed, a partial is asked for, or a rule applies.
 * @public
 */
export function traceTables(hit: (step: string) => void): void {
  for (const row of elementwiseRows) {
    const { value } = row;
    set(row, {
      value: (a: number, b: number, c: number) => {
        hit(`value ${row.name}`);
        return value(a, b, c);
      },
      partials: row.partials.map((partial, i): Partial => {
        if (partial === 'zero') return partial;
        return (k, args, y) => {
          hit(`partial ${row.name} ${i}`);
          return partial(k, args, y);
        };
      }),
    });
  }
  for (const row of reductionRows) {
    const { value } = row;
    const traced = (elements: ArrayLike<number>) => {
      hit(`value ${row.name}`);
      return value(elements);
    };
    set(row, { value: traced });
  }
  for (const row of arrayRows) {
    const compute = row.compute as (...args: unknown[]) => void;
    const traced = (...args: unknown[]) => {
      hit(`array ${row.name}`);
      compute(...args);
    };
    set(row, { compute: traced });
  }
  for (const rule of simplificationRules) {
    const { rewrite } = rule;
    const traced: typeof rewrite = (k, args) => {
      const result = rewrite(k, args);
      if (result) hit(`simplify ${rule.name}`);
      return result;
    };
    set(rule, { rewrite: traced });
  }
  for (const rule of callRules) {
    const { apply } = rule;
    const traced: typeof apply = (s, args, name) => {
      const result = apply(s, args, name);
      if (result) hit(`symbolic ${rule.name}`);
      return result;
    };
    set(rule, { apply: traced });
  }
  for (const rule of productRules) {
    const { apply } = rule;
    const traced: typeof apply = (s, n) => {
      const result = apply(s, n);
      if (result) hit(`symbolic ${rule.name}`);
      return result;
    };
    set(rule, { apply: traced });
  }
}
