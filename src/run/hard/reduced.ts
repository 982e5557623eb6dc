/** Which elements go into one element of a reduction. */
import { sizeOf, type Tensor } from '../../core/tensor.js';
import { stridesOf } from '../../ir/kernels.js';

/** The elements that go into element `offset` of a reduction over `axes`, in order. */
export function reducedElements(operand: Tensor, axes: readonly number[], offset: number): Float64Array {
  const kept = operand.shape.map((_, k) => k).filter((k) => !axes.includes(k));
  const strides = stridesOf(operand.shape);
  const place = (list: readonly number[], n: number) => {
    let at = 0;
    for (let j = list.length - 1, rest = n; j >= 0; j--) {
      const k = list[j] as number;
      const size = operand.shape[k] as number;
      at += (rest % size) * (strides[k] as number);
      rest = Math.floor(rest / size);
    }
    return at;
  };
  const start = place(kept, offset);
  const length = sizeOf(axes.map((k) => operand.shape[k] as number));
  return Float64Array.from({ length }, (_, n) => operand.data[start + place(axes, n)] as number);
}
