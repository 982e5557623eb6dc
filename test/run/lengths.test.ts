/** Code for any length computes, to the last bit, what code made for one length does. */
import { fromNested, type Tensor } from '../../src/core/tensor.js';
import { derive, prepare, reverseDerivation } from '../../src/passes/pipeline.js';
import { compileFunc } from '../../src/run/compile.js';
import { lowerAt, lowerGeneric, parse } from '../../src/run/program.js';

const formulas = [
  'std(x)*mean(x)',
  'mean((x-1)^2)*sum(x)',
  'sum((x-mean(x))/std(x))',
  '3*sum(x)*length(x)*0.1',
  'variance(x)*length(x)/(length(x)-1)',
  'sum(softmax(x)*x)/length(x)^2',
  'prod(outer(x, x))',
];

test.each(formulas)('%s', (formula) => {
  for (const numbers of [
    [1.3, 2.7, 3.1],
    [1.1, -0.3, 0.77, 0.2, 5],
    [0.7, -2.5],
  ]) {
    const x = fromNested(numbers) as Tensor;
    const parsed = parse(formula);
    const [generic, known] = [
      lowerGeneric(parsed, new Map([['x', 1]]), new Map()),
      lowerAt(parsed, new Map([['x', x]])),
    ].map(({ module }) => compileFunc(derive(prepare(module.main), reverseDerivation(['x']))).run([x]));
    expect(generic?.map((t) => [...t.data])).toEqual(known?.map((t) => [...t.data]));
  }
});
