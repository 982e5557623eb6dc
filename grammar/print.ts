/**
 * Syntax tree to text, with no more parentheses than the precedences need: parsing what is printed gives the same tree
 * up to spans.
 *
 * Work waits on an explicit stack of texts and nodes, so depth costs no call stack, and the time is linear.
 */
import { tick } from '../src/core/deadline.js';
import type {
  Argument,
  BinaryNode,
  BlockNode,
  ComprehensionNode,
  Expr,
  ForClause,
  IfNode,
  IndexItem,
  ProgramNode,
  Statement,
  UnaryOperator,
} from './ast.js';
import { levels } from './precedence.js';

/** A text to append, or a node to print where only nodes of at least `level` stand without parentheses. */
type Task = string | { readonly node: Expr; readonly level: number };

const binaryLevels = {
  or: levels.or,
  and: levels.and,
  '+': levels.sum,
  '-': levels.sum,
  '*': levels.product,
  '/': levels.product,
  '%': levels.product,
  '@': levels.product,
  '^': levels.power,
} as const;

function numberText(value: number, integer: boolean): string {
  if (Number.isNaN(value)) return '(inf - inf)';
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return value < 0 ? '-inf' : 'inf';
  const digits = String(size).replace('e+', 'e');
  const text = integer || /[.e]/.test(digits) ? digits : `${digits}.0`;
  return value < 0 || Object.is(value, -0) ? `-${text}` : text;
}

const signTexts: Readonly<Record<UnaryOperator, string>> = { '-': '-', '+': '+', not: 'not ', sqrt: '√' };

/** What may stand directly before a name in an implicit product: a number, perhaps with signs. As text, without parentheses. */
function factorText(node: Expr): string | undefined {
  let signs = '';
  let inner = node;
  for (; inner.kind === 'unary' && inner.operator !== 'not'; inner = inner.operand)
    signs += signTexts[inner.operator];
  if (inner.kind !== 'number' || !Number.isFinite(inner.value)) return undefined;
  if (inner.value < 0 || Object.is(inner.value, -0)) return undefined;
  return signs + numberText(inner.value, inner.integer);
}

/** The left factor of a product that is written without its sign; elsewhere the sign is printed, for the same value. */
function implicitFactor(node: BinaryNode): string | undefined {
  return node.implicit === true && node.operator === '*' ? factorText(node.left) : undefined;
}

/** Of what starts with a plus, which no statement may, and the like: it always stands in parentheses. */
const STARTS_WITH_PLUS = levels.ternary - 1;

function levelOf(node: Expr): number {
  switch (node.kind) {
    case 'number':
      return node.value < 0 || Object.is(node.value, -0) ? levels.unary : levels.atom;
    case 'unary':
      if (node.operator === '+') return STARTS_WITH_PLUS;
      return node.operator === 'not' ? levels.not : levels.unary;
    case 'binary': {
      const factor = implicitFactor(node);
      if (factor === undefined) return binaryLevels[node.operator];
      return factor.startsWith('+') ? STARTS_WITH_PLUS : levels.implicit;
    }
    case 'compare':
      return levels.compare;
    case 'ternary':
    case 'block':
    case 'if':
      return levels.ternary;
    case 'name':
      // A block after it would be its argument.
      return node.name === 'detach' ? STARTS_WITH_PLUS : levels.atom;
    default:
      return levels.atom;
  }
}

/** A name that a number directly before it would swallow, as in `2e3` or `0x1`. */
const swallowed = /^(?:_|[eE]\d|[xXbBoO][\da-fA-F])/;

/** The right factor of an implicit product begins with a name or a parenthesis, or is put into parentheses. */
function implicitRight(node: Expr): Task[] {
  let first = node;
  let bracketed = levelOf(node) < levels.power;
  while (!bracketed) {
    if (first.kind === 'binary') {
      bracketed = levelOf(first.left) < levels.postfix;
      if (bracketed) return [{ node, level: levels.power }];
      first = first.left;
    } else if (first.kind === 'index' || first.kind === 'transpose') {
      first = first.kind === 'index' ? first.base : first.operand;
      if (levelOf(first) < levels.postfix) return [{ node, level: levels.power }];
    } else break;
  }
  const word = first.kind === 'name' ? first.name : first.kind === 'call' ? first.callee : undefined;
  if (bracketed || (word !== undefined && !swallowed.test(word))) return [{ node, level: levels.power }];
  return ['(', { node, level: 0 }, ')'];
}

function binaryTasks(node: BinaryNode): Task[] {
  const { operator, left, right } = node;
  const factor = implicitFactor(node);
  if (factor !== undefined) return [factor, ...implicitRight(right)];
  const level = binaryLevels[operator];
  if (operator === '^') {
    return [{ node: left, level: levels.postfix }, '^', { node: right, level: levels.unary }];
  }
  const product = operator === '/' && levelOf(right) === levels.implicit;
  return [{ node: left, level }, ` ${operator} `, { node: right, level: product ? levels.unary : level + 1 }];
}

function separated<T>(items: readonly T[], separator: string, tasks: (item: T) => Task[]): Task[] {
  return items.flatMap((item, i) => (i === 0 ? tasks(item) : [separator, ...tasks(item)]));
}

function argumentTasks({ name, value }: Argument): Task[] {
  return name === undefined ? [{ node: value, level: 0 }] : [`${name}=`, { node: value, level: 0 }];
}

function indexTasks(item: IndexItem): Task[] {
  if (item.kind === 'at') return [{ node: item.index, level: 0 }];
  const part = (node: Expr | undefined): Task[] => (node === undefined ? [] : [{ node, level: levels.or }]);
  return [...part(item.from), ':', ...part(item.to), ...(item.step ? [':', ...part(item.step)] : [])];
}

function typeTasks({ integer, shape }: { integer: boolean; shape?: readonly Expr[] }): Task[] {
  const sizes: Task[] = shape ? ['[', ...separated(shape, ', ', (node) => [{ node, level: 0 }]), ']'] : [];
  return integer || shape ? [`: ${integer ? 'int' : ''}`, ...sizes] : [];
}

const blockTasks = ({ statements }: BlockNode): Task[] =>
  statements.length === 0 ? ['{ }'] : ['{ ', ...separated(statements, '; ', statementTasks), ' }'];

function clauseTasks({ name, from, to }: ForClause): Task[] {
  return [`for ${name} in `, { node: from, level: levels.or }, '..', { node: to, level: levels.or }];
}

function ifTasks({ branches, otherwise }: IfNode): Task[] {
  const tasks = separated(branches, ' else ', ({ condition, body }): Task[] => [
    'if ',
    { node: condition, level: levels.or },
    ' ',
    ...blockTasks(body),
  ]);
  return otherwise ? [...tasks, ' else ', ...blockTasks(otherwise)] : tasks;
}

function comprehensionTasks({ list, value, clauses, filters }: ComprehensionNode): Task[] {
  const head: Task = { node: value, level: 0 };
  const loops = clauses.flatMap((clause): Task[] => [' ', ...clauseTasks(clause)]);
  const conditions = filters.flatMap((node): Task[] => [' if ', { node, level: levels.or }]);
  const tasks = [head, ...loops, ...conditions];
  return list ? ['[', ...tasks, ']'] : tasks;
}

function statementTasks(statement: Statement): Task[] {
  switch (statement.kind) {
    case 'expression':
      return [{ node: statement.value, level: levels.ternary }];
    case 'let':
    case 'var':
      return [`${statement.kind} ${statement.name} = `, { node: statement.value, level: 0 }];
    case 'param':
    case 'data': {
      const value: Task[] = statement.value ? [' = ', { node: statement.value, level: 0 }] : [];
      return [`${statement.kind} ${statement.name}`, ...typeTasks(statement), ...value];
    }
    case 'assign': {
      const target: Task = { node: statement.target, level: levels.postfix };
      return [target, ` ${statement.operator ?? ''}= `, { node: statement.value, level: 0 }];
    }
    case 'fn': {
      const params = separated(statement.params, ', ', (p): Task[] => [p.name, ...typeTasks(p)]);
      return [`fn ${statement.name}(`, ...params, ') = ', { node: statement.body, level: 0 }];
    }
    case 'while':
      return ['while ', { node: statement.condition, level: levels.or }, ' ', ...blockTasks(statement.body)];
    case 'for':
      return [...clauseTasks(statement.clause), ' ', ...blockTasks(statement.body)];
    case 'break':
    case 'continue':
      return [statement.kind];
  }
}

function tasksOf(node: Expr): Task[] {
  switch (node.kind) {
    case 'number':
      return [numberText(node.value, node.integer)];
    case 'boolean':
      return [String(node.value)];
    case 'name':
      return [node.name];
    case 'unary': {
      const level = node.operator === 'not' ? levels.not : levels.unary;
      return [signTexts[node.operator], { node: node.operand, level }];
    }
    case 'binary':
      return binaryTasks(node);
    case 'compare': {
      const rest = node.rest.flatMap(({ operator, operand }): Task[] => [
        ` ${operator} `,
        { node: operand, level: levels.sum },
      ]);
      return [{ node: node.first, level: levels.sum }, ...rest];
    }
    case 'ternary': {
      const { condition, then, otherwise } = node;
      return [
        { node: condition, level: levels.or },
        ' ? ',
        { node: then, level: 0 },
        ' : ',
        { node: otherwise, level: 0 },
      ];
    }
    case 'call': {
      const [first] = node.args;
      if (
        node.callee === 'detach' &&
        node.args.length === 1 &&
        first?.name === undefined &&
        first?.value.kind === 'block'
      ) {
        return ['detach ', { node: first.value, level: 0 }];
      }
      return [`${node.callee}(`, ...separated(node.args, ', ', argumentTasks), ')'];
    }
    case 'index':
      return [
        { node: node.base, level: levels.postfix },
        '[',
        ...separated(node.items, ', ', indexTasks),
        ']',
      ];
    case 'transpose':
      return [{ node: node.operand, level: levels.postfix }, "'"];
    case 'list':
      return ['[', ...separated(node.items, ', ', (item) => [{ node: item, level: 0 }]), ']'];
    case 'block':
      return blockTasks(node);
    case 'if':
      return ifTasks(node);
    case 'comprehension':
      return comprehensionTasks(node);
  }
}

function print(first: readonly Task[]): string {
  const texts: string[] = [];
  const stack: Task[] = [...first].reverse();
  for (let task = stack.pop(); task !== undefined; task = stack.pop()) {
    tick();
    if (typeof task === 'string') {
      texts.push(task);
      continue;
    }
    const bracketed = levelOf(task.node) < task.level;
    if (bracketed) stack.push(')');
    const tasks = tasksOf(task.node);
    for (let i = tasks.length - 1; i >= 0; i--) stack.push(tasks[i] as Task);
    if (bracketed) stack.push('(');
  }
  return texts.join('');
}

/** An expression in the language. */
export function printExpr(node: Expr): string {
  return print([{ node, level: levels.ternary }]);
}

/** A program in the language, one statement a line. */
export function printProgram(program: ProgramNode): string {
  return program.statements.map((statement) => print(statementTasks(statement))).join('\n');
}
