/** Ways to show trees and errors as text, for tables of expectations. */
import * as grammar from '../../grammar/index.js';
import { AdcError } from '../../src/core/diagnostic.js';
import { told } from '../support/told.js';

/** A tree as an S-expression; implicit products are marked `·`. */
export function sexpr(e: grammar.Expr): string {
  switch (e.kind) {
    case 'number':
      return e.integer || !Number.isInteger(e.value) ? String(e.value) : `${e.value}.0`;
    case 'boolean':
      return String(e.value);
    case 'name':
      return e.name;
    case 'unary':
      return `(${e.operator} ${sexpr(e.operand)})`;
    case 'binary':
      return `(${e.implicit ? '·' : e.operator} ${sexpr(e.left)} ${sexpr(e.right)})`;
    case 'compare':
      return `(compare ${sexpr(e.first)}${e.rest.map((r) => ` ${r.operator} ${sexpr(r.operand)}`).join('')})`;
    case 'ternary':
      return `(? ${sexpr(e.condition)} ${sexpr(e.then)} ${sexpr(e.otherwise)})`;
    case 'call':
      return `(${[`call ${e.callee}`, ...e.args.map((a) => (a.name ? `${a.name}=` : '') + sexpr(a.value))].join(' ')})`;
    case 'index':
      return `(index ${[sexpr(e.base), ...e.items.map(indexItem)].join(' ')})`;
    case 'transpose':
      return `(' ${sexpr(e.operand)})`;
    case 'list':
      return `[${e.items.map(sexpr).join(' ')}]`;
    case 'block':
      return `{${e.statements.map(statement).join('; ')}}`;
  }
}

function indexItem(item: grammar.IndexItem): string {
  if (item.kind === 'at') return sexpr(item.index);
  const part = (e: grammar.Expr | undefined) => (e ? sexpr(e) : '');
  return `${part(item.from)}:${part(item.to)}${item.step ? `:${part(item.step)}` : ''}`;
}

export function statement(s: grammar.Statement): string {
  if (s.kind === 'expression') return sexpr(s.value);
  const value = s.value ? ` ${sexpr(s.value)}` : '';
  if (s.kind === 'let') return `(let ${s.name}${value})`;
  const type = `${s.integer ? ' int' : ''}${s.shape ? ` [${s.shape.map(sexpr).join(' ')}]` : ''}`;
  return `(${s.kind} ${s.name}${type}${value})`;
}

export function program(source: string): string {
  return grammar.parseProgram(source).program.statements.map(statement).join('\n');
}

/** What an attempt says: the diagnostics with source line, caret and hint. */
export function complaints(
  source: string,
  parse: (source: string) => unknown = grammar.parseProgram,
): string {
  try {
    parse(source);
  } catch (error) {
    if (!(error instanceof AdcError)) throw error;
    return told(source, error);
  }
  return 'no error';
}
