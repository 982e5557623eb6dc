/** Domains of elementary functions in words, found by trying their predicates at a few telling arguments. */
import type { ElementwiseRow } from '../ops/row.js';

/** Bounds of domains are among the whole numbers here; between them a domain does not change. */
const PROBES = [-7.3, -1, -0.6, 0, 0.6, 1, 7.3];
/** What the other arguments are meanwhile: some number, and a whole number. */
const SOME = 0.37;
const WHOLE = 2;

/** `x > 0`, `-1 <= x <= 1`, `b != 0`; undefined where the function is defined everywhere. */
export function domainText(row: ElementwiseRow): string | undefined {
  if (!row.domain || row.defined !== undefined) return row.defined;
  const parts = row.params.flatMap((name, i) => {
    const generic = along(row, i, name, SOME);
    if (generic === undefined) return [];
    const others = row.params.filter((_, j) => j !== i);
    const always = row.params.length > 1 && along(row, i, name, WHOLE) === undefined;
    return [always ? `${generic} unless ${others.join(' and ')} is whole` : generic];
  });
  return parts.length > 0 ? parts.join(', ') : undefined;
}

/** The domain along argument i, the others being `rest`. */
function along(row: ElementwiseRow, i: number, name: string, rest: number): string | undefined {
  const inside = PROBES.map((x) => {
    const [a, b, c] = row.params.map((_, j) => (j === i ? x : rest)) as [number, number, number];
    return row.domain?.(a, b, c) ?? true;
  });
  if (inside.every((holds) => holds)) return undefined;
  const first = inside.indexOf(true);
  const last = inside.lastIndexOf(true);
  const holes = PROBES.filter((_, k) => k > first && k < last && !inside[k]);
  if (holes.length > 0) return holes.map((x) => `${name} != ${x}`).join(', ');
  return bounds(name, first, last);
}

function bounds(name: string, first: number, last: number): string {
  const closed = (k: number) => Number.isInteger(PROBES[k]);
  const low = closed(first) ? PROBES[first] : PROBES[first - 1];
  const high = closed(last) ? PROBES[last] : PROBES[last + 1];
  const above = closed(first) ? '>=' : '>';
  const below = closed(last) ? '<=' : '<';
  if (last === PROBES.length - 1) return `${name} ${above} ${low}`;
  if (first === 0) return `${name} ${below} ${high}`;
  return `${low} ${above === '>' ? '<' : '<='} ${name} ${below} ${high}`;
}
