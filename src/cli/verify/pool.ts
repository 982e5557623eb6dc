/**
 * Runs cases in worker threads and gives the results back in the order of the cases. A worker that ends or does not answer
 * costs the case that it was at: it is replaced, and the cases of its batch are run again one by one.
 */
import type { CaseResult } from '../../check/suite.js';
import { caseLost } from '../../core/errors/check.js';
import { failed, headOf, type Numbered, type Settings } from './work.js';

export interface PoolOptions {
  readonly jobs: number;
  /** The file that a worker runs. */
  readonly script: string;
  readonly settings: Settings;
  /** Stops the run from outside. */
  readonly signal?: AbortSignal;
  /** The most cases that a worker is given at a time. */
  readonly batch?: number;
}

const BATCH = 16;
/** So many batches for each worker are under way: enough that none waits while an earlier one takes long. */
const AHEAD = 4;
/** How much longer than its cases may take a worker has to answer, in seconds. */
const PATIENCE = 10;

type Pool = import('workerpool').Pool;

/** The results of cases, in their order; a reader that stops early, or the signal, ends the workers. */
export async function* inOrder(cases: Iterable<Numbered>, options: PoolOptions): AsyncGenerator<CaseResult> {
  const { pool: makePool } = await import('workerpool');
  const pool = makePool(options.script, {
    workerType: 'thread',
    minWorkers: 0,
    maxWorkers: options.jobs,
    workerTerminateTimeout: 100,
  });
  const waiting: Promise<CaseResult[]>[] = [];
  const aborted = abortion(options.signal);
  const next = () => Promise.race([waiting.shift() as Promise<CaseResult[]>, aborted]);
  try {
    const run = limited(options.jobs);
    for (const batch of batches(cases, options.batch ?? BATCH)) {
      const results = run(() => runSafely(pool, batch, options.settings));
      // A batch that fails while an earlier one is awaited is told when its turn comes.
      results.catch(() => undefined);
      waiting.push(results);
      if (waiting.length < AHEAD * options.jobs) continue;
      const done = await next();
      if (done === undefined) return;
      yield* done;
    }
    while (waiting.length > 0) {
      const done = await next();
      if (done === undefined) return;
      yield* done;
    }
  } finally {
    await pool.terminate(true);
  }
}

/** Comes to pass when the signal is given. */
function abortion(signal: AbortSignal | undefined): Promise<undefined> {
  return new Promise((resolve) =>
    signal?.addEventListener('abort', () => resolve(undefined), { once: true }),
  );
}

/** The cases in runs; the first are short, so that few cases are spread over all workers. */
function* batches(cases: Iterable<Numbered>, most: number): Generator<Numbered[]> {
  let batch: Numbered[] = [];
  let given = 0;
  for (const c of cases) {
    batch.push(c);
    if (batch.length < Math.min(most, Math.max(1, Math.floor(given / 16)))) continue;
    given += batch.length;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/**
 * Runs so many pieces of work at a time, in order. The pool's own queue would do, but stands still where a worker that died is
 * the only one.
 */
function limited(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}

async function runSafely(pool: Pool, batch: readonly Numbered[], settings: Settings): Promise<CaseResult[]> {
  try {
    const patience = 1000 * (batch.length * settings.seconds + PATIENCE);
    return (await pool.exec('runBatch', [batch, settings]).timeout(patience)) as CaseResult[];
  } catch (error) {
    // The pool takes leave of the worker that died before anything else is given out.
    await new Promise((resolve) => setImmediate(resolve));
    const [only] = batch;
    if (batch.length === 1 && only)
      return [
        failed(headOf(only.source), [caseLost(error instanceof Error ? error.message : String(error))]),
      ];
    const results: CaseResult[] = [];
    for (const c of batch) results.push(...(await runSafely(pool, [c], settings)));
    return results;
  }
}
