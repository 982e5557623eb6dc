/**
 * Where a partial derivative may be infinite or undefined. An adjoint that is zero because nothing reaches an element must
 * not be multiplied by such a partial: those zeros are kept apart by guards. Elsewhere guards would only cost.
 */
import { type Func, type Op, type Region, regionsOf, type Value } from '../../ir/types.js';
import type { ElementwiseRow } from '../../ops/row.js';
import { elementwiseRow, numbers } from '../../ops/table.js';

/** Large enough to overflow what grows exponentially, not so large that powers do. */
const PROBES = [-1e30, -800, -2, -1, -0.5, 0, 0.5, 1, 2, 800, 1e30];

const singular = new Map<string, boolean>();

/** Whether a partial of a row is not finite somewhere, with the arguments that are known to be constant: at ends of domains, at poles, or where it overflows. */
function isSingularRow(name: string, known: readonly (number | undefined)[]): boolean {
  const key = `${name} ${known}`;
  let answer = singular.get(key);
  if (answer === undefined) {
    answer = probe(elementwiseRow(name) as ElementwiseRow, known);
    singular.set(key, answer);
  }
  return answer;
}

function probe(row: ElementwiseRow, known: readonly (number | undefined)[]): boolean {
  let points: number[][] = [[]];
  for (const constant of known) {
    const values = constant === undefined ? PROBES : [constant];
    points = points.flatMap((point) => values.map((v) => [...point, v]));
  }
  return points.some((point) => {
    const args = [point[0] ?? 0, point[1] ?? 0, point[2] ?? 0] as const;
    const y = row.value(...args);
    return row.partials.some(
      (p, i) => p !== 'zero' && known[i] === undefined && !Number.isFinite(p(numbers, args, y)),
    );
  });
}

/** What is constant, and whether an operation may have a singular partial. */
class Singularity {
  private readonly constants = new Map<number, number>();

  isSingular(op: Op): boolean {
    const [r] = op.results;
    if (op.kind === 'const' && op.data.length === 1)
      this.constants.set((r as Value).id, op.data[0] as number);
    if (op.kind === 'broadcast' || op.kind === 'cast') this.pass(op.operands[0] as Value, r as Value);
    if (op.kind === 'elementwise' && r?.type.dtype === 'float') {
      const known = op.operands.map((v) => this.constants.get(v.id));
      return known.some((k) => k === undefined) && isSingularRow(op.name, known);
    }
    // inverses and determinants of singular matrices
    return op.kind === 'array';
  }

  private pass(from: Value, to: Value): void {
    const constant = this.constants.get(from.id);
    if (constant !== undefined) this.constants.set(to.id, constant);
  }
}

/**
 * Ids of the values whose adjoints go on to a partial that may be singular. What stands before the parameters of regions
 * (where anything in the function is singular) and of functions that are `called` is not known, so they count.
 */
export function singularBehind(func: Func, called: boolean): ReadonlySet<number> {
  const found = new Set<number>();
  const rows = new Singularity();
  const singularOps = new Set<Op>();
  const look = (region: Region): void => {
    for (const op of region.ops) {
      if (rows.isSingular(op) || op.kind === 'call') singularOps.add(op);
      for (const inner of regionsOf(op)) look(inner);
    }
  };
  look(func.body);
  if (!called && singularOps.size === 0) return found;
  if (called) for (const p of func.params) found.add(p.value.id);
  const visit = (region: Region): void => {
    for (const op of region.ops) {
      const inner = regionsOf(op);
      for (const r of inner) {
        for (const p of r.params) found.add(p.id);
        visit(r);
      }
      const from: readonly Value[] = [...op.operands, ...inner.flatMap((r) => r.results)];
      if (!singularOps.has(op) && !from.some((v) => found.has(v.id))) continue;
      for (const r of op.results) found.add(r.id);
    }
  };
  visit(func.body);
  return found;
}
