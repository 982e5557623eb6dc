/** nerdamer: `diff`, and further functions on its result. */
import { createRequire } from 'node:module';
import { fromText } from '../expressions.js';

export const notation = 'infix';

/** The settings for one of nerdamer's two packages. */
export function settingsOf(nerdamer) {
  const each = (expression) => (text, wrt) =>
    wrt.map((name) => nerdamer(expression(`diff(${text}, ${name})`)).toString());
  return {
    diff: each((derivative) => derivative),
    simplify: each((derivative) => `simplify(${derivative})`),
    factor: each((derivative) => `factor(${derivative})`),
  };
}

export function read(text) {
  if (/\bdiff\(|\bderivative\(|\bintegrate\(/.test(text)) throw new Error(`not differentiated: ${text}`);
  return fromText(text);
}

export const settings = settingsOf(createRequire(import.meta.url)('nerdamer/all.js'));
