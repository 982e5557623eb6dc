/**
 * Source mutants: every mutation of every node of the files under test, each with a name that stays the same while the
 * code around it does not change: the file, the declaration, what stood there, and what was done to it.
 */
import { join, relative } from 'node:path';
import ts from 'typescript';
import { mutationsOf } from './operators.js';

/** The rules of differentiation and of simplification, and how each operation is printed: what every run mutates. */
const RULES = [
  'src/passes/forward/*.ts',
  'src/passes/reverse/*.ts',
  'src/passes/{activity,arrays,contraction,fold,freeze,guard,prune,rewrite,share,simplify,weights}.ts',
  'src/emit/{expression,javascript,helpers}.ts',
  'src/loops/{element,generate,norm}.ts',
  'src/passes/symbolic/{rules,arrays,adjoint,algebra,guard,weights}.ts',
];

/** The algebra below the symbolic mode, what decides where a value is computed and stored, and the rows as they are written. */
const MACHINERY = [
  'src/passes/symbolic/{arithmetic,expand,structure,substitute,sums,zeros,softmax,collect}.ts',
  'src/loops/{control,reads,lower,writer,graph,jobs,schedule,tidy,cut,unused}.ts',
  'src/ops/rows/*.ts',
];

const short = (text) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 64 ? `${line.slice(0, 60)} …` : line;
};

/** The name of the declaration around a node: functions, methods and constants, or the `name` of an entry of a table. */
function declarationOf(node) {
  const names = [];
  for (let n = node.parent; n !== undefined; n = n.parent) {
    if (ts.isObjectLiteralExpression(n)) {
      const name = n.properties.find((p) => ts.isPropertyAssignment(p) && p.name.getText() === 'name');
      if (name && ts.isStringLiteral(name.initializer)) names.push(`'${name.initializer.text}'`);
    } else if (
      (ts.isFunctionDeclaration(n) ||
        ts.isMethodDeclaration(n) ||
        ts.isClassDeclaration(n) ||
        ts.isGetAccessor(n)) &&
      n.name
    )
      names.push(n.name.getText());
    else if (ts.isPropertyDeclaration(n) || (ts.isVariableDeclaration(n) && isOfFile(n)))
      names.push(n.name.getText());
    else if (ts.isConstructorDeclaration(n)) names.push('constructor');
    else if (ts.isPropertyAssignment(n) && ts.isVariableDeclaration(n.parent.parent))
      names.push(n.name.getText());
  }
  return names.reverse().join('.') || 'file';
}

const isOfFile = (declaration) => ts.isSourceFile(declaration.parent.parent.parent);

/** What stands where a mutation is, for its name: the expression or statement, not the token. */
function subject(node) {
  if (
    ts.isNumericLiteral(node) ||
    ts.isStringLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword ||
    ts.isPropertyAccessExpression(node)
  )
    return node.parent.getText().length > 120 ? node.getText() : node.parent.getText();
  return node.getText();
}

/** The statement or arrow body that has to be reached for a node to matter; undefined at the top of the file. */
function stepOf(node) {
  for (let n = node; n.parent !== undefined; n = n.parent) {
    if (ts.isArrowFunction(n.parent) && n.parent.body === n && !ts.isBlock(n)) return n;
    if (ts.isStatement(n) && !ts.isBlock(n) && insideFunction(n)) return n;
  }
  return undefined;
}

function insideFunction(node) {
  for (let n = node.parent; n !== undefined; n = n.parent) if (ts.isFunctionLike(n)) return true;
  return false;
}

/** All mutants of the source; with `all`, also of the machinery. */
export function enumerate(root, all) {
  const config = ts.readConfigFile(join(root, 'tsconfig.json'), ts.sys.readFile).config;
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const files = (all ? [...RULES, ...MACHINERY] : RULES).flatMap((pattern) => expand(root, pattern));
  const program = ts.createProgram(files, { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const mutants = [];
  const taken = new Map();
  for (const path of files) {
    const source = program.getSourceFile(path);
    const file = relative(root, path);
    const visit = (node) => {
      for (const { start, end, text, says } of mutationsOf(node, checker)) {
        const plain = `${file.replace(/^src\//, '')} ${declarationOf(node)}: ${short(subject(node))} | ${says}`;
        const count = (taken.get(plain) ?? 0) + 1;
        taken.set(plain, count);
        const step = stepOf(node);
        mutants.push({
          kind: 'source',
          name: count === 1 ? plain : `${plain} #${count}`,
          file,
          line: source.getLineAndCharacterOfPosition(start).line + 1,
          start,
          end,
          text,
          step: step?.getStart(),
        });
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return {
    mutants,
    sources: new Map(files.map((path) => [relative(root, path), program.getSourceFile(path)])),
  };
}

function expand(root, pattern) {
  const alternatives = /\{([^}]*)\}/.exec(pattern);
  if (alternatives)
    return alternatives[1].split(',').map((a) => join(root, pattern.replace(alternatives[0], a)));
  const folder = pattern.slice(0, pattern.lastIndexOf('/'));
  return ts.sys.readDirectory(join(root, folder), ['.ts'], undefined, undefined, 1);
}

/** A file with a call `__hit(id)` before every step that a mutant of it stands in; `ids` by where the steps start. */
export function instrumented(source, ids) {
  const left = new Map(ids);
  const edits = [];
  const visit = (node) => {
    const start = node.getStart();
    const id = left.get(start);
    if (id !== undefined && stepOf(node) === node) {
      left.delete(start);
      if (!ts.isStatement(node)) edits.push([start, `(globalThis.__hit(${id}), `], [node.getEnd(), ')']);
      else if (
        ts.isBlock(node.parent) ||
        ts.isCaseOrDefaultClause(node.parent) ||
        ts.isSourceFile(node.parent)
      )
        edits.push([start, `globalThis.__hit(${id});`]);
      else edits.push([start, `{globalThis.__hit(${id});`], [node.getEnd(), '}']);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  let text = source.getFullText();
  for (const [at, inserted] of edits.map((e, i) => [...e, i]).sort((a, b) => b[0] - a[0] || b[2] - a[2]))
    text = text.slice(0, at) + inserted + text.slice(at);
  return text;
}
