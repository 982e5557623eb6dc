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
      return block(e);
    case 'if': {
      const branches = e.branches.map((b) => `${sexpr(b.condition)} ${block(b.body)}`).join(' ');
      return `(if ${branches}${e.otherwise ? ` else ${block(e.otherwise)}` : ''})`;
    }
    case 'comprehension': {
      const filters = e.filters.map((f) => ` if ${sexpr(f)}`).join('');
      return `(${e.list ? 'list ' : ''}${sexpr(e.value)}${e.clauses.map(clause).join('')}${filters})`;
    }
  }
}

function indexItem(item: grammar.IndexItem): string {
  if (item.kind === 'at') return sexpr(item.index);
  const part = (e: grammar.Expr | undefined) => (e ? sexpr(e) : '');
  return `${part(item.from)}:${part(item.to)}${item.step ? `:${part(item.step)}` : ''}`;
}

const block = (e: grammar.BlockNode) => `{${e.statements.map(statement).join('; ')}}`;
const clause = (c: grammar.ForClause) => ` for ${c.name} ${sexpr(c.from)}..${sexpr(c.to)}`;

function type({ integer, shape }: { integer: boolean; shape?: readonly grammar.Expr[] }): string {
  return `${integer ? ' int' : ''}${shape ? ` [${shape.map(sexpr).join(' ')}]` : ''}`;
}

export function statement(s: grammar.Statement): string {
  switch (s.kind) {
    case 'expression':
      return sexpr(s.value);
    case 'let':
    case 'var':
      return `(${s.kind} ${s.name} ${sexpr(s.value)})`;
    case 'param':
    case 'data':
      return `(${s.kind} ${s.name}${type(s)}${s.value ? ` ${sexpr(s.value)}` : ''})`;
    case 'assign':
      return `(${s.operator ?? ''}= ${sexpr(s.target)} ${sexpr(s.value)})`;
    case 'fn':
      return `(fn ${s.name} (${s.params.map((p) => p.name + type(p)).join(', ')}) ${sexpr(s.body)})`;
    case 'while':
      return `(while ${sexpr(s.condition)} ${block(s.body)})`;
    case 'for':
      return `(for${clause(s.clause)} ${block(s.body)})`;
    default:
      return s.kind;
  }
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
