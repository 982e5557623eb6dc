/**
 * The mutation operators: what may be changed at a node of a syntax tree. Each yields `{ start, end, text, says }`: a
 * stretch of the source, what replaces it, and words for the name of the mutant.
 */
import ts from 'typescript';

const K = ts.SyntaxKind;

const BINARY = new Map([
  [K.PlusToken, ['-']],
  [K.MinusToken, ['+']],
  [K.AsteriskToken, ['/']],
  [K.SlashToken, ['*']],
  [K.PercentToken, ['*']],
  [K.LessThanToken, ['<=']],
  [K.LessThanEqualsToken, ['<']],
  [K.GreaterThanToken, ['>=']],
  [K.GreaterThanEqualsToken, ['>']],
  [K.EqualsEqualsEqualsToken, ['!==']],
  [K.ExclamationEqualsEqualsToken, ['===']],
  [K.AmpersandAmpersandToken, ['||']],
  [K.BarBarToken, ['&&']],
  [K.PlusEqualsToken, ['-=']],
  [K.MinusEqualsToken, ['+=']],
]);

/** Methods and functions with a sibling of the same kind. */
const SIBLINGS = new Map(
  [
    ['add', 'sub'], ['mul', 'div'], ['sin', 'cos'], ['sinh', 'cosh'], ['exp', 'log'], ['floor', 'ceil'],
    ['max', 'min'], ['every', 'some'], ['lt', 'le'], ['plus', 'times'],
  ].flatMap(([a, b]) => [[a, b], [b, a]]), // biome-ignore format: pairs
);

/** Properties that stand beside each other. */
const PROPERTIES = new Map([
  ['left', 'right'], ['right', 'left'], ['out', 'left'], ['then', 'otherwise'], ['otherwise', 'then'],
  ['starts', 'steps'], ['start', 'end'], ['end', 'start'], ['height', 'size'],
]); // biome-ignore format: pairs

/** Names of rows in texts. */
const ROWS = new Map(
  [
    ['add', 'sub'], ['mul', 'div'], ['and', 'or'], ['lt', 'ge'], ['eq', 'ne'], ['le', 'gt'], ['maximum', 'minimum'],
    ['sum', 'prod'], ['any', 'all'], ['max', 'min'], ['floor', 'ceil'], ['exp', 'log'], ['sqrt', 'abs'],
    ['+', '-'], ['*', '/'], ['<', '>='], ['===', '!=='],
  ].flatMap(([a, b]) => [[a, b], [b, a]]), // biome-ignore format: pairs
)
  .set('neg', 'abs')
  .set('not', 'neg');

const ROWS_THAT_COMMUTE = new Set(['add', 'mul', 'and', 'or', 'eq', 'ne', 'maximum', 'minimum']);

/** Functions of which swapped arguments are no change. */
const COMMUTATIVE = new Set(['add', 'mul', 'plus', 'times', 'max', 'min', 'same', 'sameDim', 'sameShape']);

/** Fields of a row that neither a value nor a derivative depends on: words, places to draw from, hard points. */
const WORDS = new Set([
  'params',
  'aliases',
  'summary',
  'derivative',
  'ranges',
  'domain',
  'kinks',
  'kink',
  'convention',
]);
const CONSTANTS_OF_WORDS = new Set([
  'ANY',
  'POSITIVE',
  'INSIDE',
  'jump',
  'tie',
  'tied',
  'vertical',
  'inUnit',
  'positive',
]);

/** Calls beside the computation: what must hold if adc is right, how far the clock and the work are, names for readers. */
const ASIDE = new Set(['assert', 'during', 'checkTime', 'checkWork', 'tick', 'unreachable', 'this.b.named']);

/** Where in the text an operation comes from: for messages only. */
const isPlace = (n) =>
  ts.isExpressionStatement(n) &&
  ts.isBinaryExpression(n.expression) &&
  /\.span$/.test(n.expression.left.getText());

/** An internal error is thrown where adc itself is wrong, which the unchanged adc never is in a case. */
const isThrow = (statement) =>
  ts.isThrowStatement(statement) ||
  (ts.isBlock(statement) && statement.statements.length === 1 && isThrow(statement.statements[0]));

/** Parameters for names in generated code, which nothing depends on. */
const HINTS = new Set(['hint', 'wish', 'wished']);

/** Whether a node stands where types are, or where text has to stay what it is. */
function isFixed(node) {
  for (let n = node; n !== undefined; n = n.parent) {
    if (ts.isTypeNode(n) || ts.isImportDeclaration(n) || ts.isExportDeclaration(n)) return true;
    if (ts.isInterfaceDeclaration(n) || ts.isTypeAliasDeclaration(n)) return true;
    if (ts.isThrowStatement(n)) return true;
    if (ts.isCallExpression(n) && ASIDE.has(n.expression.getText())) return true;
    if (ts.isIfStatement(n) && isThrow(n.thenStatement)) return true;
    if (isPlace(n)) return true;
    if (ts.isPropertyAssignment(n) && ts.isIdentifier(n.name) && WORDS.has(n.name.text) && inTable(n))
      return true;
    if (ts.isVariableDeclaration(n) && CONSTANTS_OF_WORDS.has(n.name.getText()) && inTable(n)) return true;
    if (ts.isStatement(n)) break;
  }
  return false;
}

const inTable = (node) => node.getSourceFile().fileName.includes('/src/ops/rows/');
const isNumeric = (type) => (type.flags & (ts.TypeFlags.NumberLike | ts.TypeFlags.BigIntLike)) !== 0;
const isBoolean = (type) =>
  (type.flags & ts.TypeFlags.BooleanLike) !== 0 || (type.isUnion() && type.types.every(isBoolean));

export function* mutationsOf(node, checker) {
  if (isFixed(node)) return;
  const replace = (at, text, says) => ({ start: at.getStart(), end: at.getEnd(), text, says });
  if (ts.isBinaryExpression(node)) yield* binary(node, checker, replace);
  else if (ts.isPrefixUnaryExpression(node)) {
    const { operator, operand } = node;
    if (operator === K.ExclamationToken) yield replace(node, `(${operand.getText()})`, 'without !');
    if (operator === K.MinusToken && !ts.isNumericLiteral(operand))
      yield replace(node, `(${operand.getText()})`, 'without -');
  } else if (ts.isNumericLiteral(node)) {
    if (!isKey(node))
      yield replace(node, `(${node.getText()} + 1)`, `${node.getText()} -> ${node.getText()} + 1`);
  } else if (node.kind === K.TrueKeyword || node.kind === K.FalseKeyword) {
    const other = node.kind === K.TrueKeyword ? 'false' : 'true';
    yield replace(node, `(${other} as boolean)`, `${node.getText()} -> ${other}`);
  } else if (ts.isStringLiteral(node)) yield* string(node, checker, replace);
  else if (ts.isConditionalExpression(node)) yield* conditional(node, replace);
  else if (ts.isIfStatement(node)) yield* branch(node, replace);
  else if (ts.isExpressionStatement(node)) yield* dropped(node, replace);
  else if (ts.isContinueStatement(node) || ts.isBreakStatement(node)) {
    if (ts.isContinueStatement(node)) yield replace(node, ';', 'dropped');
  } else if (ts.isArrayLiteralExpression(node)) yield* list(node, checker);
  else if (ts.isCallExpression(node)) yield* call(node, checker, replace);
  else if (ts.isPropertyAccessExpression(node)) yield* property(node, checker, replace);
}

const isKey = (node) => ts.isPropertyAssignment(node.parent) && node.parent.name === node;

function* binary(node, checker, replace) {
  const { operatorToken, right } = node;
  const token = operatorToken.kind;
  if (token === K.QuestionQuestionToken) yield replace(node, right.getText(), 'without the left side of ??');
  const arithmetic = [
    K.PlusToken,
    K.MinusToken,
    K.AsteriskToken,
    K.SlashToken,
    K.PlusEqualsToken,
    K.MinusEqualsToken,
  ];
  if (arithmetic.includes(token) && !isNumeric(checker.getTypeAtLocation(node))) return;
  for (const text of BINARY.get(token) ?? [])
    yield replace(operatorToken, text, `${operatorToken.getText()} -> ${text}`);
}

function* string(node, checker, replace) {
  const { parent } = node;
  if (
    ts.isCallExpression(parent) &&
    HINTS.has(parameter(parent, parent.arguments.indexOf(node), checker)?.name)
  )
    return;
  if (ts.isCaseClause(parent) || isKey(node)) return;
  // What a comparison with a text asks for is mutated as the comparison.
  if (ts.isBinaryExpression(parent) && BINARY.has(parent.operatorToken.kind)) return;
  const named =
    ts.isPropertyAssignment(parent) &&
    ['kind', 'name', 'code', 'on', 'of', 'sound', 'summary'].includes(parent.name.getText());
  if (named && parent.name.getText() !== 'name') return;
  const other = ROWS.get(node.text);
  if (other !== undefined) yield replace(node, `'${other}' as any`, `'${node.text}' -> '${other}'`);
}

function* conditional(node, replace) {
  const { condition, whenTrue, whenFalse } = node;
  yield replace(
    node,
    `((${condition.getText()}) ? (${whenFalse.getText()}) : (${whenTrue.getText()}))`,
    'branches swapped',
  );
}

/** Negation of a plain (in)equality is what mutating its operator does. */
function* branch(node, replace) {
  const { expression, elseStatement } = node;
  const equality = [K.EqualsEqualsEqualsToken, K.ExclamationEqualsEqualsToken];
  const plain = ts.isBinaryExpression(expression) && equality.includes(expression.operatorToken.kind);
  const negated = ts.isPrefixUnaryExpression(expression) && expression.operator === K.ExclamationToken;
  if (!plain && !negated) yield replace(expression, `!(${expression.getText()})`, 'condition negated');
  if (elseStatement === undefined) yield replace(node, ';', 'dropped');
}

function* dropped(node, replace) {
  const { expression } = node;
  if (ts.isCallExpression(expression) && expression.expression.kind === K.SuperKeyword) return;
  yield replace(node, ';', 'dropped');
}

function* list(node, checker) {
  // A tuple without an element is of another type.
  const context = checker.getContextualType(node);
  if (context && [context, ...(context.isUnion() ? context.types : [])].some((t) => checker.isTupleType(t)))
    return;
  if (ts.isBinaryExpression(node.parent) && node.parent.left === node) return;
  if (ts.isVariableDeclaration(node.parent.parent) && node.elements.length > 8) return;
  for (const [i, element] of node.elements.entries()) {
    const end = node.elements[i + 1]?.getFullStart() ?? element.getEnd();
    const from =
      i + 1 < node.elements.length
        ? element.getStart()
        : (node.elements[i - 1]?.getEnd() ?? element.getStart());
    const to = i + 1 < node.elements.length ? end + 1 : element.getEnd();
    yield { start: from, end: to, text: '', says: `without [${i}]` };
  }
}

function* call(node, checker, replace) {
  const { expression, arguments: args } = node;
  const name = ts.isPropertyAccessExpression(expression)
    ? expression.name
    : ts.isIdentifier(expression)
      ? expression
      : undefined;
  const other = name && SIBLINGS.get(name.getText());
  const owner = ts.isPropertyAccessExpression(expression)
    ? checker.getTypeAtLocation(expression.expression)
    : undefined;
  if (other !== undefined && owner && checker.getPropertyOfType(checker.getApparentType(owner), other))
    yield replace(name, other, `${name.getText()} -> ${other}`);
  // k.neg(x) and the like are left out.
  if (name?.getText() === 'neg' && args.length === 1) yield replace(node, args[0].getText(), 'without neg');
  for (let i = 0; i + 1 < args.length; i++) {
    const [a, b] = [args[i], args[i + 1]];
    if (a.getText() === b.getText() || !alike(node, i, checker)) continue;
    if (!COMMUTATIVE.has(name?.getText()) && !(i > 0 && isCommutative(args[0])))
      yield {
        start: a.getStart(),
        end: b.getEnd(),
        text: `${b.getText()}, ${a.getText()}`,
        says: `arguments ${i}, ${i + 1} swapped`,
      };
    yield replace(a, b.getText(), `argument ${i} := ${i + 1}`);
    yield replace(b, a.getText(), `argument ${i + 1} := ${i}`);
  }
}

/** Whether a text names a row whose operands may change places: `elementwise('mul', x, y)`. */
const isCommutative = (node) => ts.isStringLiteral(node) && ROWS_THAT_COMMUTE.has(node.text);

/** The declaration of the parameter that takes the nth argument of a call. */
function parameter(node, n, checker) {
  return checker.getResolvedSignature(node)?.parameters[n];
}

/** Whether either of two neighbouring arguments could stand in the place of the other. */
function alike(node, i, checker) {
  const args = [node.arguments[i], node.arguments[i + 1]];
  if (args.some((x) => ts.isArrowFunction(x) || ts.isFunctionExpression(x) || ts.isSpreadElement(x)))
    return false;
  const [p, q] = [parameter(node, i, checker), parameter(node, i + 1, checker)];
  if ([p, q].some((x) => x !== undefined && HINTS.has(x.name))) return false;
  const types = args.map((x) => checker.getBaseTypeOfLiteralType(checker.getTypeAtLocation(x)));
  const wanted = p && q && p !== q ? [p, q].map((x) => checker.getTypeOfSymbolAtLocation(x, node)) : types;
  const isAlike = ([s, t]) => checker.isTypeAssignableTo(s, t) && checker.isTypeAssignableTo(t, s);
  return isAlike(types) && isAlike(wanted) && !isBoolean(types[0]);
}

function* property(node, checker, replace) {
  const other = PROPERTIES.get(node.name.getText());
  if (other === undefined || (ts.isCallExpression(node.parent) && node.parent.expression === node)) return;
  if (
    ts.isBinaryExpression(node.parent) &&
    node.parent.left === node &&
    node.parent.operatorToken.kind === K.EqualsToken
  )
    return;
  const type = checker.getApparentType(checker.getTypeAtLocation(node.expression));
  if (checker.getPropertyOfType(type, other))
    yield replace(node.name, other, `.${node.name.getText()} -> .${other}`);
}
