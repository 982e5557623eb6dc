/** Helper functions that generated code carries: definitions of rows, expanded over an algebra that writes code. */
import { InternalError } from '../core/diagnostic.js';
import { tidy } from '../loops/tidy.js';
import {
  type Atom,
  argsOf,
  blocksOf,
  type Expr,
  exprsOf,
  type Local,
  type LoopFunction,
  resultExprs,
  type Stmt,
} from '../loops/types.js';
import { float, read, Writer } from '../loops/writer.js';
import { makeAlgebra } from '../ops/algebra.js';
import { type CarriedText, carriedTexts } from '../ops/carried/texts.js';
import type { ElementwiseRow } from '../ops/row.js';
import { elementwiseRow } from '../ops/table.js';
import { type Outside, Printer } from './javascript.js';
import type { Names } from './names.js';
import { ModuleRuntime } from './runtime.js';

interface HelperBody {
  readonly params: readonly Local[];
  readonly body: readonly Stmt[];
  readonly result: Expr;
}

/** The statements and the result of a row's definition over its parameters. */
function helperBody(row: ElementwiseRow): HelperBody {
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
  const tidied = tidy({
    name: row.name,
    dims: [],
    requires: [],
    params: [],
    results,
    buffers: [],
    body: w.finish(),
  });
  return { params, body: tidied.body, result: tidied.results[0]?.at as Expr };
}

function textOf(name: string): CarriedText {
  const text = carriedTexts.get(name);
  if (!text) throw new InternalError(`no text of ${name} to carry along`);
  return text;
}

/** Definitions of rows call nothing outside. */
const NOTHING: Outside = { runtime: new ModuleRuntime('', undefined, () => ''), calls: new Map() };

/** The helper functions of a module, in order of first use. */
export class Helpers {
  private readonly given = new Map<ElementwiseRow, string>();
  private readonly bodies: (readonly [ElementwiseRow, HelperBody])[] = [];
  private readonly carriedNames = new Map<string, string>();
  private grownName: string | undefined;

  constructor(
    private readonly typed: boolean,
    private readonly names: Names,
  ) {}

  /** Names the helpers that a function needs, and those which they need. */
  collect(fn: LoopFunction): void {
    this.block(fn.body);
    for (const e of resultExprs(fn.results)) this.expr(e);
  }

  /** The name of the function that makes an array longer. */
  grown(): string {
    return this.grownName as string;
  }

  private block(stmts: readonly Stmt[]): void {
    for (const s of stmts) {
      if (s.kind === 'call') this.carry(s.name);
      if (s.kind === 'grow') this.grownName ??= this.names.give('grown');
      for (const e of exprsOf(s)) this.expr(e);
      for (const b of blocksOf(s)) this.block(b);
    }
  }

  private expr(e: Expr): void {
    if (e.kind === 'op') {
      const row = elementwiseRow(e.name) as ElementwiseRow;
      if (row.code.form === 'helper' && !this.given.has(row)) this.add(row);
      if (row.code.form === 'carried') this.carry(row.name);
    }
    for (const a of argsOf(e)) this.expr(a);
  }

  private add(row: ElementwiseRow): void {
    this.given.set(row, this.names.give(row.name));
    const body = helperBody(row);
    this.block(body.body);
    this.expr(body.result);
    this.bodies.push([row, body]);
  }

  /** Takes along a function of src/ops/carried, and what it needs. */
  private carry(name: string): void {
    if (this.carriedNames.has(name)) return;
    this.carriedNames.set(name, this.names.give(name));
    for (const needed of textOf(name).needs) this.carry(needed);
  }

  name(row: ElementwiseRow): string {
    return row.code.form === 'carried' ? this.carried(row.name) : (this.given.get(row) as string);
  }

  /** The name that a function of src/ops/carried goes by here. */
  carried(name: string): string {
    return this.carriedNames.get(name) as string;
  }

  /** The text of each helper. */
  texts(): string[][] {
    const carried = [...this.carriedNames.keys()].map((name) => {
      const text = textOf(name)[this.typed ? 'ts' : 'js'];
      return text.replace(/carried\$(\w+)/g, (_, used: string) => this.carried(used)).split('\n');
    });
    return [...this.bodies.map(([row, body]) => this.function(row, body)), ...carried];
  }

  /** The text of the function that makes an array longer, where one has to. */
  growing(): string[][] {
    if (this.grownName === undefined) return [];
    const { typed } = this;
    const params = typed ? 'old: Float64Array, length: number' : 'old, length';
    return [
      [
        '/** The elements of an array at the beginning of a longer one. */',
        `function ${this.grownName}(${params})${typed ? ': Float64Array' : ''} {`,
        '  const longer = new Float64Array(Math.max(16, length, 2 * old.length));',
        '  longer.set(old);',
        '  return longer;',
        '}',
      ],
    ];
  }

  private function(row: ElementwiseRow, { params, body, result }: HelperBody): string[] {
    const printer = new Printer(this.typed, this.names, this, NOTHING);
    const number = this.typed ? ': number' : '';
    this.names.enter();
    const list = params.map((p) => printer.name(p) + number).join(', ');
    printer.line(`/** ${row.summary} */`);
    printer.block(`function ${this.name(row)}(${list})${number} {`, () => {
      printer.statements(body);
      printer.line(`return ${printer.expr(result)};`);
    });
    this.names.leave();
    return printer.take();
  }
}
