/** Common subexpressions: an operation that was computed before, in a region that is still visible, is not repeated. */
import { printShape } from '../core/affine.js';
import type { Func, Op, Region, Value } from '../ir/types.js';
import { eachFunction, type Pass } from './pass.js';
import { Copier } from './rewrite.js';

type Key = string | number;

const BITS = 2 ** 23;
const numbersOfNames = new Map<string, number>();

/** Name and operands packed into one whole number; undefined where they do not fit into 53 bits. */
function numericKey(name: string, [a, b]: readonly Value[]): number | undefined {
  let number = numbersOfNames.get(name);
  if (number === undefined) {
    number = numbersOfNames.size;
    numbersOfNames.set(name, number);
  }
  const [p, q] = [a?.id ?? 0, b === undefined ? 0 : b.id + 1];
  return number < 127 && p < BITS && q < BITS ? (number * BITS + p) * BITS + q : undefined;
}

/** What makes two operations the same: kind, attributes, operands and, where operands do not fix it, the type. */
function keyOf(op: Op, operands: readonly Value[]): Key | undefined {
  if (op.kind === 'elementwise' && operands.length <= 2) {
    const key = numericKey(op.name, operands);
    if (key !== undefined) return key;
  }
  const ids = operands.length === 1 ? String((operands[0] as Value).id) : operands.map((v) => v.id).join(',');
  const shape = () => printShape((op.results[0] as Value).type.shape);
  switch (op.kind) {
    case 'const': {
      if (op.data.length > 64) return undefined;
      const numbers = op.data.map((x) => (Object.is(x, -0) ? '-0' : x)).join(' ');
      return `const ${(op.results[0] as Value).type.dtype} ${shape()} ${numbers}`;
    }
    case 'elementwise':
      return `${op.name} ${ids}`;
    case 'select':
    case 'cast':
      return `${op.kind} ${ids}`;
    case 'dim':
    case 'iota':
      return `${op.kind} ${printShape([op.dim])}`;
    case 'broadcast':
      return `broadcast ${op.axes} ${shape()} ${ids}`;
    case 'reshape':
      return `reshape ${shape()} ${ids}`;
    case 'reduce':
      return `reduce ${op.name} ${op.axes} ${ids}`;
    case 'contract':
      return `contract ${op.left} ${op.right} ${op.out} ${ids}`;
    case 'transpose':
      return `transpose ${op.permutation} ${ids}`;
    case 'slice':
    case 'pad':
      return `${op.kind} ${printShape(op.starts)} ${op.steps} ${shape()} ${ids}`;
    case 'concat':
      return `concat ${op.axis} ${ids}`;
    case 'recur':
      return `recur ${op.axis} ${op.init} ${op.reverse} ${ids}`;
    case 'array':
      return `array ${op.name} ${ids}`;
    default:
      return undefined;
  }
}

/** A copier whose table of seen operations forgets, at the end of a region, what was first seen in it. */
class Sharer extends Copier {
  private readonly seen = new Map<Key, readonly Value[]>();
  private added: Key[] = [];

  constructor(func: Func) {
    super(func, (op, operands) => {
      const key = keyOf(op, operands);
      if (key === undefined) return undefined;
      const known = this.seen.get(key);
      if (known) return known;
      const results = this.copy(op);
      this.seen.set(key, results);
      this.added.push(key);
      return results;
    });
  }

  override region(region: Region): Region {
    const outer = this.added;
    this.added = [];
    const result = super.region(region);
    for (const key of this.added) this.seen.delete(key);
    this.added = outer;
    return result;
  }
}

export const share: Pass = {
  name: 'share',
  summary: 'computes common subexpressions once',
  run: eachFunction((func) => {
    const sharer = new Sharer(func);
    sharer.ops(func.body.ops);
    return sharer.finish(func);
  }),
};
