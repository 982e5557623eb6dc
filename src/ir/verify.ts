/**
 * The verifier of the upper IR: every value and dimension is defined once and before it is used, and every operation
 * gets what it demands. It runs between passes in all tests, and elsewhere on request.
 */
import { dimNames } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import { demands } from './demands.js';
import { printFunc } from './print.js';
import { dimsBoundBy, dimsUsedBy, type Func, type Op, type Region, regionsOf, type Value } from './types.js';

/**
 * Checks a function, and those that it carries.
 * @throws InternalError that names the first operation at fault and shows the function
 */
export function verifyFunc(func: Func, functions = func.functions): void {
  verifyOne(func, functions);
  for (const called of func.functions?.values() ?? []) verifyOne(called, functions);
}

function verifyOne(func: Func, functions: ReadonlyMap<string, Func> | undefined): void {
  const checker = new Verifier(functions);
  checker.params(func.params.map((p) => p.value));
  checker.bindDims(func.params.flatMap((p) => p.value.type.shape.flatMap(dimNames)));
  checker.region(func.body, false);
  const { params } = func.body;
  const same = params.length === func.params.length && params.every((v, i) => v === func.params[i]?.value);
  if (!same) checker.fail('the parameters of the body are not those of the function');
  if (checker.greatest >= func.valueCount) checker.fail(`valueCount ${func.valueCount} is too small`);
  const wrong = func.body.results.length !== func.resultNames.length;
  if (wrong) checker.fail('results and their names differ in number');
  if (checker.faults.length > 0) {
    throw new InternalError(`invalid IR: ${checker.faults.slice(0, 5).join('; ')}\n${printFunc(func)}`);
  }
}

class Verifier {
  readonly faults: string[] = [];
  greatest = -1;
  private readonly seen = new Set<number>();
  private readonly visible = new Set<number>();
  private readonly dims = new Set<string>();

  constructor(private readonly functions: ReadonlyMap<string, Func> | undefined) {}

  fail(what: string): void {
    this.faults.push(what);
  }

  params(values: readonly Value[]): void {
    for (const v of values) this.define(v);
  }

  bindDims(names: readonly string[]): void {
    for (const name of names) this.dims.add(name);
  }

  private define(v: Value): void {
    if (this.seen.has(v.id)) this.fail(`%${v.id} is defined twice`);
    this.seen.add(v.id);
    this.greatest = Math.max(this.greatest, v.id);
    this.visible.add(v.id);
  }

  region(region: Region, withParams = true): void {
    if (withParams) this.params(region.params);
    for (const op of region.ops) this.op(op);
    this.used(region.results);
    for (const op of region.ops) {
      if (!withParams) break;
      for (const r of op.results) this.visible.delete(r.id);
      for (const name of dimsBoundBy(op)) this.dims.delete(name);
    }
    if (withParams) for (const p of region.params) this.visible.delete(p.id);
  }

  private used(values: readonly Value[]): void {
    for (const v of values)
      if (!this.visible.has(v.id)) this.fail(`%${v.id} is used where it is not defined`);
  }

  private op(op: Op): void {
    this.used(op.operands);
    for (const region of regionsOf(op)) this.region(region);
    for (const name of dimsBoundBy(op)) {
      if (this.dims.has(name)) this.fail(`${op.kind} %${op.results[0]?.id}: binds ${name}, which is bound`);
      this.dims.add(name);
    }
    for (const name of dimsUsedBy(op))
      if (!this.dims.has(name)) this.fail(`${op.kind} %${op.results[0]?.id}: ${name} is not bound`);
    for (const [holds, what] of demands(op, this.functions)) {
      if (!holds) this.fail(`${op.kind} %${op.results[0]?.id}: ${what}`);
    }
    for (const r of op.results) this.define(r);
  }
}
