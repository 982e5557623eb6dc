/**
 * The names of a program before it is lowered: which are bound, which are free, and what rank the syntax demands of
 * a free name. One walk over the tree with a work list; what a function binds stays inside it.
 */

import type {
  Argument,
  CallNode,
  Expr,
  FnStatement,
  ForClause,
  ProgramNode,
  Statement,
} from '../../../grammar/ast.js';
import { tick } from '../../core/deadline.js';
import { MOST_AXES } from '../../core/limits.js';
import type { Span } from '../../core/span.js';
import { elementwiseRow, reductionRow } from '../../ops/table.js';
import { libraryRow } from './library/index.js';

export interface FreeName {
  readonly name: string;
  /** Where it stands first. */
  readonly span: Span;
  /** The rank demanded by the syntax, where there is a demand. */
  rank: number | undefined;
  /** Used as an index or size, so an integer that must have a value. */
  integer: boolean;
}

export interface Names {
  /** The names that the program binds, with the offset of their first declaration; infinite for those only assigned to. */
  readonly bound: ReadonlyMap<string, number>;
  /** Those of them that only loops and comprehensions bind. */
  readonly counters: ReadonlySet<string>;
  /** In order of first appearance. */
  readonly free: ReadonlyMap<string, FreeName>;
  /** Every name that is used, free or bound. */
  readonly mentioned: ReadonlyMap<string, FreeName>;
  /** Names that are called, with the places. */
  readonly called: ReadonlyMap<string, Span>;
  /** Whether the program has param or data statements. */
  readonly declares: boolean;
}

type Demand = 'none' | 'tensor' | 'vector' | 'integer' | number;
type Item = readonly [expr: Expr, demand: Demand];

const isCapital = (name: string) => /^\p{Lu}/u.test(name);

class Collector {
  readonly bound = new Map<string, number>();
  readonly counters = new Set<string>();
  readonly names = new Map<string, FreeName>();
  readonly called = new Map<string, Span>();
  declares = false;
  private readonly work: Item[] = [];
  /** What the names are given that the program binds: where such a name must be an integer, so must they. */
  private readonly given = new Map<string, Expr[]>();

  constructor(
    /** What is demanded of the arguments of the functions that the program defines. */
    private readonly signatures: Map<string, readonly Demand[]>,
  ) {}

  program(list: readonly Statement[]): void {
    for (const s of list) {
      if (s.kind === 'param' || s.kind === 'data') {
        this.declare(s.name, s.nameSpan);
        this.declares = true;
      }
    }
    this.run(this.statements(list));
  }

  /** Works through expressions; the last of the waiting is taken first, so names appear in the order of the text. */
  private run(items: readonly Item[]): void {
    this.push(items);
    for (let item = this.work.pop(); item; item = this.work.pop()) this.visit(...item);
  }

  private push(items: readonly Item[]): void {
    for (let i = items.length - 1; i >= 0; i--) this.work.push(items[i] as Item);
  }

  private declare(name: string, span: Span | undefined): void {
    const at = span?.start ?? Number.POSITIVE_INFINITY;
    this.bound.set(name, Math.min(at, this.bound.get(name) ?? at));
  }

  private bind(name: string, span: Span | undefined, ...values: Expr[]): void {
    this.declare(name, span);
    const known = this.given.get(name);
    if (known) known.push(...values);
    else this.given.set(name, values);
    if (this.names.get(name)?.integer) this.push(values.map((v): Item => [v, 'integer']));
  }

  /** The expressions of statements. */
  private statements(list: readonly Statement[]): Item[] {
    return list.flatMap((s): Item[] => {
      switch (s.kind) {
        case 'expression':
          return [[s.value, 'none']];
        case 'let':
        case 'var':
          this.counters.delete(s.name);
          this.bind(s.name, s.nameSpan, s.value);
          return [[s.value, 'none']];
        case 'assign': {
          if (s.target.kind === 'name') this.bind(s.target.name, undefined, s.value);
          return [
            [s.target, 'none'],
            [s.value, 'none'],
          ];
        }
        case 'while':
          return [[s.condition, 'none'], ...this.statements(s.body.statements)];
        case 'for':
          return [...this.clause(s.clause), ...this.statements(s.body.statements)];
        case 'fn':
          this.define(s);
          return [];
        default:
          return [];
      }
    });
  }

  private clause({ name, nameSpan, from, to }: ForClause): Item[] {
    this.counters.add(name);
    this.bind(name, nameSpan);
    return [
      [from, 'integer'],
      [to, 'integer'],
    ];
  }

  /** A function: its own names stay inside, and what it demands of those around it counts for them. */
  private define(s: FnStatement): void {
    const inner = new Collector(this.signatures);
    for (const p of s.params)
      for (const name of [p.name, ...(p.shape ?? []).flatMap(namesIn)]) inner.declare(name, p.span);
    inner.run([[s.body, 'none']]);
    this.signatures.set(
      s.name,
      s.params.map((p): Demand => {
        if (p.shape) return rankDemand(p.shape.length);
        const used = inner.names.get(p.name);
        return p.integer || used?.integer ? 'integer' : used?.rank ? rankDemand(used.rank) : 'none';
      }),
    );
    for (const [name, span] of inner.called) if (!this.called.has(name)) this.called.set(name, span);
    const free = [...inner.names.values(), ...inner.captured];
    this.captured.push(...free.filter(({ name }) => !inner.bound.has(name)));
  }

  /** Names that functions take from around them. */
  private readonly captured: FreeName[] = [];

  /** Adds what functions demand of names that stand outside of them too. */
  settle(): void {
    for (const { name, integer, rank } of this.captured) {
      const entry = this.names.get(name);
      if (!entry) continue;
      if (integer) this.visitName(name, entry.span, 'integer');
      if (rank !== undefined) entry.rank = Math.max(entry.rank ?? 0, rank);
    }
    this.run([]);
  }

  private visitName(name: string, span: Span, demand: Demand): void {
    const before = this.names.get(name)?.integer === true;
    this.note(name, span, demand);
    if (demand === 'integer' && !before) {
      this.push((this.given.get(name) ?? []).map((v): Item => [v, 'integer']));
    }
  }

  private visit(e: Expr, demand: Demand): void {
    tick();
    switch (e.kind) {
      case 'name':
        this.visitName(e.name, e.span, demand);
        break;
      case 'unary':
        this.push([[e.operand, demand]]);
        break;
      case 'binary': {
        const own: Demand = e.operator === '@' ? 'tensor' : demand === 'integer' ? 'integer' : 'none';
        this.push([
          [e.left, own],
          [e.right, own],
        ]);
        break;
      }
      case 'compare':
        this.push([[e.first, 'none'], ...e.rest.map((r): Item => [r.operand, 'none'])]);
        break;
      case 'ternary':
        this.push([
          [e.condition, 'none'],
          [e.then, 'none'],
          [e.otherwise, 'none'],
        ]);
        break;
      case 'call': {
        if (!this.called.has(e.callee)) this.called.set(e.callee, e.calleeSpan);
        const own = this.signatures.get(e.callee);
        this.push(own ? e.args.map((a, i): Item => [a.value, own[i] ?? 'none']) : callDemands(e));
        break;
      }
      case 'index': {
        const items = e.items.flatMap((i) => (i.kind === 'at' ? [i.index] : [i.from, i.to, i.step]));
        const inner = items.filter((x) => x !== undefined).map((x): Item => [x, 'integer']);
        this.push([[e.base, e.items.length > MOST_AXES ? 'vector' : e.items.length], ...inner]);
        break;
      }
      case 'transpose':
        this.push([[e.operand, 'tensor']]);
        break;
      case 'list':
        this.push(e.items.map((x): Item => [x, 'none']));
        break;
      case 'block':
        this.push(this.statements(e.statements));
        break;
      case 'if':
        for (const { condition, body } of [...e.branches].reverse()) {
          this.push([[condition, 'none'], ...this.statements(body.statements)]);
        }
        if (e.otherwise) this.push(this.statements(e.otherwise.statements));
        break;
      case 'comprehension': {
        const clauses = e.clauses.flatMap((c) => this.clause(c));
        this.push([...clauses, [e.value, 'none'], ...e.filters.map((f): Item => [f, 'none'])]);
        break;
      }
    }
  }

  private note(name: string, span: Span, demand: Demand): void {
    let entry = this.names.get(name);
    if (!entry) {
      entry = { name, span, rank: undefined, integer: false };
      this.names.set(name, entry);
    }
    if (demand === 'integer') entry.integer = true;
    const rank =
      demand === 'tensor' || demand === 'vector'
        ? isCapital(name)
          ? 2
          : 1
        : typeof demand === 'number'
          ? demand
          : undefined;
    if (rank !== undefined) entry.rank = Math.max(entry.rank ?? 0, rank);
  }
}

/** A rank that the syntax speaks of, unless no tensor has it. */
function rankDemand(rank: number): Demand {
  return rank > 1 && rank <= MOST_AXES ? rank : 'vector';
}

/** The names in the sizes of a signature. */
function namesIn(e: Expr): string[] {
  if (e.kind === 'name') return [e.name];
  return e.kind === 'binary' ? [...namesIn(e.left), ...namesIn(e.right)] : [];
}

function axisDemand(args: readonly Argument[]): Demand {
  const axis = args.find((a) => a.name === 'axis')?.value;
  return axis?.kind === 'number' && axis.integer ? rankDemand(axis.value + 1) : 'vector';
}

const SIZES_FROM: Readonly<Record<string, number>> = {
  zeros: 0,
  ones: 0,
  eye: 0,
  arange: 0,
  reshape: 1,
  linspace: 2,
  roll: 1,
};

function callDemands(e: CallNode): Item[] {
  const row = libraryRow(e.callee);
  const args = e.args.filter((a) => a.name === undefined);
  const named = e.args.filter((a) => a.name !== undefined).map((a): Item => [a.value, 'integer']);
  const reduces = reductionRow(e.callee) && (args.length === 1 || e.callee === 'norm' || named.length > 0);
  if (reduces)
    return [...args.map((a, i): Item => [a.value, i === 0 ? axisDemand(e.args) : 'none']), ...named];
  if (!row) {
    const whole = elementwiseRow(e.callee)?.whole;
    return [...args.map((a, i): Item => [a.value, whole?.includes(i) ? 'integer' : 'none']), ...named];
  }
  const sizes = SIZES_FROM[row.name] ?? Number.POSITIVE_INFINITY;
  const demand: Demand =
    row.rank === 1 ? (row.name === 'dot' || row.name === 'outer' ? 1 : 'vector') : (row.rank ?? 'none');
  const demandOf = (i: number) => (i > 0 && row.either ? 'tensor' : demand);
  return [...args.map((a, i): Item => [a.value, i >= sizes ? 'integer' : demandOf(i)]), ...named];
}

/** Collects the names of a program. */
export function namesOf(program: ProgramNode): Names {
  const collector = new Collector(new Map());
  collector.program(program.statements);
  collector.settle();
  const free = new Map([...collector.names].filter(([name]) => !collector.bound.has(name)));
  return {
    bound: collector.bound,
    counters: collector.counters,
    free,
    mentioned: collector.names,
    called: collector.called,
    declares: collector.declares,
  };
}
