/** The body of a helper function: a row's definition, expanded over an algebra that writes code. */
import { InternalError } from '../core/diagnostic.js';
import { Writer, float, read } from '../loops/writer.js';
import { tidy } from '../loops/tidy.js';
import type { Atom, Expr, Local, Stmt } from '../loops/types.js';
import { makeAlgebra } from '../ops/algebra.js';
import type { ElementwiseRow } from '../ops/row.js';
import { elementwiseRow } from '../ops/table.js';

export interface HelperBody {
  readonly params: readonly Local[];
  readonly body: readonly Stmt[];
  readonly result: Expr;
}

/** The statements and the result of a row's definition over its parameters. */
export function helperBody(row: ElementwiseRow): HelperBody {
  if (!row.definition) throw new InternalError(`${row.name} has no definition to generate code from`);
  const w = new Writer();
  const params = row.params.map((p) => w.local('float', p));
  const algebra = makeAlgebra<Atom>(
    float,
    (name, args) => {
      const of = elementwiseRow(name);
      return w.op(name, args, of?.result === 'bool' ? 'bool' : 'float');
    },
    (c, a, b) => w.select(c, a, b),
  );
  const atoms = params.map(read);
  const value = row.definition(algebra, atoms as [Atom, Atom, Atom]);
  const result = row.result === 'bool' ? value : w.as(value, 'float');
  const results = [{ name: 'result', shape: [], dtype: 'float', at: result } as const];
  const tidied = tidy({ name: row.name, dims: [], params: [], results, buffers: [], body: w.finish() });
  return { params, body: tidied.body, result: tidied.results[0]?.at as Expr };
}
