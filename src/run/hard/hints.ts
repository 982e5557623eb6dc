/**
 * Formulas that overflow or cancel for some arguments, and what to write instead: equal over the reals, computed by
 * other means. Both are written in the language; a, b and c stand for any expression. A hint is given only at a point
 * at which the formula failed and the other one does not.
 *
 * Most of them are in Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., sections 1.7 to 1.15, and in
 * Blanchard, D. J. Higham and N. J. Higham, Accurately computing the log-sum-exp and softmax functions, IMA J. Numer.
 * Anal. 41, 2021.
 */

export interface Hint {
  readonly from: string;
  readonly to: string;
}

const hint = (from: string, to: string): Hint => ({ from, to });

/** Of two that fit one place the earlier one is preferred: the more special ones stand before those they contain. */
export const hints: readonly Hint[] = [
  // Exponentials that overflow on the way.
  hint('log(exp(a) + 1)', 'softplus(a)'),
  hint('log(sum(exp(a)))', 'logsumexp(a)'),
  hint('log(exp(a) + exp(b))', 'a + softplus(b - a)'),
  hint('log(exp(a) - 1)', 'a + log(-expm1(-a))'),
  hint('log(exp(a))', 'a'),
  hint('log(cosh(a))', 'abs(a) + softplus(-2*abs(a)) - log(2)'),
  hint('exp(a) / sum(exp(a))', 'softmax(a)'),
  hint('1 / (exp(-a) + 1)', 'sigmoid(a)'),
  hint('1 / (exp(a) + 1)', 'sigmoid(-a)'),
  hint('exp(a) / (exp(a) + 1)', 'sigmoid(a)'),
  hint('(exp(a) - exp(-a)) / (exp(a) + exp(-a))', 'tanh(a)'),
  hint('(exp(2*a) - 1) / (exp(2*a) + 1)', 'tanh(a)'),
  hint('exp(a) * exp(b)', 'exp(a + b)'),
  hint('exp(a) / exp(b)', 'exp(a - b)'),
  // Logarithms of what underflows or overflows.
  hint('log(softmax(a))', 'log_softmax(a)'),
  hint('log(1 - sigmoid(a))', '-softplus(a)'),
  hint('log(sigmoid(a))', '-softplus(-a)'),
  hint('log(prod(a))', 'sum(log(a))'),
  hint('prod(a)', 'exp(sum(log(a)))'),
  hint('log(a^b)', 'b * log(a)'),
  hint('log(a * b)', 'log(a) + log(b)'),
  hint('mean(a)', 'sum(a / length(a))'),
  // Squares that overflow or underflow.
  hint('sqrt(a^2 + b^2 + c^2)', 'norm([a, b, c])'),
  hint('sqrt(a^2 + b^2)', 'hypot(a, b)'),
  hint('sqrt(sum(a^2))', 'norm(a)'),
  hint('sqrt(dot(a, a))', 'norm(a)'),
  hint('sqrt(a @ a)', 'norm(a)'),
  hint('sqrt(a^2 - b^2)', 'sqrt(a - b) * sqrt(a + b)'),
  hint('sqrt(a^2)', 'abs(a)'),
  hint('a / (a^2 + 1)', '1 / (a + 1 / a)'),
  hint('a^2 / (a^2 + 1)', '1 / (1 + (1 / a)^2)'),
  // Differences near zero.
  hint('(exp(a) - exp(-a)) / 2', 'sinh(a)'),
  hint('(exp(a) - 1) / a', 'expm1(a) / a'),
  hint('exp(a) - 1', 'expm1(a)'),
  hint('1 - exp(a)', '-expm1(a)'),
  hint('exp(a) - exp(b)', 'exp(b) * expm1(a - b)'),
  hint('log((1 + a) / (1 - a))', '2 * atanh(a)'),
  hint('log(a + sqrt(a^2 + 1))', 'asinh(a)'),
  hint('log(1 + a)', 'log1p(a)'),
  hint('log(1 - a)', 'log1p(-a)'),
  hint('log(a) - log(b)', 'log1p((a - b) / b)'),
  hint('log(a / b)', 'log1p((a - b) / b)'),
  hint('(1 - cos(a)) / a^2', '0.5 * (sin(a / 2) / (a / 2))^2'),
  hint('1 - cos(a)', '2 * sin(a / 2)^2'),
  hint('1 - cos(a)^2', 'sin(a)^2'),
  hint('1 - sin(a)^2', 'cos(a)^2'),
  hint('1 - tanh(a)^2', '1 / cosh(a)^2'),
  hint('1 - tanh(a)', '2 * sigmoid(-2 * a)'),
  hint('1 - sigmoid(a)', 'sigmoid(-a)'),
  hint('1 - erf(a)', 'erfc(a)'),
  hint('sin(a + b) - sin(a)', '2 * cos(a + b / 2) * sin(b / 2)'),
  hint('sin(a) - sin(b)', '2 * cos((a + b) / 2) * sin((a - b) / 2)'),
  hint('cos(a + b) - cos(a)', '-2 * sin(a + b / 2) * sin(b / 2)'),
  hint('cos(a) - cos(b)', '-2 * sin((a + b) / 2) * sin((a - b) / 2)'),
  hint('tan(a) - tan(b)', 'sin(a - b) / (cos(a) * cos(b))'),
  hint('atan(a) - atan(b)', 'atan2(a - b, 1 + a * b)'),
  hint('sqrt(a + b) - sqrt(a)', 'b / (sqrt(a + b) + sqrt(a))'),
  hint('sqrt(1 + a) - 1', 'a / (sqrt(1 + a) + 1)'),
  hint('sqrt(a) - sqrt(b)', '(a - b) / (sqrt(a) + sqrt(b))'),
  hint('sqrt(a^2 + b) - a', 'b / (sqrt(a^2 + b) + a)'),
  hint('a - sqrt(a^2 - b)', 'b / (a + sqrt(a^2 - b))'),
  hint('1 / a - 1 / b', '(b - a) / (a * b)'),
  hint('mean(a^2) - mean(a)^2', 'variance(a)'),
  hint('a^2 - 2 * a * b + b^2', '(a - b)^2'),
  hint('a^2 - b^2', '(a - b) * (a + b)'),
  hint('sin(a) / a', 'where(a == 0, 1, sin(a) / a)'),
];
