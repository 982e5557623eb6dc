/**
 * Ends a process whose work takes too long, by a thread of its own. What counts is the processor's time, so a busy
 * machine kills no mutant.
 */
import { Worker } from 'node:worker_threads';

/** How often the thread looks, in milliseconds. */
const INTERVAL = 250;

const THREAD = `
const { workerData } = require('node:worker_threads');
const [serial, limit] = [0, 1];
let seen = -1;
let start = 0;
setInterval(() => {
  const { user, system } = process.cpuUsage();
  const now = (user + system) / 1000;
  const current = Atomics.load(workerData, serial);
  if (current !== seen) [seen, start] = [current, now];
  else if (workerData[limit] > 0 && now - start > workerData[limit]) process.kill(process.pid, 'SIGKILL');
}, ${INTERVAL});
`;

/** Starts the thread; the result begins a piece of work that may take so many milliseconds, 0 for any. */
export function watch() {
  const state = new Int32Array(new SharedArrayBuffer(8));
  new Worker(THREAD, { eval: true, workerData: state }).unref();
  return (milliseconds) => {
    state[1] = milliseconds;
    Atomics.add(state, 0, 1);
  };
}
