/** Functions as mathematicians write them: |x|, √x, e^x, σ(x), Σᵢ xᵢ, det A, A⁻¹. */
import type { CallNode, ComprehensionNode, Expr, ForClause, TernaryNode } from '../../grammar/ast.js';
import { type Box, big, fence, isTall, letters, listed, overline, power, root, row, sign, subscript, tight, word } from './box.js'; // biome-ignore format: one line
import { choicePiece } from './choices.js';
import { nameBox, numberBox } from './names.js';
import { atom, type Indices, type Layout, type Piece, strength, within } from './piece.js';
import { transposedBox } from './products.js';

/** Functions of numbers that are written as a name before parentheses. */
const NAMES: Readonly<Record<string, string>> = {
  sin: 'sin', cos: 'cos', tan: 'tan', asin: 'arcsin', acos: 'arccos', atan: 'arctan', sinh: 'sinh', cosh: 'cosh', tanh: 'tanh',
  asinh: 'arsinh', acosh: 'arcosh', atanh: 'artanh', log: 'log', ln: 'log', sign: 'sgn', relu: 'ReLU', silu: 'SiLU', gelu: 'GELU',
  max: 'max', min: 'min', rem: 'mod', std: 'std', variance: 'var', var: 'var', det: 'det', trace: 'tr', cholesky: 'chol',
  adjugate: 'adj', argmax: 'arg max', argmin: 'arg min', log_softmax: 'log softmax',
}; // biome-ignore format: a table

/** Functions that have a letter; the name of a variable goes before it. */
const LETTERS: Readonly<Record<string, string>> = { sigmoid: 'σ', gamma: 'Γ', digamma: 'ψ', beta: 'Β' };
const LETTER_NAMES: Readonly<Record<string, readonly string[]>> = {
  sigmoid: ['sigma', 'σ'],
  gamma: ['Gamma', 'Γ'],
  digamma: ['psi', 'ψ'],
  beta: ['B', 'Beta', 'Β'],
};

const script = (box: Box, rank = 0): Piece => ({ box, strength: strength.script, rank });

/** Reads a call: its arguments as expressions and as pieces. */
class Call {
  readonly args: readonly Expr[];
  readonly axis: Expr | undefined;

  constructor(
    readonly layout: Layout,
    readonly node: CallNode,
    readonly at: Indices | undefined,
  ) {
    this.args = node.args.filter((a) => a.name === undefined).map((a) => a.value);
    this.axis = node.args.find((a) => a.name === 'axis')?.value;
  }

  arg(i: number): Expr {
    return this.args[i] as Expr;
  }

  /** Argument i as it stands in a function that works element by element. */
  piece(i: number): Piece {
    return this.layout.of(this.arg(i), this.at);
  }

  whole(i: number): Piece {
    return this.layout.of(this.arg(i));
  }

  get rank(): number {
    return this.at === undefined ? this.layout.rank(this.node) : 0;
  }
}

type Rule = (c: Call) => Piece | undefined;

const fenced =
  (open: string, close: string): Rule =>
  (c) =>
    atom(fence(c.piece(0).box, open, close), c.rank);

/** Bars are for numbers: around a matrix they mean its determinant. */
const absolute: Rule = (c) => (c.rank === 0 ? fenced('|', '|')(c) : undefined);

/** e^u where that stays readable, else exp(u). */
const exponential: Rule = (c) => {
  const { box } = c.piece(0);
  if (isTall(box) || c.rank > 0 || c.layout.taken('e')) return script(tight(word('exp'), fence(box)), c.rank);
  return script(power(letters('e'), box), c.rank);
};

const logarithm =
  (base: string): Rule =>
  (c) =>
    script(tight(subscript(word('log'), numberBox(Number(base))), fence(c.piece(0).box)), c.rank);

/** Functions that work element by element. */
const ELEMENTWISE: Readonly<Record<string, Rule>> = {
  abs: absolute,
  floor: fenced('⌊', '⌋'),
  ceil: fenced('⌈', '⌉'),
  sqrt: (c) => atom(root(c.piece(0).box), c.rank),
  cbrt: (c) => atom(root(c.piece(0).box, '3'), c.rank),
  exp: exponential,
  exp2: (c) => script(power(numberBox(2), c.piece(0).box), c.rank),
  expm1: (c) => {
    const power = exponential(c) as Piece;
    return { box: row(power.box, sign('-'), numberBox(1)), strength: strength.sum, rank: c.rank };
  },
  log1p: (c) =>
    script(
      tight(word('log'), fence(row(numberBox(1), sign('+'), within(c.piece(0), strength.elementwise)))),
      c.rank,
    ),
  log2: logarithm('2'),
  log10: logarithm('10'),
  hypot: (c) => {
    const square = (i: number) => power(within(c.piece(i), strength.atom), numberBox(2));
    return atom(root(row(square(0), sign('+'), square(1))), c.rank);
  },
  pow: (c) => script(power(within(c.piece(0), strength.atom), c.piece(1).box), c.rank),
  lgamma: (c) =>
    c.layout.taken('Gamma')
      ? undefined
      : {
          box: tight(word('log'), letters('Γ'), fence(c.piece(0).box)),
          strength: strength.product,
          rank: c.rank,
        },
  trigamma: (c) => polygamma(c, numberBox(1), c.piece(0)),
  polygamma: (c) => polygamma(c, c.piece(0).box, c.piece(1)),
  where: (c) => {
    const [condition, then, otherwise] = c.args as [Expr, Expr, Expr];
    const node: TernaryNode = { kind: 'ternary', condition, then, otherwise, span: c.node.span };
    return choicePiece(c.layout, node, c.at);
  },
};

function polygamma(c: Call, order: Box, argument: Piece): Piece | undefined {
  if (c.layout.taken('psi') || c.layout.taken('ψ')) return undefined;
  return script(tight(power(letters('ψ'), fence(order)), fence(argument.box)), c.rank);
}

/** Reductions, over all axes or along one. */
const REDUCTIONS: Readonly<Record<string, Rule>> = {
  sum: (c) => reduction(c, '∑'),
  prod: (c) => reduction(c, '∏'),
  max: (c) => (c.args.length === 1 ? reduction(c, 'max') : undefined),
  min: (c) => (c.args.length === 1 ? reduction(c, 'min') : undefined),
  logsumexp: (c) => {
    const sum = reduction(c, '∑', (piece) => script(power(letters('e'), piece.box)));
    return sum && { ...sum, box: row(word('log'), sum.box) };
  },
};

/** Functions of whole vectors and matrices. */
const WHOLE: Readonly<Record<string, Rule>> = {
  mean: (c) => (c.axis === undefined ? atom(overline(c.whole(0).box)) : undefined),
  norm,
  dot: (c) => ({
    box: row(transposedBox(c.whole(0)), within(c.whole(1), strength.product)),
    strength: strength.product,
    rank: 0,
  }),
  outer: (c) => ({
    box: row(within(c.whole(0), strength.product), transposedBox(c.whole(1))),
    strength: strength.product,
    rank: 2,
  }),
  kron: (c) => ({
    box: row(within(c.whole(0), strength.script), sign('⊗'), within(c.whole(1), strength.script)),
    strength: strength.elementwise,
    rank: 2,
  }),
  cross: (c) => ({
    box: row(within(c.whole(0), strength.script), sign('×'), within(c.whole(1), strength.script)),
    strength: strength.elementwise,
    rank: 1,
  }),
  inv: (c) => script(power(within(c.whole(0), strength.atom), tight(sign('-'), numberBox(1))), 2),
  solve: (c) => ({
    box: row(
      power(within(c.whole(0), strength.atom), tight(sign('-'), numberBox(1))),
      within(c.whole(1), strength.product),
    ),
    strength: strength.product,
    rank: c.rank,
  }),
  logdet: (c) => ({
    box: tight(word('log'), fence(tight(word('det'), fence(c.whole(0).box)), '|', '|')),
    strength: strength.script,
    rank: 0,
  }),
  transpose: (c) => (c.rank === 2 ? script(transposedBox(c.whole(0)), 2) : undefined),
  eye: (c) => script(subscript(letters('I'), c.whole(0).box), 2),
  zeros: (c) => script(subscript(numberBox(0), listed(c.args.map((_, i) => c.whole(i).box))), c.rank),
  ones: (c) => script(subscript(numberBox(1), listed(c.args.map((_, i) => c.whole(i).box))), c.rank),
};

/** ‖x‖, ‖x‖₁, and the norms of rows or columns. */
function norm(c: Call): Piece | undefined {
  if (c.axis !== undefined) return undefined;
  const order = c.args.length > 1 ? c.whole(1).box : undefined;
  const bars = fence(c.whole(0).box, '‖', '‖');
  return order === undefined ? atom(bars) : script(subscript(bars, order));
}

/** Σᵢ xᵢ over all axes; over one axis Σᵢ A_{i,:}. */
function reduction(c: Call, symbol: string, each = (piece: Piece) => piece): Piece | undefined {
  const operand = c.arg(0);
  if (operand.kind === 'comprehension' && !operand.list) return over(c.layout, symbol, operand, each);
  const rank = c.layout.rank(operand);
  if (rank === 0) return undefined;
  const outer = c.at ?? [];
  if (c.axis !== undefined) {
    if (c.axis.kind !== 'number' || rank !== 2 || c.at === undefined) return undefined;
    const [inner] = c.layout.indices(1, outer) as [string];
    const place = outer.slice(-1);
    const at = c.axis.value === 0 ? [inner, ...place] : [...place, inner];
    return bigPiece(symbol, nameBox(inner), each(c.layout.of(operand, at)));
  }
  const names = c.layout.indices(rank, outer);
  return bigPiece(symbol, listed(names.map((n) => nameBox(n))), each(c.layout.of(operand, names)));
}

function bigPiece(symbol: string, below: Box, body: Piece, above?: Box): Piece {
  const box = row(big(symbol, below, above), within(body, strength.elementwise));
  return { box, strength: strength.product, rank: 0, open: 'product' };
}

/** A comprehension under a sum or product. */
function over(layout: Layout, symbol: string, e: ComprehensionNode, each: (p: Piece) => Piece): Piece {
  const [only, ...more] = e.clauses;
  const filters = e.filters.map((f) => layout.of(f).box);
  const body = each(layout.of(e.value));
  if (only && more.length === 0 && filters.length === 0) {
    const below = tight(nameBox(only.name), sign('='), layout.of(only.from).box);
    return bigPiece(symbol, below, body, lastOf(layout, only));
  }
  const ranges = e.clauses.map((clause) => range(layout, clause));
  return bigPiece(symbol, listed([...ranges, ...filters]), body);
}

const range = (layout: Layout, clause: ForClause): Box =>
  row(layout.of(clause.from).box, sign('≤'), nameBox(clause.name), sign('<'), layout.of(clause.to).box);

/** The last index: the end of a range is excluded. */
function lastOf(layout: Layout, { to }: ForClause): Box {
  if (to.kind === 'number') return numberBox(to.value - 1);
  return row(layout.of(to).box, sign('-'), numberBox(1));
}

/** `[e for i in a..b]` as (e)_{a ≤ i < b}. */
export function comprehensionPiece(layout: Layout, e: ComprehensionNode): Piece {
  const ranges = e.clauses.map((clause) => range(layout, clause));
  const filters = e.filters.map((f) => layout.of(f).box);
  const box = subscript(fence(layout.of(e.value).box, '[', ']'), listed([...ranges, ...filters]));
  return script(box, layout.rank(e));
}

/** The piece of a call. */
export function callPiece(layout: Layout, e: CallNode, at: Indices | undefined): Piece {
  const whole = new Call(layout, e, undefined);
  const call = new Call(layout, e, at);
  const ruled =
    ELEMENTWISE[e.callee]?.(call) ??
    reduced(call) ??
    (at === undefined ? WHOLE[e.callee]?.(whole) : undefined);
  if (ruled) return ruled;
  if (at !== undefined && isWhole(whole)) return layout.element(e, at);
  return applied(call);
}

/** A reduction; along an axis it is a vector, told by its elements: [Σᵢ Aᵢⱼ]ⱼ. */
function reduced(c: Call): Piece | undefined {
  const rule = REDUCTIONS[c.node.callee];
  if (c.axis === undefined || c.at !== undefined || rule === undefined) return rule?.(c);
  const [name] = c.layout.indices(1, []) as [string];
  const element = rule(new Call(c.layout, c.node, [name]));
  return element && script(subscript(fence(element.box, '[', ']'), nameBox(name)), 1);
}

/** Whether elements of the result are no functions of the same elements of the arguments. */
function isWhole({ node, args, axis, layout }: Call): boolean {
  const elementwise = NAMES[node.callee] ?? LETTERS[node.callee] ?? ELEMENTWISE_NAMES.has(node.callee);
  if (!elementwise) return true;
  return axis !== undefined || args.every((a) => layout.rank(a) < layout.rank(node));
}

const ELEMENTWISE_NAMES = new Set('abs softplus erf erfc erfinv atan2 clip round mod fma detach'.split(' '));

/** A name before its arguments. */
function applied(c: Call): Piece {
  const { callee } = c.node;
  const letter = LETTERS[callee];
  const free = letter !== undefined && !LETTER_NAMES[callee]?.some((name) => c.layout.taken(name));
  const head = free ? letters(letter) : word(NAMES[callee] ?? callee.replaceAll('_', ' '));
  const named = c.node.args.flatMap(({ name, value }) =>
    name === undefined ? [] : [row(word(name), sign('='), c.layout.of(value).box)],
  );
  const args = [...c.args.map((_, i) => c.piece(i).box), ...named];
  return script(tight(head, fence(listed(args))), c.rank);
}
