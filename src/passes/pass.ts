/** Passes and the runner, which alone verifies, times and dumps. */

import { during } from '../core/deadline.js';
import { printFunc } from '../ir/print.js';
import type { Func } from '../ir/types.js';
import { verifyFunc } from '../ir/verify.js';

export interface Pass {
  readonly name: string;
  readonly summary: string;
  readonly run: (func: Func) => Func;
}

/** What a pass does to one function, done to those that it carries as well. */
export function eachFunction(run: (func: Func) => Func): (func: Func) => Func {
  return (func) => {
    const result = run(func);
    if (!func.functions) return result;
    return { ...result, functions: new Map([...func.functions].map(([name, f]) => [name, run(f)])) };
  };
}

export interface RunnerOptions {
  /** Check the IR after every pass. */
  readonly verify?: boolean;
  /** Gets the printed IR after the pass of this name (`all`: after each). */
  readonly dump?: { readonly pass: string; readonly write: (text: string) => void };
}

let options: RunnerOptions = {};

/** Sets what the runner does beside running; the command line and the tests call it once. */
export function configureRunner(to: RunnerOptions): void {
  options = to;
}

/** Runs passes one after the other. */
export function runPasses(func: Func, passes: readonly Pass[]): Func {
  let result = func;
  for (const pass of passes) {
    during(`running the pass ${pass.name}`);
    result = pass.run(result);
    if (options.verify) verifyFunc(result);
    const { dump } = options;
    if (dump && (dump.pass === pass.name || dump.pass === 'all')) {
      dump.write(`# after ${pass.name}: ${pass.summary}\n${printFunc(result)}\n`);
    }
  }
  return result;
}
