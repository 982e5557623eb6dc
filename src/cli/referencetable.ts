/** The section of `grad --reference`: the truth with its digits, and each mode's error in ulps. */
import type { GradAnswer } from '../check/answer.js';
import type { Decimals, ReferenceAnswer } from '../check/reference/index.js';
import { placeName } from '../core/errors/check.js';
import { indexOf, type Tensor } from '../core/tensor.js';
import type { Variable } from '../run/problem.js';
import { shownOffsets } from './numbers.js';
import type { Paint } from './output.js';
import { table } from './table.js';

/** Two digits of an error. */
function ulps(x: number): string {
  if (!Number.isFinite(x)) return '∞';
  if (x !== 0 && (x < 0.01 || x >= 1e6)) return x.toExponential(0).replace('e+', 'e');
  return x < 10 ? String(Number(x.toPrecision(2))) : String(Math.round(x));
}

/** The section as text, empty where no reference was asked for. */
export function renderReference({ reference, variables }: GradAnswer, paint: Paint): string {
  if (reference === undefined) return '';
  if ('unavailable' in reference)
    return `${paint.dim('reference is unavailable:')} ${reference.unavailable}\n`;
  return `${valueTable(reference, paint)}\n\n${gradientTable(reference, variables, paint)}\n`;
}

type Found = Exclude<ReferenceAnswer, { unavailable: string }>;

function valueTable({ value, ulps: errors, digits }: Found, paint: Paint): string {
  const rows = shownOffsets(value.data.length).map((i) =>
    i < 0
      ? [paint.dim('…')]
      : [
          placeName('value', indexOf(value.shape, i)),
          value.data[i] as string,
          ulps(errors.value.data[i] as number),
        ],
  );
  const head = ['reference', `${digits} digits`, 'off by, ulp'].map((cell) => paint.bold(cell));
  return table([head, ...rows], ['left', 'left', 'right']).join('\n');
}

function gradientTable(
  { gradient, ulps: errors, digits }: Found,
  variables: readonly Variable[],
  paint: Paint,
) {
  const modes = [...errors.modes.keys()];
  const head = ['gradient', `${digits} digits`, ...modes.map((m) => `${m}, ulp`)];
  const rows = [head.map((cell) => paint.bold(cell))];
  for (const v of variables) {
    const columns = modes.map((m) => errors.modes.get(m)?.get(v.name) as Tensor);
    const truth = gradient.get(v.name) as Decimals;
    for (const i of shownOffsets(truth.data.length)) {
      if (i < 0) rows.push([paint.dim('…')]);
      else
        rows.push([
          placeName(v.name, indexOf(v.shape, i)),
          truth.data[i] as string,
          ...columns.map((t) => ulps(t.data[i] as number)),
        ]);
    }
  }
  return table(rows, ['left', 'left', ...modes.map(() => 'right' as const)]).join('\n');
}

/** The largest error of value and modes, where there is a reference. */
export function referenceError({ reference }: GradAnswer): string | undefined {
  if (reference === undefined || 'unavailable' in reference) return undefined;
  const all = [
    reference.ulps.value,
    ...[...reference.ulps.modes.values()].flatMap((point) => [...point.values()]),
  ];
  return ulps(all.reduce((most, t) => t.data.reduce((a, b) => Math.max(a, b), most), 0));
}
