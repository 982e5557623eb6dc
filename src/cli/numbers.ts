/** Numbers and tensors for people. */
import type { Tensor } from '../core/tensor.js';

/** Ten significant digits, integers in full, zeros at the end left out; −0 is 0. */
export function number(x: number, digits = 10): string {
  if (!Number.isFinite(x)) return String(x);
  if (Number.isSafeInteger(x)) return String(x + 0);
  const rounded = Number(x.toPrecision(digits)) + 0;
  const size = Math.abs(rounded);
  return size !== 0 && size < 1e-4 ? rounded.toExponential() : String(rounded);
}

/** An error or tolerance: one digit. */
export function roughly(x: number): string {
  if (x === 0) return '0';
  return Number.isFinite(x) ? x.toExponential(0).replace('e+', 'e') : String(x);
}

const SHOWN = 8;

/** The offsets of the elements that are shown of a long list: the first few and the last; -1 stands for the rest. */
export function shownOffsets(length: number, most = SHOWN): number[] {
  if (length <= most) return Array.from({ length }, (_, i) => i);
  return [...Array.from({ length: most - 3 }, (_, i) => i), -1, length - 1];
}

/** Nested brackets, long axes abbreviated. */
export function tensorText(t: Tensor): string {
  const build = (axis: number, offset: number, size: number): string => {
    if (axis === t.shape.length) return number(t.data[offset] as number);
    const length = t.shape[axis] as number;
    const inner = length === 0 ? 0 : size / length;
    const items = shownOffsets(length).map((i) => (i < 0 ? '…' : build(axis + 1, offset + i * inner, inner)));
    return `[${items.join(', ')}]`;
  };
  return build(0, 0, t.data.length);
}
