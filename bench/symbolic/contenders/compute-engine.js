/** compute-engine: formulas are given as MathJSON, which it reads more surely than LaTeX; answers are printed as LaTeX. */
import { ComputeEngine } from '@cortex-js/compute-engine';
import { call } from '../expressions.js';

export const notation = 'mathjson';

const engine = new ComputeEngine();

export const settings = {
  evaluate: (json, wrt) => each(json, wrt, (e) => e),
  simplify: (json, wrt) => each(json, wrt, (e) => e.simplify()),
  'simplify, fu': (json, wrt) => each(json, wrt, (e) => e.simplify({ strategy: 'fu' })),
};

const name = (variable) => `v_${variable}`;

/** Variables are real numbers. */
export function declare(variables) {
  for (const v of variables) if (!engine.lookupDefinition?.(name(v))) engine.declare(name(v), 'real');
}

function each(json, wrt, finish) {
  const formula = engine.box(JSON.parse(json));
  return wrt.map((variable) => {
    const derivative = finish(engine.box(['D', formula, name(variable)]).evaluate());
    return { latex: derivative.latex, derivative };
  });
}

const OPERATORS = new Set(['Add', 'Subtract', 'Multiply', 'Divide', 'Negate', 'Power']);
const COMPARISONS = new Set(['Less', 'LessEqual', 'Greater', 'GreaterEqual', 'Equal', 'NotEqual']);
const FUNCTIONS = {
  Ln: 'log',
  Arcsin: 'asin',
  Arccos: 'acos',
  Arctan: 'atan',
  Arsinh: 'asinh',
  Arcosh: 'acosh',
  Artanh: 'atanh',
  Heaviside: 'step',
  Not: 'not',
  And: 'and',
  Or: 'or',
};
const NAMES = { Pi: 'pi', ExponentialE: 'e', Half: ['Divide', '1', '2'] };

export const read = ({ derivative }) => expression(derivative.json);

function expression(json) {
  if (typeof json === 'number') return json < 0 ? ['Negate', String(-json)] : String(json);
  if (typeof json === 'string') {
    if (NAMES[json]) return NAMES[json];
    if (json.startsWith('v_')) return json.slice(2);
    if (json === 'True') return true;
    throw new Error(`the name ${json}`);
  }
  if (!Array.isArray(json)) {
    if (json.num !== undefined) return expression(Number(json.num));
    throw new Error(JSON.stringify(json));
  }
  const [head, ...rest] = json;
  if (head === 'Rational') return ['Divide', ...rest.map(expression)];
  if (head === 'Delimiter') return expression(rest[0]);
  if (head === 'If') return ['Select', ...rest.map(expression)];
  if (head === 'Which') return which(rest);
  const args = rest.map(expression);
  if (head === 'Square') return ['Power', args[0], '2'];
  if (head === 'Root')
    return args[1] === '3' ? ['cbrt', args[0]] : ['Power', args[0], ['Divide', '1', args[1]]];
  if (head === 'Log') return args.length > 1 ? call('log', args) : ['log10', args[0]];
  if (head === 'Sqrt') return ['sqrt', args[0]];
  if (OPERATORS.has(head) && args.length > 0) return [head, ...args];
  if (COMPARISONS.has(head)) return [head, ...args];
  if (
    typeof head !== 'string' ||
    head === 'D' ||
    head === 'Derivative' ||
    head === 'Apply' ||
    head === 'Error'
  )
    throw new Error(`not differentiated: ${JSON.stringify(json)}`);
  return call(FUNCTIONS[head] ?? head.toLowerCase(), args);
}

function which(parts) {
  if (parts.length === 0) return 'nothing';
  return ['Select', expression(parts[0]), expression(parts[1]), which(parts.slice(2))];
}
