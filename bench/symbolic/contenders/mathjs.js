/** mathjs: `derivative`, which simplifies unless told not to, and further rounds of `simplify`. */
import { all, create } from 'mathjs';
import { fromText } from '../expressions.js';

export const notation = 'infix';

const math = create(all);
const { realContext } = math.simplify;

export const settings = {
  derivative: each((node, name) => math.derivative(node, name)),
  'not simplified': each((node, name) => math.derivative(node, name, { simplify: false })),
  simplify: each((node, name) => math.simplify(math.derivative(node, name))),
  'simplify for reals': each((node, name) =>
    math.simplify(math.derivative(node, name), {}, { context: realContext }),
  ),
};

function each(differentiate) {
  return (text, wrt) => {
    const node = math.parse(text);
    return wrt.map((name) => differentiate(node, name).toString());
  };
}

export const read = (text) => fromText(text);
