/**
 * The Euclidean norm, exactly as the table states it: the greatest magnitude and the sum of squares in one pass, and a
 * second, scaled pass only where squares overflow or vanish.
 */

import type { Index } from './element.js';
import type { Generator } from './generate.js';
import type { Node } from './graph.js';
import type { Job } from './schedule.js';
import { SUMMED } from './schedule.js';
import type { Atom } from './types.js';
import { float, int, read } from './writer.js';

/** The greatest magnitude, the sum of squares. */
export const normStarts: readonly Atom[] = [float(0), float(0)];

/** The norm from both sums; `index` is that of the result. */
export function finishNorm(
  g: Generator,
  job: Job,
  [scale, squares]: readonly [Atom, Atom],
  index: Index,
): Atom {
  const { w } = g;
  const result = w.declare('float', job.node.value.name ?? 'norm', w.inPlace('sqrt', [squares]));
  const usual = w.op(
    'and',
    [w.op('gt', [scale, float(1e-140)], 'bool'), w.op('lt', [scale, float(1e140)], 'bool')],
    'bool',
  );
  const plain = w.op(
    'or',
    [
      w.op('eq', [scale, float(0)], 'bool'),
      w.op('not', [w.op('lt', [scale, float(Number.POSITIVE_INFINITY)], 'bool')], 'bool'),
    ],
    'bool',
  );
  const rescue = w.block(() => {
    const then = w.block(() => w.assign(result, scale));
    const otherwise = w.block(() => w.assign(result, scaledNorm(g, job, scale, index)));
    w.push({ kind: 'if', condition: plain, then, otherwise });
  });
  w.push({ kind: 'if', condition: w.op('not', [usual], 'bool'), then: rescue, otherwise: [] });
  return read(result);
}

function scaledNorm(g: Generator, job: Job, scale: Atom, out: Index) {
  const { w } = g;
  const sum = w.declare('float', 'sum', float(0));
  const arg = job.node.args[0] as Node;
  const at: Atom[] = arg.shape.map(() => int(0));
  const axisOf = (label: number) => job.starts[0]?.pattern.indexOf(label) as number;
  const nest = (k: number): void => {
    const label = job.labels[k];
    if (!label) {
      const ratio = w.op('div', [g.elements.at(arg, at), scale], 'float', 'ratio');
      w.assign(sum, w.inPlace('add', [read(sum), w.op('mul', [ratio, ratio], 'float')]));
    } else if (label.out !== SUMMED) {
      at[axisOf(k)] = out[label.out] as Atom;
      nest(k + 1);
    } else if (label.dim === 1) nest(k + 1);
    else
      g.counting(label.dim, (counter) => {
        at[axisOf(k)] = counter;
        nest(k + 1);
      });
  };
  nest(0);
  return w.inPlace('mul', [scale, w.op('sqrt', [read(sum)], 'float')]);
}
