/**
 * How generated code gets arrays on its way and gives up: a module does both by itself, code that runs in process asks
 * whoever runs it, who knows limits and can point into the program.
 */
import { type Position, positionOf, type Span } from '../core/span.js';
import type { Expr, Stmt } from '../loops/types.js';

type Check = Extract<Stmt, { kind: 'check' }>;
type Guard = Extract<Stmt, { kind: 'guard' }>;

/** What a runtime needs of the printer that asks it. */
export interface Asking {
  expr(e: Expr, around?: number): string;
  line(text: string): void;
  block(head: string, write: () => void): void;
}

export interface Runtime {
  /** A new array. */
  array(length: string): string;
  /** A longer array that begins like an old one. */
  grown(array: string, length: string): string;
  check(p: Asking, s: Check): void;
  guard(p: Asking, s: Guard): void;
}

/** The condition that an index is not one. */
function outside(p: Asking, s: Check): string {
  return `!(${p.expr(s.index, 10)} >= 0 && ${p.expr(s.index, 10)} < ${p.expr(s.length, 10)})`;
}

/** The beginning of the text at a span, on one line. */
function excerpt(source: string, span: Span): string {
  const text = source.slice(span.start, span.end);
  const line = (text.split(/[\r\n{]/)[0] as string).trim();
  return line.length > 40 ? `${line.slice(0, 40)}…` : line;
}

/** Text for the inside of a template literal. */
const literal = (text: string) =>
  JSON.stringify(text)
    .slice(1, -1)
    .replace(/\\"/g, '"')
    .replace(/[`$]/g, '\\$&')
    .replace(
      /[\u007f-\u009f\u2028\u2029\p{Cf}]/gu,
      (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );

/** A module: errors of its own. Without a limit loops are not counted. */
export class ModuleRuntime implements Runtime {
  /** Whether an array has to grow somewhere. */
  constructor(
    private readonly source: string,
    private readonly maxIterations: number | undefined,
    private readonly grow: () => string,
  ) {}

  array(length: string): string {
    return `new Float64Array(${length})`;
  }

  grown(array: string, length: string): string {
    return `${this.grow()}(${array}, ${length})`;
  }

  private where(span: Span): string {
    if (span.end <= span.start) return '';
    const { line }: Position = positionOf(this.source, span.start);
    return ` in line ${line}: ${literal(excerpt(this.source, span))}`;
  }

  check(p: Asking, s: Check): void {
    const place =
      s.element.length > 0
        ? `, element [${s.element.map((e) => `\${${p.expr(e)}}`).join(', ')}] of the indices,`
        : '';
    const message = `the index \${${p.expr(s.index)}}${place} is outside the axis of length \${${p.expr(s.length)}}${this.where(s.span)}`;
    p.block(`if (${outside(p, s)}) {`, () => p.line(`throw new RangeError(\`${message}\`);`));
  }

  guard(p: Asking, s: Guard): void {
    if (this.maxIterations === undefined) return;
    const message = `the loop has run ${this.maxIterations.toLocaleString('en')} times and has not ended${this.where(s.span)}`;
    p.block(`if (${p.expr(s.count, 10)} >= ${this.maxIterations}) {`, () =>
      p.line(`throw new Error(\`${message}\`);`),
    );
  }
}

/** What code that runs in process asks for. */
export interface Hooks {
  /** The iterations that a loop may run. */
  most: number;
  array(length: number): Float64Array;
  grown(array: Float64Array, length: number): Float64Array;
  /** Gives up: an index is outside its axis. */
  outside(site: number, index: number, length: number, ...element: number[]): never;
  /** Looks at the limits from time to time. */
  look(site: number, count: number): void;
}

/** A place in the program that code in process names by its number. */
export interface Site {
  readonly span: Span;
  readonly axis: number;
}

/** So many iterations pass between two looks at the clock; a power of two. */
const BETWEEN_LOOKS = 65_536;

export class HookedRuntime implements Runtime {
  readonly sites: Site[] = [];

  constructor(private readonly hooks: string) {}

  array(length: string): string {
    return `${this.hooks}.array(${length})`;
  }

  grown(array: string, length: string): string {
    return `${this.hooks}.grown(${array}, ${length})`;
  }

  check(p: Asking, s: Check): void {
    this.sites.push({ span: s.span, axis: s.axis });
    const numbers = [s.index, s.length, ...s.element].map((e) => p.expr(e));
    p.line(`if (${outside(p, s)}) ${this.hooks}.outside(${[this.sites.length - 1, ...numbers].join(', ')});`);
  }

  guard(p: Asking, s: Guard): void {
    this.sites.push({ span: s.span, axis: 0 });
    const count = p.expr(s.count, 10);
    const due = `(${count} & ${BETWEEN_LOOKS - 1}) === ${BETWEEN_LOOKS - 1}`;
    p.line(
      `if (${due} || ${count} >= ${this.hooks}.most) ${this.hooks}.look(${this.sites.length - 1}, ${count});`,
    );
  }
}
