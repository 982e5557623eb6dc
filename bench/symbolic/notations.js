/** Formulas in the notations of the contenders. Names that mean something else there get another one. */
import { loadSource } from '../load.js';
import { fromAdc } from './expressions.js';

const { parseProgram, printExpr } = await loadSource('grammar/index.ts');
const { namesOf } = await loadSource('src/ir/lower/free.ts');

/** Constants and functions of one letter somewhere. */
const TAKEN = new Set(['C', 'D', 'E', 'G', 'I', 'N', 'O', 'Q', 'S', 'i', 'j']);

export const renamed = (name) => (TAKEN.has(name) ? `${name}9` : name);

/** What the contenders are given for a formula, and its expression. */
export function formulaOf(text) {
  const { program } = parseProgram(text);
  const [{ value }] = program.statements;
  const expression = fromAdc(program);
  const infix = printExpr(mapped(value, (name) => renamed(name)));
  return {
    expression,
    names: [...namesOf(program).free.keys()].filter((name) => name !== 'pi' && name !== 'e'),
    notations: {
      adc: text,
      infix,
      python: infix.replaceAll('^', '**'),
      mathjson: JSON.stringify(mathJson(expression)),
    },
  };
}

/** A syntax tree with other names. */
function mapped(e, rename) {
  if (Array.isArray(e)) return e.map((part) => mapped(part, rename));
  if (typeof e !== 'object' || e === null) return e;
  if (e.kind === 'name') return { ...e, name: rename(e.name) };
  return Object.fromEntries(Object.entries(e).map(([key, part]) => [key, mapped(part, rename)]));
}

const HEADS = {
  ...Object.fromEntries(
    ['exp', 'sqrt', 'abs', 'sin', 'cos', 'tan', 'sinh', 'cosh', 'tanh', 'max', 'min', 'sign', 'erf'].map(
      (name) => [name, name[0].toUpperCase() + name.slice(1)],
    ),
  ),
  log: 'Ln',
  log10: 'Log',
  asin: 'Arcsin',
  acos: 'Arccos',
  atan: 'Arctan',
  asinh: 'Arsinh',
  acosh: 'Arcosh',
  atanh: 'Artanh',
};

export const mathJsonName = (name) => `v_${name}`;

function mathJson(e) {
  if (typeof e === 'string') {
    if (/^[\d.]/.test(e)) return Number(e);
    if (e === 'pi') return 'Pi';
    return mathJsonName(e);
  }
  const [head, ...args] = e;
  const inner = args.map(mathJson);
  if (/^[A-Z]/.test(head)) return [head, ...inner];
  if (!HEADS[head]) throw new Error(`${head} in MathJSON`);
  return [HEADS[head], ...inner];
}
