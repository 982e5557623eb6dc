/** adc, from the sources of this repository. */
import { loadSource } from '../../load.js';
import { fromAdc } from '../expressions.js';

const { symbolicDerivative } = await loadSource('src/run/orders.ts');
const { parseProgram } = await loadSource('grammar/index.ts');

export const notation = 'adc';

export const settings = {
  diff(text, wrt) {
    const { expressions } = symbolicDerivative(text, { wrt });
    if (!('get' in expressions)) throw new Error(expressions.unavailable);
    return wrt.map((name) => expressions.get(name));
  },
};

export const read = (text) => fromAdc(parseProgram(text).program);
