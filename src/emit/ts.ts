/** TypeScript, for the strictest settings. */
import type { Target } from './index.js';

export const ts: Target = { name: 'ts', typed: true };
