/**
 * Random well-typed formulas: programs over two scalars, two vectors and two matrices, with values for them.
 *
 * Every expression is a text of a known shape, so that a failing one shrinks to a formula that a person can read.
 * Arguments of functions with a domain are brought into it; what may grow without bound is damped.
 */
import fc from 'fast-check';
import type { Nested } from '../../src/core/tensor.js';
import type { Values } from './lowered.js';

export interface Formula {
  readonly source: string;
  readonly values: Values;
}

type Kind = 'scalar' | 'three' | 'two' | 'wide' | 'tall' | 'square' | 'small' | 'test' | 'mask';
type Texts = Readonly<Record<Kind, fc.Arbitrary<string>>>;
type Leaves = Readonly<Record<'scalar' | 'three' | 'two' | 'wide' | 'square', readonly string[]>>;

const VARIABLES: Leaves = {
  scalar: ['s', 't'],
  three: ['x', 'y'],
  two: ['w'],
  wide: ['A'],
  square: ['B'],
};

/** Functions of one number that are smooth everywhere that `#` leads them. */
const SMOOTH = [
  ...['sin(#)', 'cos(#)', 'tan(sin(#))', 'atan(#)', 'asin(0.9*sin(#))', 'acos(0.9*cos(#))', 'sinh(sin(#))'],
  ...['cosh(tanh(#))', 'tanh(#)', 'asinh(#)', 'acosh(#^2 + 1.5)', 'atanh(0.9*tanh(#))', 'exp(sin(#))'],
  ...[
    'exp2(tanh(#))',
    'expm1(sin(#))',
    'log(#^2 + 0.5)',
    'ln(2 + sin(#))',
    'log2(#^2 + 0.5)',
    'log10(#^2 + 1)',
  ],
  ...[
    'log1p(#^2)',
    'sqrt(#^2 + 0.3)',
    'cbrt(#^2 + 0.3)',
    'sigmoid(#)',
    'softplus(#)',
    'silu(#)',
    '(-#)',
    '(#^2)',
  ],
  ...['(#^3)', '(2^tanh(#))', '(1/(#^2 + 0.5))', 'detach(#)', '(3*#)', '(# - 1.25)', '(√(#² + 1))'],
  ...[
    'erf(#)',
    'erfc(#)',
    'erfinv(0.9*sin(#))',
    'gelu(#)',
    'gamma(1.5 + sin(#))',
    'lgamma(0.5 + exp(sin(#)))',
  ],
  ...[
    'digamma(1.5 + sin(#))',
    'trigamma(1.5 + sin(#))',
    'polygamma(2, 1.5 + sin(#))',
    'where(# > 0.1, #, 2*#)',
  ],
] as const;
/** Functions with kinks or jumps, and those that have no derivative but a value. */
const KINKED = [
  ...['abs(#)', 'relu(#)', 'clip(#, -1, 1.5)', '(# % 2.5)', 'sign(#)', 'floor(#)', 'ceil(#)', 'round(#)'],
] as const;
const PAIRS = [
  ...['(# + ~)', '(# - ~)', '(# * ~)', '(# / (~^2 + 0.5))', 'max(#, ~)', 'min(#, ~)', 'hypot(#, ~ + 5)'],
  ...[
    'atan2(#, ~^2 + 0.2)',
    '((#^2 + 0.4)^tanh(~))',
    'mod(#, ~^2 + 0.5)',
    'max(#, ~, 0.3)',
    '(sin(#) * detach(~))',
    'beta(1.5 + sin(#), 1.7 + sin(~))',
    'fma(#, ~, 0.3)',
    'pow(1.5 + sin(#), tanh(~))',
  ],
] as const;
const REDUCTIONS = [
  ...['sum(#)', 'mean(#)', 'prod(sin(#))', 'max(#)', 'min(#)', 'norm(#)', 'norm(#, 1)', 'norm(#, inf)'],
  ...['logsumexp(#)', 'variance(#)', 'std(#)'],
] as const;
const ALONG = [
  ...[
    'softmax(#)',
    'log_softmax(#)',
    'cumsum(#)',
    'cumprod(1 + 0.5*sin(#))',
    'flip(#)',
    'roll(#, 1)',
    'roll(#, -2)',
  ],
] as const;
const COMPARISONS = ['<', '<=', '>', '>=', '!='] as const;

const fill = (pattern: string, a: string, b = '') => pattern.replaceAll('#', a).replaceAll('~', b);

/** How much more often a variable stands than any one of the ways to combine. */
const LEAF_WEIGHT = 8;

function grammar(leaves: Leaves, depth: number): Texts {
  const sized = { depthSize: 'small', maxDepth: depth, withCrossShrink: true } as const;
  const numbers = fc.constantFrom('2', '0.5', '-1.5', 'pi', '3');
  return fc.letrec<Record<Kind, string>>((tie) => {
    const go = (kind: Kind): fc.Arbitrary<string> => tie(kind);
    const mapped = (patterns: readonly string[], a: Kind): fc.Arbitrary<string> =>
      fc.tuple(fc.constantFrom(...patterns), go(a)).map(([p, x]) => fill(p, x));
    const paired = (patterns: readonly string[], a: Kind, b: Kind): fc.Arbitrary<string> =>
      fc.tuple(fc.constantFrom(...patterns), go(a), go(b)).map(([p, x, y]) => fill(p, x, y));
    const chosen = (kind: Kind): fc.Arbitrary<string> =>
      fc.tuple(go('test'), go(kind), go(kind)).map(([c, a, b]) => `(${c} ? ${a} : ${b})`);
    const general = (kind: Kind): fc.Arbitrary<string>[] => [
      mapped(SMOOTH, kind),
      mapped(KINKED, kind),
      paired(PAIRS, kind, kind),
      chosen(kind),
      mapped(['{ let u = #; u * cos(u) }', '{ let u = sin(#); u + detach(u) }'], kind),
    ];
    const withScalar = (kind: Kind) => [paired(PAIRS, kind, 'scalar'), paired(PAIRS, 'scalar', kind)];
    const masked = (kind: Kind) =>
      fc
        .tuple(go('mask'), go(kind), fc.oneof(go(kind), go('scalar')))
        .map(([c, a, b]) => `where(${c}, ${a}, ${b})`);
    return {
      scalar: fc.oneof(
        sized,
        { weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...leaves.scalar) },
        numbers,
        ...general('scalar'),
        mapped(REDUCTIONS, 'three'),
        mapped(REDUCTIONS, 'wide'),
        paired(['dot(#, ~)', "(#' @ ~)", '(# @ ~)', 'sum(outer(#, ~))'], 'three', 'three'),
        mapped(['#[0]', '#[-1]', '#[1]', 'length(#)*0.1'], 'three'),
        mapped(['#[1, 2]', '#[0, -1]', 'sum(#[:, 1])'], 'wide'),
        mapped(
          ['trace(#)', 'sum(diag(#))', 'norm(#)', 'det(sin(#))', "logdet(sin(#) @ sin(#)' + eye(3))"],
          'square',
        ),
        mapped(
          [
            '(argmax(#)*0.3)',
            '(argmin(#)*0.3)',
            '(count(# > 0)*0.2)',
            '(shape(#)[0]*0.1)',
            'sum(kron([#], [#]))',
          ],
          'three',
        ),
        fc.tuple(go('three'), go('square'), go('three')).map(([a, m, b]) => `(${a}' @ ${m} @ ${b})`),
        fc.tuple(go('test'), go('scalar'), go('scalar')).map(([c, a, b]) => `where(${c}, ${a}, ${b})`),
      ),
      three: fc.oneof(
        sized,
        { weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...leaves.three) },
        ...general('three'),
        ...withScalar('three'),
        masked('three'),
        mapped(ALONG, 'three'),
        paired(['(# @ ~)', 'solve(sin(#) + 4*eye(3), ~)'], 'square', 'three'),
        mapped(['sort(#)', '(sort(#) * #)'], 'three'),
        paired(['(# @ ~)'], 'two', 'wide'),
        mapped(
          ['sum(#, axis=0)', 'max(#, axis=0)', 'mean(#, axis=0)', '#[0]', '#[-1, :]', 'norm(#, axis=0)'],
          'wide',
        ),
        mapped(
          ['#[:, 1]', 'diag(#)', 'prod(sin(#), axis=1)', 'logsumexp(#, axis=0)', 'min(#, axis=-1)'],
          'square',
        ),
        mapped(['#[::-1]', 'concat(#[1:], #[:1])', '#[[0, 2, 1][0]:]', 'concat(#[2:], #[0:2])'], 'three'),
        fc.tuple(go('scalar'), go('scalar'), go('scalar')).map((parts) => `[${parts.join(', ')}]`),
        fc.tuple(go('scalar'), go('two')).map(([a, b]) => `concat([${a}], ${b})`),
        paired(['cross(#, ~)'], 'three', 'three'),
        fc.constantFrom('ones(3)', 'zeros(3)', '[1, 2, 3]', 'linspace(0.5, 1, 3)', 'arange(1, 4)'),
      ),
      two: fc.oneof(
        sized,
        { weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...leaves.two) },
        ...general('two'),
        paired(['(# @ ~)'], 'wide', 'three'),
        mapped(['#[1:]', '#[:-1]', '#[0:3:2]', '#[::-2]'], 'three'),
        mapped(
          ['sum(#, axis=1)', 'std(#, axis=1)', 'logsumexp(#, axis=-1)', '#[:, 2]', 'prod(cos(#), axis=1)'],
          'wide',
        ),
      ),
      wide: fc.oneof(
        sized,
        { weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...leaves.wide) },
        ...general('wide'),
        ...withScalar('wide'),
        paired(PAIRS, 'wide', 'three'),
        paired(['(# @ ~)'], 'wide', 'square'),
        paired(['(# @ ~)'], 'small', 'wide'),
        paired(['outer(#, ~)', '(reshape(#, 2, 1) * ~)'], 'two', 'three'),
        mapped(["(#')", 'transpose(#)', 'reshape(#, 2, 3)'], 'tall'),
        mapped(
          [
            'softmax(#)',
            'cumsum(#)',
            'softmax(#, axis=0)',
            'flip(#)',
            'flip(#, axis=1)',
            'roll(#, 1)',
            'sort(#)',
            'sort(#, axis=0)',
          ],
          'wide',
        ),
        paired(['stack(#, ~)', '[#, ~]', 'concat([[#], [~]])'], 'three', 'three'),
      ),
      tall: fc.oneof(
        sized,
        { weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...leaves.wide).map((name) => `${name}'`) },
        mapped(["(#')", 'reshape(#, [3, 2])'], 'wide'),
        paired(PAIRS, 'tall', 'two'),
        paired(['(# @ ~)'], 'square', 'tall'),
        mapped(SMOOTH, 'tall'),
      ),
      square: fc.oneof(
        sized,
        { weight: LEAF_WEIGHT, arbitrary: fc.constantFrom(...leaves.square, 'eye(3)') },
        mapped(SMOOTH, 'square'),
        mapped(
          ['inv(sin(#) + 4*eye(3))', 'adjugate(sin(#))', "cholesky(sin(#) @ sin(#)' + eye(3))"],
          'square',
        ),
        paired(['solve(sin(#) + 4*eye(3), ~)'], 'square', 'square'),
        paired(PAIRS, 'square', 'square'),
        paired(['(# @ ~)'], 'square', 'square'),
        paired(['(# @ ~)'], 'tall', 'wide'),
        mapped(["(#')", '#[::-1, :]', 'cumprod(sin(#))', 'log_softmax(#, axis=0)'], 'square'),
        mapped(['diag(#)', 'outer(#, #)'], 'three'),
        paired(['concat(#[:1], ~[1:])', 'concat(#[:, :1], ~[:, 1:], axis=1)'], 'square', 'square'),
      ),
      small: fc.oneof(
        sized,
        paired(['(# @ ~)'], 'wide', 'tall'),
        mapped(['#[:, :2]', '#[:, 0:3:2]'], 'wide'),
        mapped(SMOOTH, 'small'),
      ),
      test: fc.oneof(
        sized,
        compared(go('scalar')),
        fc.tuple(compared(go('scalar')), compared(go('scalar'))).map(([a, b]) => `(${a} and ${b})`),
        fc.tuple(compared(go('scalar')), compared(go('scalar'))).map(([a, b]) => `(!${a} or ${b})`),
        go('scalar').map((a) => `(-1 < ${a} <= 1)`),
        go('mask').map((m) => `any(${m})`),
        go('mask').map((m) => `all(${m})`),
      ),
      mask: fc.oneof(
        sized,
        compared(go('three')),
        go('three').map((a) => `(-1 < ${a} < 1)`),
      ),
    };
  });
}

function compared(side: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.tuple(fc.constantFrom(...COMPARISONS), side, side).map(([op, a, b]) => `(${a} ${op} ${b})`);
}

/** A number with three decimals, away from the short numbers that formulas compare with. */
const number = fc.integer({ min: -1900, max: 1900 }).map((n) => (n + 0.37) / 1000);
const vector = (n: number) => fc.array(number, { minLength: n, maxLength: n });
const matrix = (m: number, n: number) => fc.array(vector(n), { minLength: m, maxLength: m });

const values: fc.Arbitrary<Record<string, Nested>> = fc.record({
  s: number,
  t: number,
  x: vector(3),
  y: vector(3),
  w: vector(2),
  A: matrix(2, 3),
  B: matrix(3, 3),
});

const inner = grammar(VARIABLES, 1);
const LET_NAMES: Leaves = {
  scalar: [...VARIABLES.scalar, 'p'],
  three: [...VARIABLES.three, 'q'],
  two: VARIABLES.two,
  wide: [...VARIABLES.wide, 'M'],
  square: VARIABLES.square,
};

/** The values of the names that a formula mentions. */
function mentioned(source: string, all: Record<string, Nested>): Values {
  const words = new Set(source.match(/[A-Za-z_]\w*/g) ?? []);
  return Object.fromEntries(Object.entries(all).filter(([name]) => words.has(name)));
}

const withLets = (body: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc.tuple(inner.scalar, inner.three, inner.wide, body).map(([p, q, m, text]) =>
    [['p', p] as const, ['q', q] as const, ['M', m] as const]
      .filter(([name]) => new RegExp(`\\b${name}\\b`).test(text))
      .map(([name, value]) => `let ${name} = ${value}; `)
      .join('')
      .concat(text),
  );

function formulasOf(body: fc.Arbitrary<string>): fc.Arbitrary<Formula> {
  return fc
    .tuple(withLets(body), values)
    .map(([source, all]): Formula => ({ source, values: mentioned(source, all) }))
    .filter((f) => Object.keys(f.values).length > 0);
}

const outer = grammar(LET_NAMES, 3);

/** Programs whose output is a scalar. */
export const scalarFormulas = formulasOf(outer.scalar);
/** Programs with outputs of every shape. */
export const formulas = formulasOf(
  fc.oneof(outer.scalar, outer.three, outer.two, outer.wide, outer.square, outer.tall),
);
