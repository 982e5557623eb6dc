/** Running the built command line as a process. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../../bin/adc.js', import.meta.url));

export interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `adc` with arguments; `input` goes to standard input. */
export function adc(args: readonly string[], options: { input?: string; env?: NodeJS.ProcessEnv } = {}): Run {
  const env = { ...process.env, NODE_OPTIONS: '', ...options.env };
  const input = options.input ?? '';
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], {
    encoding: 'utf8',
    env,
    input,
  });
  return { status, stdout, stderr };
}

/** The JSON that a run writes. */
export function adcJson(...args: string[]) {
  const run = adc([...args, '--json']);
  return { status: run.status, stderr: run.stderr, json: JSON.parse(run.stdout) };
}
