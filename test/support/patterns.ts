/**
 * What random formulas are made of: for each kind of value the ways to write one. In a pattern `#`, `~` and `$` stand
 * for operands of the kinds that are named before it. Arguments of functions with a domain are brought into it; what
 * may grow without bound is damped.
 */

/** A number; vectors of 1, 2, 3 and 6; matrices 2×3, 3×2, 3×3 and 2×2; 2×2×3; a condition and three masks. */
export const TENSORS = [
  ...['scalar', 'one', 'two', 'three', 'six'],
  ...['wide', 'tall', 'square', 'small', 'deep'],
] as const;
export type Tensors = (typeof TENSORS)[number];
export type Kind = Tensors | 'test' | 'mask' | 'wideMask' | 'squareMask';

/** Patterns with the same kinds of operands. */
export type Way = readonly [operands: readonly Kind[], patterns: readonly string[]];

const way = (operands: string, ...patterns: readonly string[]): Way => [
  operands.split(' ') as Kind[],
  patterns,
];

/** Functions of one number that are smooth everywhere that `#` leads them. */
const SMOOTH = [
  ...['sin(#)', 'cos(#)', 'tan(sin(#))', 'atan(#)', 'asin(0.9*sin(#))', 'acos(0.9*cos(#))', 'sinh(sin(#))'],
  ...['cosh(tanh(#))', 'tanh(#)', 'asinh(#)', 'acosh(#^2 + 1.5)', 'atanh(0.9*tanh(#))', 'exp(sin(#))'],
  ...['exp2(tanh(#))', 'expm1(sin(#))', 'log(#^2 + 0.5)', 'ln(2 + sin(#))', 'log2(#^2 + 0.5)'],
  ...['log10(#^2 + 1)', 'log1p(#^2)', 'sqrt(#^2 + 0.3)', 'cbrt(#^2 + 0.3)', 'sigmoid(#)', 'softplus(#)'],
  ...['silu(#)', '(-#)', '(#^2)', '(#^3)', '(2^tanh(#))', '(1/(#^2 + 0.5))', 'detach(#)', '(3*#)'],
  ...['(# - 1.25)', '(√(#² + 1))', 'erf(#)', 'erfc(#)', 'erfinv(0.9*sin(#))', 'gelu(#)'],
  ...['gamma(1.5 + sin(#))', 'lgamma(0.5 + exp(sin(#)))', 'digamma(1.5 + sin(#))'],
  ...['trigamma(1.5 + sin(#))', 'polygamma(2, 1.5 + sin(#))', 'where(# > 0.1, #, 2*#)'],
];
/** Functions with kinks or jumps, and those that have no derivative but a value. */
const KINKED = [
  ...['abs(#)', 'relu(#)', 'clip(#, -1, 1.5)', '(# % 2.5)', 'sign(#)', 'floor(#)', 'ceil(#)', 'round(#)'],
];
const PAIRS = [
  ...['(# + ~)', '(# - ~)', '(# * ~)', '(# / (~^2 + 0.5))', 'max(#, ~)', 'min(#, ~)', 'hypot(#, ~ + 5)'],
  ...['atan2(#, ~^2 + 0.2)', '((#^2 + 0.4)^tanh(~))', 'mod(#, ~^2 + 0.5)', 'max(#, ~, 0.3)'],
  ...['(sin(#) * detach(~))', 'beta(1.5 + sin(#), 1.7 + sin(~))', 'fma(#, ~, 0.3)'],
  'pow(1.5 + sin(#), tanh(~))',
];
const REDUCTIONS = [
  ...['sum(#)', 'mean(#)', 'prod(sin(#))', 'max(#)', 'min(#)', 'norm(#)', 'norm(#, 1)', 'norm(#, inf)'],
  ...['logsumexp(#)', 'variance(#)', 'std(#)'],
];
const ALONG = [
  ...['softmax(#)', 'log_softmax(#)', 'cumsum(#)', 'cumprod(1 + 0.5*sin(#))', 'flip(#)', 'roll(#, 1)'],
  ...['roll(#, -2)', 'sort(#)'],
];
const NAMED = ['{ let u = #; u * cos(u) }', '{ let u = sin(#); u + detach(u) }'];

/** What every kind of tensor has: functions element by element, and choices. */
function general(kind: Kind): Way[] {
  return [
    way(`${kind}`, ...SMOOTH),
    way(`${kind}`, ...KINKED),
    way(`${kind} ${kind}`, ...PAIRS),
    way(`test ${kind} ${kind}`, '(# ? ~ : $)', '(# ? ~ : $)', '(# ? sin(~) : { let v = ~; v * $ })'),
    way(`${kind}`, ...NAMED),
  ];
}

/** Broadcasting against what is smaller. */
const wider = (kind: Kind, ...smaller: readonly Kind[]): Way[] =>
  smaller.flatMap((other) => [way(`${kind} ${other}`, ...PAIRS), way(`${other} ${kind}`, ...PAIRS)]);

const masked = (mask: Kind, kind: Kind): Way[] => [
  way(`${mask} ${kind} ${kind}`, 'where(#, ~, $)'),
  way(`${mask} ${kind} scalar`, 'where(#, ~, $)', 'where(#, $, ~)'),
];

const scalar: Way[] = [
  ...general('scalar'),
  ...(['three', 'wide', 'six', 'small', 'deep', 'square'] as const).map((kind) => way(kind, ...REDUCTIONS)),
  way('three three', 'dot(#, ~)', "(#' @ ~)", '(# @ ~)', 'sum(outer(#, ~))'),
  way('three', '#[0]', '#[-1]', '#[1]', 'length(#)*0.1', '(argmax(#)*0.3)', '(argmin(#)*0.3)'),
  way('three', '(count(# > 0)*0.2)', '(shape(#)[0]*0.1)', 'sum(kron([#], [#]))'),
  way('one', '#[0]', 'sum(#)'),
  way('wide', '#[1, 2]', '#[0, -1]', 'sum(#[:, 1])'),
  way('square', 'trace(#)', 'sum(diag(#))', 'det(sin(#))', "logdet(sin(#) @ sin(#)' + eye(3))", '#[1][2]'),
  way('deep', '#[1, 0, 2]', 'sum(#[0])'),
  way('three square three', "(#' @ ~ @ $)"),
  way('test scalar scalar', 'where(#, ~, $)'),
];
const one: Way[] = [...general('one'), way('scalar', '[#]'), way('three', '#[:1]', '#[1:2]', '#[2:]')];
const two: Way[] = [
  ...general('two'),
  ...wider('two', 'scalar', 'one'),
  way('wide three', '(# @ ~)'),
  way('small two', '(# @ ~)'),
  way('three', '#[1:]', '#[:-1]', '#[0:3:2]', '#[::-2]'),
  way('wide', 'sum(#, axis=1)', 'std(#, axis=1)', 'logsumexp(#, axis=-1)', '#[:, 2]', 'prod(cos(#), axis=1)'),
  way('small', '#[:, 0]', '#[1]', 'diag(#)', 'max(#, axis=0)'),
  way('scalar scalar', '[#, ~]'),
  way('two', 'concat(#[1:], #[:1])', 'concat(#[:1], [0.5])'),
];
const three: Way[] = [
  ...general('three'),
  ...wider('three', 'scalar', 'one'),
  ...masked('mask', 'three'),
  way('three', ...ALONG, '(sort(#) * #)'),
  way('square three', '(# @ ~)', 'solve(sin(#) + 4*eye(3), ~)'),
  way('two wide', '(# @ ~)'),
  way('wide', 'sum(#, axis=0)', 'max(#, axis=0)', 'mean(#, axis=0)', '#[0]', '#[-1, :]', 'norm(#, axis=0)'),
  way(
    'square',
    '#[:, 1]',
    '#[0]',
    'diag(#)',
    'prod(sin(#), axis=1)',
    'logsumexp(#, axis=0)',
    'min(#, axis=-1)',
  ),
  way('three', '#[::-1]', 'concat(#[1:], #[:1])', '#[[0, 2, 1][0]:]', 'concat(#[2:], #[0:2])'),
  way('three', 'concat(#[:1], [1, 2])', 'concat(zeros(1), #[1:])', 'concat(#[:2], eye(3)[0][2:])'),
  way('six', '#[:3]', '#[::2]', '#[5:2:-1]', 'reshape(#, 2, 3)[1]'),
  way('deep', '#[0, 1]', '#[1, 0, :]', 'sum(sum(#, axis=0), axis=0)'),
  way('scalar scalar scalar', '[#, ~, $]'),
  way('scalar two', 'concat([#], ~)'),
  way('three three', 'cross(#, ~)'),
];
const six: Way[] = [
  ...general('six'),
  ...wider('six', 'scalar'),
  way('three three', 'concat(#, ~)', 'reshape([#, ~], 6)'),
  way('wide', 'reshape(#, 6)'),
  way('tall', 'reshape(#, [6])'),
  way('six', 'cumsum(#)', 'softmax(#)', 'roll(#, 2)'),
];
const wide: Way[] = [
  ...general('wide'),
  ...wider('wide', 'scalar', 'three'),
  ...masked('wideMask', 'wide'),
  way('wide square', '(# @ ~)'),
  way('small wide', '(# @ ~)'),
  way('two three', 'outer(#, ~)', '(reshape(#, 2, 1) * ~)', '(reshape(#, [2, 1]) + ~)'),
  way('tall', "(#')", 'transpose(#)', 'reshape(#, 2, 3)'),
  way('wide', 'softmax(#)', 'cumsum(#)', 'softmax(#, axis=0)', 'flip(#)', 'flip(#, axis=1)', 'roll(#, 1)'),
  way('wide', 'sort(#)', 'sort(#, axis=0)', '#[::-1]', 'concat(#[1:], zeros(1, 3))', 'log_softmax(#)'),
  way('square', '#[1:]', '#[::2]', '#[:2, :]'),
  way('six', 'reshape(#, 2, 3)'),
  way('deep', '#[0]', '#[:, 1]', 'sum(#, axis=0)', 'max(#, axis=1)', 'norm(#, axis=0)'),
  way('three three', 'stack(#, ~)', '[#, ~]', 'concat([[#], [~]])'),
];
const tall: Way[] = [
  ...general('tall'),
  ...wider('tall', 'two'),
  way('wide', "(#')", 'reshape(#, [3, 2])'),
  way('square tall', '(# @ ~)'),
  way('tall small', '(# @ ~)'),
  way('three three', "[#, ~]'", 'transpose(stack(#, ~))'),
];
const square: Way[] = [
  ...general('square'),
  ...wider('square', 'three', 'scalar'),
  ...masked('squareMask', 'square'),
  way('square', 'inv(sin(#) + 4*eye(3))', 'adjugate(sin(#))', "cholesky(sin(#) @ sin(#)' + eye(3))"),
  way('square square', 'solve(sin(#) + 4*eye(3), ~)', '(# @ ~)'),
  way('square square', 'concat(#[:1], ~[1:])', 'concat(#[:, :1], ~[:, 1:], axis=1)'),
  way('tall wide', '(# @ ~)'),
  way('square', "(#')", '#[::-1, :]', 'cumprod(sin(#))', 'log_softmax(#, axis=0)', 'roll(#, 1, axis=1)'),
  way('three', 'diag(#)', 'outer(#, #)', '(reshape(#, 3, 1) * reshape(#, 1, 3))'),
  way('three three', '(reshape(#, [3, 1]) - ~)'),
  way('wide three', 'concat(#, [~])'),
  way('three three three', 'stack(#, ~, $)', '[#, ~, $]'),
];
const small: Way[] = [
  ...general('small'),
  way('wide tall', '(# @ ~)'),
  way('wide', '#[:, :2]', '#[:, 0:3:2]'),
  way('two two', 'outer(#, ~)', '[#, ~]'),
  way('small', "(#')", 'cumsum(#, axis=0)', '#[::-1]'),
];
const deep: Way[] = [
  ...general('deep'),
  ...wider('deep', 'scalar', 'three'),
  way('wide wide', 'stack(#, ~)', '[#, ~]'),
  way('deep', 'cumsum(#, axis=1)', 'softmax(#)', 'flip(#, axis=2)', 'sort(#, axis=0)'),
  way('deep square', '(# @ ~)'),
];

/** How often each comparison: equality is left out, since a formula that takes it stands on a boundary. */
const COMPARED = ['<', '<=', '>', '>=', '!='].map((op) => `(# ${op} ~)`);

const test: Way[] = [
  way('scalar scalar', ...COMPARED),
  way('test test', '(# and ~)', '(!# or ~)'),
  way('scalar', '(-1 < # <= 1)'),
  way('mask', 'any(#)', 'all(#)'),
  way('squareMask', 'any(#)'),
];
const mask: Way[] = [way('three three', ...COMPARED), way('three', '(-1 < # < 1)')];
const wideMask: Way[] = [way('wide three', ...COMPARED), way('wide scalar', ...COMPARED)];
const squareMask: Way[] = [way('square square', ...COMPARED), way('square scalar', ...COMPARED)];

/** All ways, by kind. */
export const WAYS: Readonly<Record<Kind, readonly Way[]>> = {
  ...{ scalar, one, two, three, six, wide, tall, square, small, deep },
  ...{ test, mask, wideMask, squareMask },
};

/** Expressions without variables. */
export const CONSTANTS: Readonly<Record<Tensors, readonly string[]>> = {
  scalar: ['2', '0.5', '-1.5', 'pi', '3'],
  one: ['[0.5]', 'ones(1)'],
  two: ['[2, -1]', 'eye(3)[0, 1:]'],
  three: ['ones(3)', 'zeros(3)', '[1, 2, 3]', 'linspace(0.5, 1, 3)', 'arange(1, 4)', 'eye(3)[:, 1]'],
  six: ['arange(6)', 'reshape(eye(3)[:2], 6)'],
  wide: ['eye(3)[1:]', '[[1, 0, 2], [0, -1, 0]]', 'zeros(2, 3)', 'concat(ones(1, 3), [[0, 2, 0]])'],
  tall: ['eye(3)[:, :2]', 'ones(3, 2)'],
  square: ['eye(3)', 'eye(3)', 'diag([1, 2, 3])', 'outer([1, 0, 1], ones(3))'],
  small: ['eye(2)', '[[1, 2], [3, 4]]'],
  deep: ['stack(ones(2, 3), eye(3)[:2])'],
};
