/** What the gradient of each sample program costs, in arithmetic of the interpreter. */
import { readdirSync, readFileSync } from 'node:fs';
import { sizeOf, type Tensor } from '../../src/core/tensor.js';
import { derive, reverseDerivation, valueDerivation } from '../../src/passes/pipeline.js';
import { sampleOf } from '../support/lowered.js';
import { workOf } from '../support/work.js';

const folder = `${process.cwd()}/samples`;
const files = readdirSync(folder).filter((file) => file.endsWith('.adc'));

test.each(files)('%s: at most four times the arithmetic of the value', (file) => {
  const { func, args, wrt } = sampleOf(readFileSync(`${folder}/${file}`, 'utf8'), {});
  const value = workOf(derive(func, valueDerivation), args);
  const reverse = derive(func, reverseDerivation(wrt));
  const weights = reverse.params.slice(args.length).map(({ value: v }): Tensor => {
    const shape = v.type.shape as number[];
    return { shape, data: new Float64Array(sizeOf(shape)).fill(1) };
  });
  const gradient = workOf(reverse, [...args, ...weights]);
  expect(gradient).toBeLessThanOrEqual(4 * value);
});
