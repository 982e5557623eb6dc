/** The functions of the language as data, grouped for readers: what `adc ops` shows. All of it follows from the tables. */
// Lowering and its library import each other; lowering has to come first.
import '../ir/lower/index.js';
import { construction } from '../ir/lower/library/construction.js';
import { flow } from '../ir/lower/library/flow.js';
import type { LibraryRow } from '../ir/lower/library/index.js';
import { linear } from '../ir/lower/library/linear.js';
import { matrices } from '../ir/lower/library/matrices.js';
import { rearrangement } from '../ir/lower/library/rearrangement.js';
import { statistics } from '../ir/lower/library/statistics.js';
import type { ElementwiseRow, ReductionRow } from '../ops/row.js';
import { arithmetic } from '../ops/rows/arithmetic.js';
import { choice } from '../ops/rows/choice.js';
import { comparison } from '../ops/rows/comparison.js';
import { exponential } from '../ops/rows/exponential.js';
import { hyperbolic } from '../ops/rows/hyperbolic.js';
import { neural } from '../ops/rows/neural.js';
import { reductions } from '../ops/rows/reductions.js';
import { special } from '../ops/rows/special.js';
import { trigonometric } from '../ops/rows/trigonometric.js';
import { arrayRow, elementwiseRow } from '../ops/table.js';
import { notation } from '../run/trace/terms.js';
import { domainText } from './domain.js';

export interface Entry {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: string;
  /** As it is written: `a + b`, `sin(x)`. */
  readonly signature: string;
  readonly summary: string;
  readonly derivative: string;
  /** Where it is defined, when that is not everywhere. */
  readonly domain?: string;
  /** What is answered where there is no derivative. */
  readonly conventions: readonly string[];
  /** Arguments given by name. */
  readonly named?: readonly string[];
}

const operators = 'operators';

/** Of a row that is written as an operator: `+` of `a + b`. */
function operatorOf(row: ElementwiseRow): string | undefined {
  const rest = row.params.reduce(
    (text, p) => text.replace(new RegExp(`\\b${p}\\b`, 'gu'), ''),
    notation(row),
  );
  return rest.includes('(') ? undefined : rest.trim();
}

function elementwise(group: string, rows: readonly { readonly name: string }[]): Entry[] {
  return rows.flatMap(({ name }) => {
    const row = elementwiseRow(name) as ElementwiseRow;
    const signature = notation(row);
    const operator = operatorOf(row);
    if (row.hidden && operator === undefined) return [];
    const domain = domainText(row);
    const written = operator ?? signature.slice(0, signature.indexOf('('));
    const own = row.hidden || written === row.name ? [] : [row.name];
    return {
      name: written,
      aliases: [...own, ...(row.aliases ?? [])],
      group: operator === undefined ? group : operators,
      signature,
      summary: row.summary.replace(/,? written (?:[^;,(]|\([^)]*\))+[;,]?/, ';').replace(/;$/, ''),
      derivative: row.derivative,
      ...(domain !== undefined && { domain }),
      conventions: (row.kinks ?? []).map((k) => k.convention),
    };
  });
}

function reduction(row: ReductionRow): Entry {
  const nothing = row.empty === undefined ? 'of nothing is an error' : `of nothing is ${row.empty}`;
  return {
    name: row.name,
    aliases: row.aliases ?? [],
    group: 'reductions, over all or one axis',
    signature: `${row.name}(x)`,
    summary: row.summary,
    derivative: row.derivative,
    conventions: [...(row.kink ? [row.kink.convention] : []), `${row.name} ${nothing}`],
    named: ['axis'],
  };
}

const library =
  (group: string) =>
  (row: LibraryRow): Entry => ({
    name: row.name,
    aliases: row.aliases ?? [],
    group,
    signature: row.signature,
    summary: row.summary,
    derivative: row.derivative,
    conventions: [arrayRow(row.name)?.kink?.convention ?? []].flat(),
    ...(row.named && { named: row.named }),
  });

/** What the grammar has beside the operators of the table. */
const syntax = (
  [
    ['A @ B', '@', 'matrix product; of two vectors the dot product', 'linear in each'],
    ["A'", "'", 'transpose; a vector stays as it is', 'linear'],
    ['x[i]', '[]', 'element, row or slice, counted from 0', 'linear'],
    ['c ? a : b', '?', 'one of two, by a single condition', 'that of the branch chosen'],
  ] as const
).map(
  ([signature, name, summary, derivative]): Entry => ({
    name,
    aliases: [],
    group: operators,
    signature,
    summary,
    derivative,
    conventions: [],
  }),
);

/** Every function and operator, in groups. */
export function catalogue(): readonly Entry[] {
  const elementary = [
    ...elementwise('arithmetic', arithmetic),
    ...elementwise('exponentials, logarithms, roots', exponential),
    ...elementwise('trigonometry', trigonometric),
    ...elementwise('hyperbolic functions', hyperbolic),
    ...elementwise('special functions', special),
    ...elementwise('choice', choice),
    ...flow.map(library('choice')),
    ...elementwise('neural networks', neural),
    ...elementwise('conditions', comparison),
  ];
  return [
    ...elementary.filter((e) => e.group === operators),
    ...syntax,
    ...elementary.filter((e) => e.group !== operators),
    ...reductions.map(reduction),
    ...statistics.map(library('statistics')),
    ...matrices.map(library('vectors and matrices')),
    ...linear.map(library('linear algebra and order')),
    ...construction.map(library('construction')),
    ...rearrangement.map(library('rearrangement')),
  ];
}
