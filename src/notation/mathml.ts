/** Boxes as presentation MathML (MathML Core). */
import type { Box, Script, Table } from './box.js';

const escaped = (text: string) =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const tag = (name: string, ...inner: readonly string[]) => `<${name}>${inner.join('')}</${name}>`;

const APPLY = tag('mo', '\u2061');
const TIMES = tag('mo', '\u2062');

const SIGNS: Readonly<Record<string, string>> = { '-': '−', ', ': ',', mod: ' mod ' };
const FENCES: Readonly<Record<string, string>> = { '|': '|', '‖': '‖' };

/** A whole formula as a `math` element. */
export function mathElement(box: Box): string {
  return `<math xmlns="http://www.w3.org/1998/Math/MathML" display="block">${mathmlOf(box)}</math>`;
}

function mathmlOf(box: Box): string {
  switch (box.kind) {
    case 'row':
      return tag('mrow', ...(box.tight ? applied(box.items) : multiplied(box.items)));
    case 'digits':
      return box.text.startsWith('-')
        ? tag('mrow', tag('mo', '−'), tag('mn', box.text.slice(1)))
        : tag('mn', box.text);
    case 'letters':
    case 'word':
      return tag('mi', escaped(box.text));
    case 'prose':
      return tag('mtext', escaped(box.text.replaceAll(' ', '\u00a0')));
    case 'sign':
      return tag('mo', escaped(SIGNS[box.text] ?? box.text));
    case 'fraction':
      return tag('mfrac', mathmlOf(box.above), mathmlOf(box.below));
    case 'script':
      return scripted(box);
    case 'root':
      return box.degree === undefined
        ? tag('msqrt', mathmlOf(box.of))
        : tag('mroot', mathmlOf(box.of), tag('mn', box.degree));
    case 'fence':
      return tag('mrow', bracket(box.open), mathmlOf(box.inside), bracket(box.close));
    case 'overline':
      return tag('mover', mathmlOf(box.over), '<mo stretchy="true">¯</mo>');
    case 'big': {
      const symbol = tag(/^\w/.test(box.text) ? 'mi' : 'mo', box.text);
      return box.above === undefined
        ? tag('munder', symbol, mathmlOf(box.below))
        : tag('munderover', symbol, mathmlOf(box.below), mathmlOf(box.above));
    }
    case 'table':
      return tableOf(box);
  }
}

const bracket = (text: string) => `<mo fence="true" stretchy="true">${FENCES[text] ?? text}</mo>`;

function scripted({ base, sub, sup }: Script): string {
  const parts = [base, sub, sup].filter((part) => part !== undefined).map(mathmlOf);
  const name = sub === undefined ? 'msup' : sup === undefined ? 'msub' : 'msubsup';
  return tag(name, ...parts);
}

/** Whether a function is named by the box. */
function isFunction(box: Box): boolean {
  return box.kind === 'word' || (box.kind === 'script' && isFunction(box.base));
}

/** A function is applied to what stands in parentheses behind it. */
function applied(items: readonly Box[]): string[] {
  return items.flatMap((item, i) => {
    const next = items[i + 1];
    const call = next?.kind === 'fence' && (isFunction(item) || item.kind === 'letters');
    return call ? [mathmlOf(item), APPLY] : [mathmlOf(item)];
  });
}

/** Factors beside each other are multiplied. */
function multiplied(items: readonly Box[]): string[] {
  const factor = (box: Box | undefined) =>
    box !== undefined && box.kind !== 'sign' && box.kind !== 'prose' && box.kind !== 'big';
  return items.flatMap((item, i) => {
    const before = items[i - 1];
    if (!factor(before) || !(factor(item) || item.kind === 'big')) return [mathmlOf(item)];
    return [before?.kind === 'word' ? APPLY : TIMES, mathmlOf(item)];
  });
}

function tableOf({ style, rows }: Table): string {
  const align = style === 'matrix' ? '' : ' style="text-align: left"';
  const cell = (box: Box) => `<mtd${align}>${mathmlOf(box)}</mtd>`;
  const table = tag('mtable', ...rows.map((cells) => tag('mtr', ...cells.map(cell))));
  return style === 'cases' ? tag('mrow', bracket('{'), table) : table;
}
