/** `--watch`: runs again whenever one of the files changes, until interrupted. */
import { watch } from 'node:fs';
import { type ExitStatus, INTERRUPTED } from '../invocation.js';
import type { Output } from '../output.js';

/** An editor writes a file in several steps: so many milliseconds of quiet make a change. */
const QUIET = 100;

export async function watchFiles(
  files: readonly string[],
  output: Output,
  run: () => Promise<ExitStatus>,
): Promise<ExitStatus> {
  let status = await run();
  let wake: (() => void) | undefined;
  let interrupted = false;
  let timer: NodeJS.Timeout | undefined;
  const changed = () => {
    clearTimeout(timer);
    timer = setTimeout(() => wake?.(), QUIET);
  };
  const watchers = files.map((file) => watch(file, changed));
  const stop = () => {
    interrupted = true;
    wake?.();
  };
  process.once('SIGINT', stop);
  try {
    while (!interrupted && status !== INTERRUPTED) {
      output.writeError(output.paint.dim('waiting for changes; Ctrl+C ends\n'));
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      if (!interrupted) status = await run();
    }
  } finally {
    process.removeListener('SIGINT', stop);
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  }
  return status;
}
