/** Text inside comments: it can neither end them nor hide anything. */

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|[\ud800-\udfff]/gu;

/** Text for one line of a block comment: no end of comment, no control or invisible characters. */
export function commentLine(text: string): string {
  return text
    .replace(/\*\//g, '*\\/')
    .replace(/@(?=ts-|jsx)/g, '(at)')
    .replace(INVISIBLE, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** A block comment of several lines, each an argument; a text with line feeds takes as many lines. */
export function blockComment(...paragraphs: string[]): string[] {
  const lines = paragraphs.flatMap((p) => p.split(/\r?\n/)).map(commentLine);
  return ['/**', ...lines.map((l) => (l === '' ? ' *' : ` * ${l}`)), ' */'];
}
