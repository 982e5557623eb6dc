/** nerdamer-prime, which continues nerdamer. */
import { createRequire } from 'node:module';
import { settingsOf } from './nerdamer.js';

export { notation, read } from './nerdamer.js';

export const settings = settingsOf(createRequire(import.meta.url)('nerdamer-prime/all'));
