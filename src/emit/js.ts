/** JavaScript, as an ES module with types in JSDoc. */
import type { Target } from './index.js';

export const js: Target = { name: 'js', typed: false };
