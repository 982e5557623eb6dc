/**
 * The texts of the functions that generated code carries along: reads src/ops/carried and writes texts.ts there, in
 * which every top-level declaration stands as TypeScript and as JavaScript. With `--check` it changes nothing and
 * fails where the file is not up to date.
 *
 * Names of top-level declarations are marked, `carried$erf`, so that whoever prints a text can give them others.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const folder = fileURLToPath(new URL('../src/ops/carried/', import.meta.url));
const target = `${folder}texts.ts`;

const head = `/**
 * The functions of this folder as texts, for generated code to carry. Written by \`npm run carried\`; not to be edited.
 *
 * In a text, \`carried$erf\` stands for the name that the declaration \`erf\` is given.
 */
export interface CarriedText {
  readonly ts: string;
  readonly js: string;
  /** The declarations that it refers to. */
  readonly needs: readonly string[];
}

`;

/** A text with pieces cut out or replaced; edits do not overlap. */
function edited(text, edits) {
  let out = '';
  let at = 0;
  for (const [start, end, by] of edits.sort((a, b) => a[0] - b[0])) {
    out += text.slice(at, start) + by;
    at = end;
  }
  return out + text.slice(at);
}

/** Where types stand: annotations, assertions, and arguments in angle brackets. */
function typeEdits(node, edits) {
  const typed = ts.isParameter(node) || ts.isVariableDeclaration(node) || ts.isFunctionDeclaration(node);
  if (typed && node.type) edits.push([node.type.pos - 1, node.type.end, '']);
  if (ts.isParenthesizedExpression(node) && ts.isAsExpression(node.expression)) {
    const { expression } = node.expression;
    const bare = ts.isElementAccessExpression(expression);
    edits.push([node.getStart(), expression.getStart(), bare ? '' : '(']);
    edits.push([expression.end, node.end, bare ? '' : ')']);
    typeEdits(expression, edits);
    return;
  }
  if (ts.isAsExpression(node)) edits.push([node.expression.end, node.end, '']);
  if (ts.isNewExpression(node) && node.typeArguments)
    edits.push([node.typeArguments.pos - 1, node.typeArguments.end + 1, '']);
  ts.forEachChild(node, (child) => typeEdits(child, edits));
}

/** Whether an identifier is a use or the declaration of a name, rather than a property or a local of that name. */
function refersToTop(node) {
  return !(ts.isPropertyAccessExpression(node.parent) && node.parent.name === node);
}

function nameEdits(node, names, edits, needs) {
  if (ts.isIdentifier(node) && names.has(node.text) && refersToTop(node)) {
    edits.push([node.getStart(), node.end, `carried$${node.text}`]);
    needs.add(node.text);
  }
  ts.forEachChild(node, (child) => nameEdits(child, names, edits, needs));
}

const files = readdirSync(folder).filter((name) => name.endsWith('.ts') && name !== 'texts.ts');
const sources = files.map((name) =>
  ts.createSourceFile(name, readFileSync(folder + name, 'utf8'), ts.ScriptTarget.ES2022, true),
);
const declarations = sources.flatMap((source) =>
  source.statements
    .filter((s) => ts.isFunctionDeclaration(s) || ts.isVariableStatement(s))
    .map((s) => ({ source, statement: s, name: (s.name ?? s.declarationList.declarations[0].name).text })),
);
const names = new Set(declarations.map((d) => d.name));

const entries = declarations.map(({ source, statement, name }) => {
  const start =
    (ts.getLeadingCommentRanges(source.text, statement.pos) ?? []).at(-1)?.pos ?? statement.getStart();
  const edits = [];
  const needs = new Set();
  nameEdits(statement, names, edits, needs);
  needs.delete(name);
  for (const modifier of statement.modifiers ?? []) edits.push([modifier.getStart(), modifier.end + 1, '']);
  for (const match of source.text.slice(start, statement.end + 200).matchAll(/ \/\/ biome-ignore[^\n]*/g))
    if (start + match.index < statement.end)
      edits.push([start + match.index, start + match.index + match[0].length, '']);
  const types = [];
  typeEdits(statement, types);
  const cut = (all) => edited(source.text.slice(start, statement.end), all.map(([a, b, by]) => [a - start, b - start, by])).trimEnd(); // biome-ignore format: one line
  return [name, { ts: cut([...edits]), js: cut([...edits, ...types]), needs: [...needs] }];
});

const body = entries
  .map(([name, text]) => `  [${JSON.stringify(name)}, ${JSON.stringify(text)}],\n`)
  .join('');
const text = `${head}export const carriedTexts: ReadonlyMap<string, CarriedText> = new Map([\n${body}]);\n`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') !== text) {
    console.error('src/ops/carried/texts.ts is not up to date: npm run carried');
    process.exitCode = 1;
  }
} else writeFileSync(target, text);
