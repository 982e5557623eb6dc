/**
 * Measures the start of the built command line against that of Node itself: wall time and peak memory of
 * `adc grad "2*dot(x,x)" --x 0,1,2,3` and of `node -e 0`, in alternating runs. Prints medians and their ratio.
 *
 * Usage: node bench/startup.js [pairs]
 */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const adc = fileURLToPath(new URL('../bin/adc.js', import.meta.url));
const pairs = Math.max(15, Number(process.argv[2] ?? 25));

/** A child that tells its peak memory on file descriptor 3 when it ends. */
const reporter = `data:text/javascript,${encodeURIComponent(
  "import { writeSync } from 'node:fs'; process.on('exit', () => writeSync(3, String(process.resourceUsage().maxRSS)));",
)}`;

function measure(args, withMemory) {
  const before = process.hrtime.bigint();
  const stdio = ['ignore', 'ignore', 'inherit', ...(withMemory ? ['pipe'] : [])];
  const child = spawnSync(process.execPath, withMemory ? ['--import', reporter, ...args] : args, { stdio });
  if (child.status !== 0) throw new Error(`${args.join(' ')} ended with ${child.status}`);
  const milliseconds = Number(process.hrtime.bigint() - before) / 1e6;
  return withMemory ? Number(child.output[3]) / 1024 : milliseconds;
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

const commands = { node: ['-e', '0'], adc: [adc, 'grad', '2*dot(x,x)', '--x', '0,1,2,3'] };
for (const [what, unit, withMemory] of [
  ['wall time', 'ms', false],
  ['peak memory', 'MB', true],
]) {
  const taken = { node: [], adc: [] };
  for (let i = 0; i < pairs; i++)
    for (const name of Object.keys(taken)) taken[name].push(measure(commands[name], withMemory));
  const [base, own] = [median(taken.node), median(taken.adc)];
  const ratio = median(taken.adc.map((a, i) => a / taken.node[i]));
  console.log(
    `${what.padEnd(12)} node -e 0 ${base.toFixed(1)} ${unit}, adc ${own.toFixed(1)} ${unit}: ratio ${(own / base).toFixed(2)} (median of ${pairs} pairs ${ratio.toFixed(2)})`,
  );
}
