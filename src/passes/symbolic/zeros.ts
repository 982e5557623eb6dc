/** Tensors with zeros around something: the adjoints of slices and of single elements, written by concatenation. */
import { addDims, type Dim, sameDim } from '../../core/affine.js';
import type { Matrices, Matrix } from './matrix.js';
import type { Tensor } from './node.js';
import { type Fitter, Unraisable } from './shaped.js';

/** Parts one behind the other. */
export function joined(
  m: Matrices,
  parts: readonly Matrix[],
  shapes: readonly (readonly Dim[])[],
  axis: number,
): Matrix {
  const single = axis === 0 && shapes.every((s) => s[0] === 1);
  const elements = single ? parts.map((p) => inner(m, p)) : [];
  if (elements.length > 0 && elements.every((e) => e !== undefined)) return m.list(elements as Matrix[]);
  return m.call('concat', parts, axis === 0 ? undefined : axis);
}

/** The element of `reshape(x, [1])` or `ones(1)`-like vectors of one element. */
function inner(m: Matrices, p: Matrix): Matrix | undefined {
  if (p.kind === 'list' && p.args.length === 1) return p.args[0];
  if (p.kind === 'scale') {
    const rest = inner(m, p.b);
    return rest && m.scale(p.a, rest);
  }
  return p.kind === 'call' && p.name === 'ones' && p.args.length === 1 ? m.integer(1) : undefined;
}

const isNothing = (d: Dim) => d === 0;

/** A vector with values at some positions and zeros elsewhere. */
export function placed(fitter: Fitter, values: readonly { at: Dim; value: Matrix }[], length: Dim): Matrix {
  const m = fitter.matrices;
  const fromStart = values
    .filter((v) => typeof v.at === 'number')
    .sort((a, b) => (a.at as number) - (b.at as number));
  const fromEnd = values.filter((v) => typeof v.at !== 'number');
  const back = (v: { at: Dim }) => addDims(v.at, length, -1);
  if (fromEnd.some((v) => typeof back(v) !== 'number'))
    throw new Unraisable('a position that depends on a length');
  fromEnd.sort((a, b) => (back(a) as number) - (back(b) as number));
  const pieces: Matrix[] = [];
  let run: Matrix[] = [];
  const flush = () => {
    if (run.length > 0) pieces.push(m.list(run));
    run = [];
  };
  const gap = (d: Dim) => {
    if (isNothing(d)) return;
    if (typeof d === 'number' && d <= 4) run.push(...Array.from({ length: d }, () => m.integer(0)));
    else {
      flush();
      pieces.push(m.call('zeros', [fitter.length(d)]));
    }
  };
  let cursor: Dim = 0;
  for (const { at, value } of [...fromStart, ...fromEnd]) {
    gap(addDims(at, cursor, -1));
    run.push(value);
    cursor = addDims(at, 1);
  }
  gap(addDims(length, cursor, -1));
  flush();
  return pieces.length === 1 ? (pieces[0] as Matrix) : m.call('concat', pieces);
}

/** A tensor with zeros before and behind it along one axis, or turned round along it. */
export function padded(fitter: Fitter, t: Tensor & { kind: 'pad' }, part: Matrix): Matrix {
  const m = fitter.matrices;
  let result = part;
  const shape = [...t.part.dims];
  for (const [k, start] of t.starts.entries()) {
    const [length, whole, step] = [t.part.dims[k] as Dim, t.dims[k] as Dim, t.steps[k] as number];
    if (start === 0 && step === 1 && sameDim(length, whole)) continue;
    if (step !== 1 && step !== -1) throw new Unraisable('the derivative of a slice with a step');
    const first = step === 1 ? start : addDims(start, addDims(length, -1), -1);
    if (step === -1) result = m.index(result, [...Array.from({ length: k }, () => ({})), { step: -1 }]);
    const zeros = (d: Dim) =>
      shape.length === 1 && d === 1
        ? m.list([m.integer(0)])
        : m.call(
            'zeros',
            shape.map((own, j) => fitter.length(j === k ? d : own)),
          ); // biome-ignore format: one line
    const behind = addDims(addDims(whole, first, -1), length, -1);
    const pieces = [
      ...(isNothing(first) ? [] : [zeros(first)]),
      result,
      ...(isNothing(behind) ? [] : [zeros(behind)]),
    ];
    if (pieces.length > 1) result = m.call('concat', pieces, k === 0 ? undefined : k);
    shape[k] = whole;
  }
  return result;
}
