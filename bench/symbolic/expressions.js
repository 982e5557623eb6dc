/**
 * The common form of every contender's answer: nested arrays `['Add', a, b]` over numbers and names, and its values.
 *
 * Operators are Add, Subtract, Multiply, Divide, Negate, Power, comparisons (Less, …), Select (condition, then, else);
 * everything else is a function under its lower-case name. Numbers are texts of digits, so that none is rounded.
 */
import { all, create } from 'mathjs';

const BINARY = { '+': 'Add', '-': 'Subtract', '*': 'Multiply', '/': 'Divide', '^': 'Power', '**': 'Power' };
const COMPARE = {
  '<': 'Less',
  '<=': 'LessEqual',
  '>': 'Greater',
  '>=': 'GreaterEqual',
  '==': 'Equal',
  '!=': 'NotEqual',
};

/** Numbers of 64 digits; a root or logarithm of a negative number is complex. */
export const big = create(all, { number: 'BigNumber', precision: 64 });
const double = create(all, { number: 'number' });

/** What some contenders have a name for, as everybody's functions: it is counted as these. */
const EXPANSIONS = {
  sigmoid: (u) => ['Divide', '1', ['Add', '1', ['exp', ['Negate', u]]]],
  softplus: (u) => ['log', ['Add', '1', ['exp', u]]],
  log1p: (u) => ['log', ['Add', '1', u]],
  expm1: (u) => ['Subtract', ['exp', u], '1'],
  exp2: (u) => ['Power', '2', u],
  relu: (u) => ['max', u, '0'],
  hypot: (u, v) => ['sqrt', ['Add', ['Power', u, '2'], ['Power', v, '2']]],
};
const ALIASES = {
  ln: 'log',
  Abs: 'abs',
  Max: 'max',
  Min: 'min',
  sgn: 'sign',
  heaviside: 'step',
  Heaviside: 'step',
  DiracDelta: 'diracdelta',
};

export function call(name, args) {
  const plain = ALIASES[name] ?? name;
  if (plain === 'where') return ['Select', ...args];
  if (plain === 'log' && args.length === 2) return ['Divide', ['log', args[0]], ['log', args[1]]];
  if (plain === 'pow') return ['Power', ...args];
  const expand = EXPANSIONS[plain];
  return expand ? expand(...args) : [plain, ...args];
}

/** A formula of adc, parsed: statements with names, the last of which is the formula. */
export function fromAdc(program) {
  const names = new Map();
  let last;
  for (const statement of program.statements) {
    last = fromAdcExpression(statement.value, names);
    if (statement.kind === 'let') names.set(statement.name, last);
  }
  return last;
}

function fromAdcExpression(e, names) {
  const inner = (sub) => fromAdcExpression(sub, names);
  switch (e.kind) {
    case 'number':
      return String(e.value);
    case 'name':
      return names.get(e.name) ?? e.name;
    case 'unary':
      if (e.operator === '-') return ['Negate', inner(e.operand)];
      if (e.operator === '+') return inner(e.operand);
      if (e.operator === 'sqrt') return ['sqrt', inner(e.operand)];
      return ['not', inner(e.operand)];
    case 'binary':
      if (e.operator === 'and' || e.operator === 'or') return [e.operator, inner(e.left), inner(e.right)];
      if (!(e.operator in BINARY)) throw new Error(`operator ${e.operator}`);
      return [BINARY[e.operator], inner(e.left), inner(e.right)];
    case 'compare': {
      const operands = [e.first, ...e.rest.map((r) => r.operand)].map(inner);
      const links = e.rest.map((r, i) => [COMPARE[r.operator], operands[i], operands[i + 1]]);
      return links.reduce((a, b) => ['and', a, b]);
    }
    case 'ternary':
      return ['Select', inner(e.condition), inner(e.then), inner(e.otherwise)];
    case 'call':
      return call(
        e.callee,
        e.args.map((a) => inner(a.value)),
      );
    default:
      throw new Error(`a ${e.kind} in a formula of numbers`);
  }
}

/** Text in the notation that mathjs reads, which is also that of nerdamer and, with `**`, of SymPy. */
export function fromText(text, functions = {}) {
  return fromMathjs(double.parse(text.replaceAll('**', '^')), functions);
}

function fromMathjs(node, functions) {
  const inner = (n) => fromMathjs(n, functions);
  switch (node.type) {
    case 'ConstantNode':
      return typeof node.value === 'boolean' ? node.value : String(node.value);
    case 'SymbolNode':
      return node.name;
    case 'ParenthesisNode':
      return inner(node.content);
    case 'OperatorNode': {
      const args = node.args.map(inner);
      if (node.fn === 'unaryMinus') return ['Negate', args[0]];
      if (node.fn === 'unaryPlus') return args[0];
      if (node.op in COMPARE) return [COMPARE[node.op], ...args];
      if (node.op === 'and' || node.op === 'or' || node.op === 'not') return [node.op, ...args];
      if (!(node.op in BINARY)) throw new Error(`operator ${node.op}`);
      return args.length > 2 ? args.reduce((a, b) => [BINARY[node.op], a, b]) : [BINARY[node.op], ...args];
    }
    case 'RelationalNode': {
      const args = node.params.map(inner);
      const ops = { smaller: 'Less', smallerEq: 'LessEqual', larger: 'Greater', largerEq: 'GreaterEqual' };
      return node.conditionals.map((c, i) => [ops[c], args[i], args[i + 1]]).reduce((a, b) => ['and', a, b]);
    }
    case 'ConditionalNode':
      return ['Select', inner(node.condition), inner(node.trueExpr), inner(node.falseExpr)];
    case 'FunctionNode': {
      const name = node.fn.name;
      const args = node.args.map(inner);
      return functions[name] ? functions[name](...args) : call(name, args);
    }
    default:
      throw new Error(`a ${node.type}`);
  }
}

// Values

const NAMED = { pi: 'pi', e: 'e' };
const PLAIN = new Set(
  `sin cos tan sec csc cot asin acos atan asec acsc acot sinh cosh tanh sech csch coth asinh acosh atanh
  asech acsch acoth exp log log10 log2 sqrt cbrt abs sign max min floor`.split(/\s+/),
);

/** The functions of one arithmetic: 64 digits, or complex doubles. */
function arithmetic(m, number) {
  const zero = number('0');
  const table = {
    Add: m.add,
    Subtract: m.subtract,
    Multiply: m.multiply,
    Divide: m.divide,
    Negate: m.unaryMinus,
    Power: m.pow,
    Less: m.smaller,
    LessEqual: m.smallerEq,
    Greater: m.larger,
    GreaterEqual: m.largerEq,
    Equal: m.equal,
    NotEqual: m.unequal,
    and: (a, b) => a && b,
    or: (a, b) => a || b,
    not: (a) => !a,
    step: (a) => number(m.larger(a, zero) ? '1' : '0'),
    // Zero everywhere but at a point that no test hits.
    diracdelta: () => zero,
    erf: (x) => errorFunction(m, number, x),
  };
  for (const name of PLAIN) table[name] = m[name];
  return { m, number, table };
}

/** 2/√π · Σ (-1)ⁿ x²ⁿ⁺¹ / (n! (2n+1)). */
function errorFunction(m, number, x) {
  if (m.typeOf(x) === 'number') return m.erf(x);
  if (m.typeOf(x) !== 'BigNumber') throw new Error('erf of a complex number');
  let term = x;
  let sum = x;
  const square = x.mul(x);
  for (let n = 1; n < 400; n++) {
    term = term.mul(square).div(-n);
    const next = term.div(2 * n + 1);
    sum = sum.add(next);
    if (next.abs().lt(sum.abs().mul('1e-70'))) break;
  }
  return sum.mul(2).div(m.sqrt(number('0').add(m.pi)));
}

const bigArithmetic = arithmetic(big, (text) => big.bignumber(text));
const doubleArithmetic = arithmetic(double, (text) => Number(text));

/** The value of an expression at a point (names to texts of digits); `undefined` where it has no real value. */
export function valueAt(expression, point) {
  const exact = evaluate(expression, point, bigArithmetic);
  if (big.typeOf(exact) === 'BigNumber') return exact.isFinite() ? exact : undefined;
  return undefined;
}

/** Big numbers do not mix with the doubles of complex numbers: then there is no exact value. */
function exactValueAt(expression, point) {
  try {
    return valueAt(expression, point);
  } catch (error) {
    if (error.message.startsWith('unknown ')) throw error;
    return undefined;
  }
}

/** As `valueAt`, through complex numbers where intermediate results are none of the reals; then in doubles. */
export function realValueAt(expression, point) {
  const exact = exactValueAt(expression, point);
  if (exact !== undefined) return { value: exact, digits: 50 };
  const value = evaluate(expression, point, doubleArithmetic);
  const [re, im] = typeof value === 'number' ? [value, 0] : [value?.re, value?.im];
  if (!Number.isFinite(re) || Math.abs(im) > 1e-9 * (1 + Math.abs(re))) return undefined;
  return { value: big.bignumber(re), digits: 12 };
}

function evaluate(root, point, { number, table, m }) {
  const known = new Map();
  const walk = (e) => {
    if (typeof e === 'boolean') return e;
    if (typeof e === 'string') {
      if (/^[\d.]/.test(e)) return number(e);
      if (point[e] !== undefined) return number(point[e]);
      if (NAMED[e])
        return m.typeOf(number('0')) === 'BigNumber' ? big[NAMED[e]] : Math[NAMED[e].toUpperCase()];
      throw new Error(`unknown name ${e}`);
    }
    const found = known.get(e);
    if (found !== undefined) return found;
    const [head, ...args] = e;
    const value =
      head === 'Select'
        ? walk(args[0])
          ? walk(args[1])
          : walk(args[2])
        : apply(table, head, args.map(walk));
    known.set(e, value);
    return value;
  };
  return walk(root);
}

function apply(table, head, args) {
  if (!table[head]) throw new Error(`unknown function ${head}`);
  return table[head](...args);
}
