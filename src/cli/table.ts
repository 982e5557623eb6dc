/** Aligned tables. */

export type Align = 'left' | 'right';

/** Rows of cells as lines, columns separated by two spaces; widths count code points. No line ends in spaces. */
export function table(rows: readonly (readonly string[])[], align: readonly Align[]): string[] {
  const widths: number[] = [];
  for (const row of rows)
    row.forEach((cell, k) => {
      widths[k] = Math.max(widths[k] ?? 0, width(cell));
    });
  return rows.map((row) =>
    row
      .map((cell, k) => {
        const gap = ' '.repeat((widths[k] as number) - width(cell));
        return align[k] === 'right' ? gap + cell : cell + gap;
      })
      .join('  ')
      .trimEnd(),
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences, which take no room
const COLOUR = /\u001b\[[\d;]*m/g;

function width(text: string): number {
  return [...text.replace(COLOUR, '')].length;
}
