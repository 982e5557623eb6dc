/** Boxes as LaTeX, in the words that KaTeX and amsmath know. */
import { type Box, type Fence, isTall, type Script, type Table } from './box.js';
import { greek } from './names.js';

const COMMANDS: ReadonlyMap<string, string> = new Map([
  ...[...greek].map(([name, letter]) => [letter, `\\${name}`] as const),
  ['Β', '\\mathrm{B}'],
  ['ο', 'o'],
  ['∞', '\\infty'],
  ['∂', '\\partial'],
]);

const SIGNS: Readonly<Record<string, string>> = {
  '·': '\\cdot',
  '⊙': '\\odot',
  '⊘': '\\oslash',
  '⊗': '\\otimes',
  '×': '\\times',
  '≤': '\\le',
  '≥': '\\ge',
  '≠': '\\ne',
  '∧': '\\land',
  '∨': '\\lor',
  '¬': '\\lnot',
  '⊤': '\\top',
  '∘': '\\circ ',
  mod: '\\bmod',
};

const BIG: Readonly<Record<string, string>> = { '∑': '\\sum', '∏': '\\prod', max: '\\max', min: '\\min' };

/** Functions that LaTeX has commands for. */
const OPERATORS = new Set('sin cos tan arcsin arccos arctan sinh cosh tanh log exp max min det'.split(' '));

const FENCES: Readonly<Record<string, readonly [plain: string, growing: string]>> = {
  '(': ['(', '\\left('],
  ')': [')', '\\right)'],
  '[': ['[', '\\left['],
  ']': [']', '\\right]'],
  '⌊': ['\\lfloor ', '\\left\\lfloor '],
  '⌋': [' \\rfloor', ' \\right\\rfloor'],
  '⌈': ['\\lceil ', '\\left\\lceil '],
  '⌉': [' \\rceil', ' \\right\\rceil'],
};
const BARS: Readonly<Record<string, readonly [left: string, right: string]>> = {
  '|': ['vert', 'vert'],
  '‖': ['Vert', 'Vert'],
};

const ENVIRONMENTS = { matrix: 'matrix', cases: 'cases', lines: 'aligned' } as const;

/** Text that stands for itself within \text{…}, \mathit{…}. */
function escaped(text: string): string {
  return text
    .replace(/[\\]/g, '\\textbackslash ')
    .replace(/[{}$&#%_]/g, '\\$&')
    .replace(/~/g, '\\textasciitilde ')
    .replace(/\^/g, '\\textasciicircum ');
}

/** A variable: letters of the alphabet in italics, others as a word of their language. */
function lettersText(text: string): string {
  const command = COMMANDS.get(text);
  if (command) return command;
  if (/^[A-Za-z]$/.test(text)) return text;
  if (/^[\w]+$/.test(text)) return `\\mathit{${escaped(text)}}`;
  const spelt = [...text].map((c) => COMMANDS.get(c) ?? (/[A-Za-z0-9]/.test(c) ? c : undefined));
  if (spelt.every((c) => c !== undefined)) return `{${spelt.join(' ')}}`;
  return `\\text{${escaped(text)}}`;
}

function wordText(text: string): string {
  if (OPERATORS.has(text)) return `\\${text}`;
  if (text === 'true' || text === 'false') return `\\mathrm{${text}}`;
  return `\\operatorname{${escaped(text).replaceAll(' ', '\\,')}}`;
}

/** A box as LaTeX for mathematical mode. */
export function latexOf(box: Box): string {
  switch (box.kind) {
    case 'row':
      return box.tight ? joined(box.items.map(latexOf)) : box.items.map(latexOf).join(' ');
    case 'digits':
      return box.text;
    case 'letters':
      return lettersText(box.text);
    case 'word':
      return wordText(box.text);
    case 'prose':
      return `\\text{${escaped(box.text)}}`;
    case 'sign':
      return SIGNS[box.text] ?? box.text;
    case 'fraction':
      return `\\frac{${latexOf(box.above)}}{${latexOf(box.below)}}`;
    case 'script':
      return scripted(box);
    case 'root': {
      const degree = box.degree === undefined ? '' : `[${box.degree}]`;
      return `\\sqrt${degree}{${latexOf(box.of)}}`;
    }
    case 'fence':
      return fenced(box);
    case 'overline':
      return box.over.kind === 'letters' && box.over.text.length === 1
        ? `\\bar{${latexOf(box.over)}}`
        : `\\overline{${latexOf(box.over)}}`;
    case 'big': {
      const above = box.above === undefined ? '' : `^{${latexOf(box.above)}}`;
      return `${BIG[box.text]}_{${latexOf(box.below)}}${above}`;
    }
    case 'table':
      return tableText(box);
  }
}

/** Texts behind each other; a command and a letter behind it are kept apart. */
function joined(texts: readonly string[]): string {
  return texts.reduce(
    (all, text) => all + (/\\[A-Za-z]+$/.test(all) && /^[A-Za-z]/.test(text) ? ' ' : '') + text,
    '',
  );
}

function scripted({ base, sub, sup }: Script): string {
  const inner = latexOf(base);
  // Whatever has scripts or several parts is held together by braces.
  const simple = base.kind !== 'row' && base.kind !== 'script';
  const below = sub === undefined ? '' : `_{${latexOf(sub)}}`;
  const above = sup === undefined ? '' : `^{${latexOf(sup)}}`;
  return `${simple ? inner : `{${inner}}`}${below}${above}`;
}

function fenced({ open, close, inside }: Fence): string {
  if (inside.kind === 'table' && inside.style === 'matrix' && open === '[')
    return tableText(inside, 'bmatrix');
  const text = latexOf(inside);
  const bar = BARS[open];
  const tall = isTall(inside);
  if (bar) {
    const [left, right] = bar;
    return tall ? `\\left\\l${left} ${text} \\right\\r${right}` : `\\l${left} ${text} \\r${right}`;
  }
  const side = (c: string) => (FENCES[c] as readonly [string, string])[tall ? 1 : 0];
  return `${side(open)}${text}${side(close)}`;
}

function tableText({ style, rows }: Table, environment: string = ENVIRONMENTS[style]): string {
  const before = style === 'lines' ? '& ' : '';
  const lines = rows.map((cells) => before + cells.map(latexOf).join(' & '));
  const newline = style === 'lines' ? ' \\\\\n' : ' \\\\ ';
  const [head, tail] = style === 'lines' ? ['\n', '\n'] : [' ', ' '];
  return `\\begin{${environment}}${head}${lines.join(newline)}${tail}\\end{${environment}}`;
}
