/** Mutants of the rules of simplification, and of those that the symbolic mode calculates by. */
import type { simplificationRules } from '../../src/passes/simplify.js';
import { scale } from '../../src/passes/symbolic/arithmetic.js';
import { ratio } from '../../src/passes/symbolic/rational.js';
import { callRules, productRules } from '../../src/passes/symbolic/rules.js';
import { type Change, FACTOR, set } from './change.js';

type Simplification = (typeof simplificationRules)[number];

/** Operations whose operands may not be exchanged. */
const ORDERED = ['sub', 'div', 'pow'];

export function simplificationMutants(rule: Simplification): Change[] {
  const change = (says: string, rewrite: Simplification['rewrite']): Change => ({
    kind: 'table',
    name: `simplify/${rule.name}: ${says}`,
    of: rule.name,
    step: `simplify ${rule.name}`,
    make: () => set(rule, { rewrite }),
  });
  const { rewrite } = rule;
  const after =
    (
      use: (
        k: Parameters<typeof rewrite>[0],
        result: NonNullable<ReturnType<typeof rewrite>>,
      ) => ReturnType<typeof rewrite>,
    ): typeof rewrite =>
    (k, args) => {
      const result = rewrite(k, args);
      return result && use(k, result);
    };
  if (rule.on === 'and' || rule.on === 'or')
    return [
      change(
        'negated',
        after((k, c) => k.make('not', c)),
      ),
    ];
  const swapped: typeof rewrite = (k, args) =>
    rewrite(
      {
        filling: (v) => k.filling(v),
        made: (v, name) => k.made(v, name),
        full: (n, like) => k.full(n, like),
        make: (name, ...given) => k.make(name, ...(ORDERED.includes(name) ? given.reverse() : given)),
      },
      args,
    );
  const ordered = ORDERED.some(
    (name) => String(rewrite).includes(`'${name}'`) || String(rewrite).includes(`"${name}"`),
  );
  return [
    change(
      '*1.001',
      after((k, v) => k.make('mul', k.full(FACTOR, v), v)),
    ),
    change(
      'negated',
      after((k, v) => k.make('neg', v)),
    ),
    ...(ordered ? [change('operands swapped', swapped)] : []),
  ];
}

export function symbolicMutants(): Change[] {
  const factors = [
    ['*1.001', ratio(1001n, 1000n)],
    ['negated', ratio(-1n)],
  ] as const;
  const calls = callRules.flatMap((rule) =>
    factors.map(([says, factor]): Change => {
      const { apply } = rule;
      const changed: typeof apply = (s, args, name) => {
        const result = apply(s, args, name);
        return result && scale(s, factor, result);
      };
      return {
        kind: 'table',
        name: `symbolic/${rule.name}: ${says}`,
        of: rule.name,
        step: `symbolic ${rule.name}`,
        make: () => set(rule, { apply: changed }),
      };
    }),
  );
  const products = productRules.flatMap((rule) =>
    factors.map(([says, factor]): Change => {
      const { apply } = rule;
      const changed: typeof apply = (s, n) => {
        const result = apply(s, n);
        return result && scale(s, factor, result);
      };
      return {
        kind: 'table',
        name: `symbolic/${rule.name}: ${says}`,
        of: rule.name,
        step: `symbolic ${rule.name}`,
        make: () => set(rule, { apply: changed }),
      };
    }),
  );
  return [...calls, ...products];
}
