/**
 * The outside of an emitted function: its signature, its documentation, checks of its arguments, and what it returns.
 */
import { type Dim, printDim, type Shape } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import {
  argsOf,
  blocksOf,
  type Expr,
  exprsOf,
  isBuffer,
  type LoopFunction,
  type LoopParam,
  type LoopResult,
  resultExprs,
  type Stmt,
} from '../loops/types.js';
import { declareTemps } from './callee.js';
import { blockComment } from './comment.js';
import { describe, dimensionSources, dimText, needsParens, type Source, sizeText } from './dimensions.js';
import type { Printer } from './javascript.js';
import { Names } from './names.js';

/** Prints one exported function with its interfaces. */
export class Entry {
  private readonly used: ReadonlySet<number>;
  private readonly sources: readonly Source[];
  private readonly dimTexts = new Map<string, string>();
  private readonly dimsUsed = new Set<string>();
  private readonly properties: readonly string[];
  private readonly arrays: readonly LoopResult[];
  private into = '';

  constructor(
    private readonly p: Printer,
    private readonly fn: LoopFunction,
    private readonly name: string,
    private readonly typeNames: { result: string; buffers: string },
    private readonly stated?: string,
  ) {
    this.used = localsUsed(fn);
    this.sources = dimensionSources(fn);
    this.arrays = fn.results.filter((r) => isBuffer(r.at));
    if (this.arrays.some((r) => r.sizes)) throw new InternalError(`${name} has a result of unknown size`);
    const names = new Names();
    this.properties = fn.results.map((r) => names.give(r.name));
  }

  private get several(): boolean {
    return this.fn.results.length > 1;
  }

  print(): string[] {
    const { p, fn } = this;
    p.names.enter();
    const params = fn.params.map((x) => this.nameParam(x));
    for (const d of fn.dims) this.dimTexts.set(d.name, p.name(d.local));
    for (const r of this.arrays) if (isBuffer(r.at)) p.nameBuffer(r.at, this.wishFor(r));
    if (this.arrays.length > 0) this.into = p.names.give('into');
    for (const b of fn.buffers) if (b.role === 'temp') p.nameBuffer(b);
    if (fn.slots > 0) p.slots = p.names.give('slots');
    const body = this.capture(() => this.body());
    const checks = this.capture(() => this.checks());
    const dims = this.capture(() => this.dims());
    p.names.leave();
    const lines = [...this.interfaces(), ...this.documentation(params), `${this.signature(params)} {`];
    for (const l of [...dims, ...checks, ...body]) lines.push(l === '' ? l : `  ${l}`);
    lines.push('}');
    return lines;
  }

  private capture(write: () => void): string[] {
    write();
    return this.p.take();
  }

  private nameParam(param: LoopParam): string {
    const { at, name } = param;
    if (isBuffer(at)) return this.p.nameBuffer(at, name);
    return this.p.name(at, this.used.has(at.id) ? name : `_${name}`);
  }

  /** A gradient is called after its variable: dx. */
  private wishFor(r: LoopResult): string {
    return this.fn.params.some((x) => x.name === r.name) ? `d${r.name}` : r.name;
  }

  // Signature and documentation

  private parameters(): Source[] {
    return this.sources.filter((s) => s.kind === 'parameter');
  }

  private signature(params: readonly string[]): string {
    const { typed } = this.p;
    const list = params.map((name, k) => {
      const array = (this.fn.params[k] as LoopParam).shape.length > 0;
      return typed ? `${name}: ${array ? 'Float64Array' : 'number'}` : name;
    });
    for (const s of this.parameters()) list.push(this.dim(s.name) + (typed ? ': number' : ''));
    if (this.into !== '' && this.several)
      list.push(`${this.into}${typed ? `: ${this.typeNames.buffers}` : ''} = {}`);
    else if (this.into !== '') list.push(this.into + (typed ? '?: Float64Array' : ''));
    const result = this.several ? this.typeNames.result : this.arrays.length > 0 ? 'Float64Array' : 'number';
    return `export function ${this.name}(${list.join(', ')})${typed ? `: ${result}` : ''}`;
  }

  private interfaces(): string[] {
    if (!this.p.typed || !this.several) return [];
    const lines = [
      `/** What {@link ${this.name}} returns. */`,
      `export interface ${this.typeNames.result} {`,
    ];
    for (const [k, r] of this.fn.results.entries())
      lines.push(`  ${this.properties[k]}: ${isBuffer(r.at) ? 'Float64Array' : 'number'};`);
    lines.push('}', '');
    if (this.into === '') return lines;
    lines.push(
      `/** Buffers for the results of {@link ${this.name}}. */`,
      `export interface ${this.typeNames.buffers} {`,
    );
    for (const [k, r] of this.fn.results.entries())
      if (isBuffer(r.at)) lines.push(`  ${this.properties[k]}?: Float64Array;`);
    return [...lines, '}', ''];
  }

  private documentation(params: readonly string[]): string[] {
    const { typed } = this.p;
    const type = (array: boolean) => (typed ? '' : `{${array ? 'Float64Array' : 'number'}} `);
    const dash = '- ';
    const lines = [this.summary(), ''];
    for (const [k, param] of this.fn.params.entries())
      lines.push(`@param ${type(param.shape.length > 0)}${params[k]} ${dash}${describe(param.shape)}`);
    for (const s of this.parameters())
      lines.push(`@param ${type(false)}${this.dim(s.name)} ${dash}a dimension`);
    if (this.into !== '') lines.push(this.intoLine(dash));
    lines.push(`@returns ${this.returned()}`);
    if (this.checked()) lines.push('@throws RangeError where the length of an array does not fit');
    return blockComment(...lines);
  }

  private intoLine(dash: string): string {
    const what = this.several ? 'buffers for the results' : 'a buffer for the result';
    const type = this.p.typed ? '' : `{${this.several ? 'Object<string, Float64Array>' : 'Float64Array'}} `;
    const name = this.p.typed ? this.into : `[${this.into}]`;
    return `@param ${type}${name} ${dash}${what}, new ones where left out; none may be an argument as well`;
  }

  private summary(): string {
    if (this.stated !== undefined) return this.stated;
    const names = this.fn.results.map((r) => r.name);
    if (this.fn.name === 'derivative')
      return `The derivative of the formula with respect to ${names.join(', ')}.`;
    if (!this.several) return `The ${names[0]} of the formula.`;
    const rest = names.slice(1).join(', ');
    return names[0] === 'value'
      ? `The value of the formula and its derivatives: ${rest}.`
      : `Results: ${names.join(', ')}.`;
  }

  private returned(): string {
    const text = (r: LoopResult, k: number) =>
      (this.several ? `\`${this.properties[k]}\`: ` : '') + describe(r.shape);
    return this.fn.results.map(text).join('; ');
  }

  private checked(): boolean {
    return this.fn.params.some((x) => x.shape.length > 0) || this.arrays.length > 0;
  }

  // Dimensions

  private dim(name: string): string {
    this.dimsUsed.add(name);
    return this.dimTexts.get(name) as string;
  }

  private dimText(dim: Dim): string {
    return dimText(dim, (n) => this.dim(n));
  }

  /** The number of elements of a shape. */
  private size(shape: Shape): string {
    return sizeText(shape, (n) => this.dim(n));
  }

  private dims(): void {
    const { p } = this;
    const inBody = (name: string) => this.fn.dims.some((d) => d.name === name && this.used.has(d.local.id));
    const lines: string[] = [];
    for (const s of [...this.sources].reverse()) {
      if (s.kind === 'parameter' || !(this.dimsUsed.has(s.name) || inBody(s.name))) continue;
      lines.unshift(...this.solve(s));
    }
    for (const l of lines) p.line(l);
  }

  private solve(s: Extract<Source, { kind: 'array' }>): string[] {
    const array = isBuffer(s.param.at) ? this.p.buffer(s.param.at) : '';
    const others = s.others.length > 0 ? this.size(s.others) : '1';
    const name = this.dim(s.name);
    let text = `${array}.length`;
    if (others !== '1')
      text = /\D/.test(others) && / /.test(others) ? `${text} / (${others})` : `${text} / ${others}`;
    const constant = s.constant === 0 ? '' : this.dimText(s.constant);
    if (constant !== '') text = `${text} - ${/ /.test(constant) ? `(${constant})` : constant}`;
    if (s.coefficient === -1) text = `-(${text})`;
    else if (s.coefficient !== 1)
      text = constant !== '' ? `(${text}) / ${s.coefficient}` : `${text} / ${s.coefficient}`;
    if (s.others.some((d) => typeof d !== 'number')) text = `${others} === 0 ? 0 : ${text}`;
    return [`const ${name} = ${text};`];
  }

  // Checks

  private checks(): void {
    const { p } = this;
    for (const s of this.parameters()) {
      const name = this.dim(s.name);
      this.reject(
        `!(Number.isInteger(${name}) && ${name} >= 0)`,
        `${name} must be a whole number, but is \${${name}}`,
      );
    }
    for (const param of this.fn.params) {
      if (!isBuffer(param.at)) continue;
      const source = this.sources.find((s) => s.kind === 'array' && s.param === param);
      if (source?.kind === 'array') this.solvable(source, p.buffer(param.at));
      else this.length(p.buffer(param.at), param.shape);
    }
    for (const dim of this.fn.requires) this.required(dim);
  }

  /** A size that constant indices or slices need: `n must be at least 2`. */
  private required(dim: Dim): void {
    if (typeof dim === 'number') return;
    const [first, ...more] = dim.terms;
    const [name, coefficient] = first as readonly [string, number];
    const given = dim.terms.map(([n]) => `${n} is \${${this.dim(n)}}`).join(' and ');
    const least = more.length === 0 && coefficient === 1;
    const condition = least ? `${this.dim(name)} < ${-dim.constant}` : `${this.dimText(dim)} < 0`;
    const demand = least
      ? `${name} must be at least ${-dim.constant}`
      : `${printDim(dim)} must not be negative`;
    this.reject(condition, `${demand}, but ${given}`);
  }

  /** Checks the array that a dimension was worked out from: it must come out whole, and fit. */
  private solvable(s: Extract<Source, { kind: 'array' }>, array: string): void {
    if (isPlain(s)) return;
    const name = this.dim(s.name);
    const conditions: string[] = [];
    const divided = s.others.length > 0 || Math.abs(s.coefficient) > 1;
    if (divided) conditions.push(`!Number.isInteger(${name})`);
    if (s.constant !== 0 || s.coefficient < 0) conditions.push(`${name} < 0`);
    if (s.others.length > 0) conditions.push(`${array}.length !== ${this.size(s.param.shape)}`);
    const given = s.others.flatMap((d) =>
      typeof d === 'number' ? [] : [`${printDim(d)} = \${${this.dimText(d)}}`],
    );
    const with_ = given.length > 0 ? ` for ${given.join(', ')} and` : ' for';
    const declared = this.plain(s.param.shape);
    this.reject(
      conditions.join(' || '),
      `${array} must have length ${declared}${with_} a whole number ${s.name}, but has \${${array}.length}`,
    );
  }

  /** A shape's size with the program's own names. */
  private plain(shape: Shape): string {
    return shape
      .map((d) =>
        typeof d !== 'number' && needsParens(d) && shape.length > 1 ? `(${printDim(d)})` : printDim(d),
      )
      .join(' * ');
  }

  private length(array: string, shape: Shape): void {
    const size = this.size(shape);
    const wanted = /^\d+$/.test(size) ? size : `${this.plain(shape)} = \${${size}}`;
    this.reject(
      `${array}.length !== ${size}`,
      `${array} must have length ${wanted}, but has \${${array}.length}`,
    );
  }

  private reject(condition: string, message: string): void {
    const { p } = this;
    p.block(`if (${condition}) {`, () => p.line(`throw new RangeError(\`${message}\`);`));
  }

  // Body

  private body(): void {
    const { p, fn } = this;
    for (const [k, r] of fn.results.entries()) {
      if (!isBuffer(r.at)) continue;
      const given = this.several ? `${this.into}.${this.properties[k]}` : this.into;
      const name = p.buffer(r.at);
      p.line(`const ${name} = ${given} ?? new Float64Array(${this.size(r.shape)});`);
      const size = this.size(r.shape);
      const wanted = /^\d+$/.test(size) ? size : `${this.plain(r.shape)} = \${${size}}`;
      this.reject(
        `${name}.length !== ${size}`,
        `${given} must have length ${wanted}, but has \${${name}.length}`,
      );
    }
    declareTemps(p, fn, (shape) => this.size(shape));
    if (fn.slots > 0) p.line(`const ${p.slots} = new Float64Array(${fn.slots});`);
    p.statements(fn.body);
    p.line(`return ${this.returnText()};`);
  }

  private returnText(): string {
    const texts = this.fn.results.map((r) =>
      isBuffer(r.at) ? this.p.buffer(r.at) : this.scalar(r.at as Expr),
    );
    if (!this.several) return texts[0] as string;
    const property = (text: string, k: number) =>
      text === this.properties[k] ? text : `${this.properties[k]}: ${text}`;
    return `{ ${texts.map(property).join(', ')} }`;
  }

  private scalar(e: Expr): string {
    return e.type === 'bool' ? `${this.p.expr(e, 3)} ? 1 : 0` : this.p.expr(e);
  }
}

/** Whether a source is an array of just that dimension: any length will do. */
function isPlain(s: Extract<Source, { kind: 'array' }>): boolean {
  return s.others.length === 0 && s.constant === 0 && s.coefficient === 1;
}

/** All locals that the statements and results of a function read. */
function localsUsed(fn: LoopFunction): Set<number> {
  const used = new Set<number>();
  const visit = (e: Expr): void => {
    if (e.kind === 'local') used.add(e.local.id);
    for (const a of argsOf(e)) visit(a);
  };
  const walk = (stmts: readonly Stmt[]): void => {
    for (const s of stmts) {
      for (const e of exprsOf(s)) visit(e);
      for (const b of blocksOf(s)) walk(b);
    }
  };
  walk(fn.body);
  for (const e of resultExprs(fn.results)) visit(e);
  return used;
}
