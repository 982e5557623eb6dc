/** A progress bar on standard error, where that is a terminal; nothing otherwise. */

export interface Progress {
  readonly step: () => void;
  /** Takes the bar away, before something is written to the terminal and at the end. */
  readonly clear: () => void;
}

const silent: Progress = { step: () => undefined, clear: () => undefined };

export async function progressOf(total: number, wanted: boolean): Promise<Progress> {
  if (!wanted || !process.stderr.isTTY || total < 2) return silent;
  const { Presets, SingleBar } = await import('cli-progress');
  const format = '{bar} {percentage}% | {value}/{total} cases | {duration_formatted}';
  const bar = new SingleBar({ format, hideCursor: false, clearOnComplete: true }, Presets.shades_classic);
  let shown = false;
  let done = 0;
  return {
    step: () => {
      done++;
      if (!shown) bar.start(total, done);
      else bar.update(done);
      shown = true;
    },
    clear: () => {
      if (shown) bar.stop();
      shown = false;
    },
  };
}
