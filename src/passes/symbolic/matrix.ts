/**
 * Formulas in linear-algebra notation, before sharing and printing are decided: whole tensors and functions of them.
 * Hash-consed, so a subformula that occurs twice is one object; parts have lower ids than what they are part of.
 */
import { tick } from '../../core/deadline.js';
import { keyOf, negative, one, type Rational } from './rational.js';

export type Item =
  | { readonly at: number }
  | {
      readonly from?: number | undefined;
      readonly to?: number | undefined;
      readonly step?: number | undefined;
    };

interface Base {
  readonly id: number;
}
export type Operator =
  | '+' | '-' | '*' | '/' | '%' | '@' | '^' | 'and' | 'or' | '<' | '<=' | '>' | '>=' | '==' | '!='; // biome-ignore format: one line
export type Matrix = Base &
  (
    | { readonly kind: 'number'; readonly value: Rational }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'negate' | 'not' | 'transpose'; readonly a: Matrix }
    | {
        readonly kind: 'binary';
        readonly op: Operator;
        readonly a: Matrix;
        readonly b: Matrix;
        readonly matrices: boolean;
      }
    /** A scalar times anything: it stands before the whole chain of factors. */
    | { readonly kind: 'scale'; readonly a: Matrix; readonly b: Matrix }
    | {
        readonly kind: 'call';
        readonly name: string;
        readonly args: readonly Matrix[];
        readonly axis: number | undefined;
      }
    | { readonly kind: 'index'; readonly a: Matrix; readonly items: readonly Item[] }
    /** A counter of a comprehension around. */
    | { readonly kind: 'counter'; readonly name: string }
    /** The element of `args[0]` at the positions that the other arguments tell. */
    | { readonly kind: 'element'; readonly args: readonly Matrix[] }
    /** A list of what `args[0]` is for every value of the counters below the other arguments, or a reduction of it. */
    | {
        readonly kind: 'comprehension';
        readonly args: readonly Matrix[];
        readonly counters: readonly string[];
        readonly reduction: string | undefined;
        /** A condition on the counters: the last argument. */
        readonly filtered: boolean;
      }
    | { readonly kind: 'list'; readonly args: readonly Matrix[] }
    | { readonly kind: 'choice'; readonly args: readonly [Matrix, Matrix, Matrix] }
  );
type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
type Draft = Without<Matrix, 'id'>;

export function partsOfMatrix(m: Draft): readonly Matrix[] {
  switch (m.kind) {
    case 'number':
    case 'name':
    case 'counter':
      return [];
    case 'binary':
    case 'scale':
      return [m.a, m.b];
    case 'call':
    case 'element':
    case 'comprehension':
    case 'list':
    case 'choice':
      return m.args;
    default:
      return [m.a];
  }
}

function detail(m: Draft): string {
  switch (m.kind) {
    case 'number':
      return keyOf(m.value);
    case 'name':
    case 'counter':
      return m.name;
    case 'comprehension':
      return `${m.reduction} ${m.counters.join()} ${m.filtered}`;
    case 'binary':
      return m.op;
    case 'call':
      return `${m.name} ${m.axis ?? ''}`;
    case 'index':
      return JSON.stringify(m.items);
    default:
      return '';
  }
}

export class Matrices {
  private nextId = 0;
  private readonly known = new Map<string, Matrix>();

  private make(m: Draft): Matrix {
    tick();
    const key = `${m.kind} ${detail(m)} ${partsOfMatrix(m)
      .map((p) => p.id)
      .join(',')}`;
    let found = this.known.get(key);
    if (!found) {
      found = { ...m, id: this.nextId++ } as Matrix;
      this.known.set(key, found);
    }
    return found;
  }

  number(value: Rational): Matrix {
    return this.make({ kind: 'number', value });
  }

  integer(value: number): Matrix {
    return this.number({ n: BigInt(value), d: 1n });
  }

  name(name: string): Matrix {
    return this.make({ kind: 'name', name });
  }

  negate(a: Matrix): Matrix {
    if (a.kind === 'number') return this.number(negative(a.value));
    return a.kind === 'negate' ? a.a : this.make({ kind: 'negate', a });
  }

  not(a: Matrix): Matrix {
    return this.make({ kind: 'not', a });
  }

  binary(op: Operator, a: Matrix, b: Matrix, matrices = false): Matrix {
    return this.make({ kind: 'binary', op, a, b, matrices });
  }

  scale(a: Matrix, b: Matrix): Matrix {
    if (a.kind === 'number' && keyOf(a.value) === keyOf(one)) return b;
    if (a.kind === 'number' && keyOf(a.value) === '-1') return this.negate(b);
    return this.make({ kind: 'scale', a, b });
  }

  private readonly turned = new Map<Matrix, Matrix>();

  /** A matrix transposed; the sign of transposition is pushed to where it costs nothing. */
  transpose(a: Matrix): Matrix {
    let known = this.turned.get(a);
    if (!known) {
      known = this.transposed(a);
      this.turned.set(a, known);
    }
    return known;
  }

  private transposed(a: Matrix): Matrix {
    if (a.kind === 'transpose') return a.a;
    if (a.kind === 'scale') return this.scale(a.a, this.transpose(a.b));
    if (a.kind === 'negate') return this.negate(this.transpose(a.a));
    if (a.kind === 'binary' && a.matrices)
      return this.binary('@', this.transpose(a.b), this.transpose(a.a), true);
    if (a.kind === 'binary' && (a.op === '+' || a.op === '-') && isMatrix(a.a) && isMatrix(a.b)) {
      const turned = this.binary(a.op, this.transpose(a.a), this.transpose(a.b));
      if (turns(turned) <= turns(a)) return turned;
    }
    if (a.kind === 'call') {
      if (a.name === 'outer') return this.call('outer', [a.args[1] as Matrix, a.args[0] as Matrix]);
      if (a.name === 'eye' || a.name === 'diag') return a;
      const [x] = a.args;
      if (a.name === 'inv' && x?.kind === 'transpose') return this.call('inv', [x.a]);
    }
    return this.make({ kind: 'transpose', a });
  }

  call(name: string, args: readonly Matrix[], axis?: number): Matrix {
    return this.make({ kind: 'call', name, args, axis });
  }

  index(a: Matrix, items: readonly Item[]): Matrix {
    return this.make({ kind: 'index', a, items });
  }

  counter(name: string): Matrix {
    return this.make({ kind: 'counter', name });
  }

  element(of: Matrix, at: readonly Matrix[]): Matrix {
    return at.length === 0 ? of : this.make({ kind: 'element', args: [of, ...at] });
  }

  comprehension(
    body: Matrix,
    ranges: readonly (readonly [counter: string, count: Matrix])[],
    reduction?: string,
    filter?: Matrix,
  ): Matrix {
    const args = [body, ...ranges.map(([, count]) => count), ...(filter ? [filter] : [])];
    const counters = ranges.map(([name]) => name);
    return this.make({ kind: 'comprehension', args, counters, reduction, filtered: filter !== undefined });
  }

  list(args: readonly Matrix[]): Matrix {
    return this.make({ kind: 'list', args });
  }

  choice(condition: Matrix, a: Matrix, b: Matrix): Matrix {
    return this.make({ kind: 'choice', args: [condition, a, b] });
  }
}

/** Whether a formula is a matrix for certain, as its operators tell. */
function isMatrix(m: Matrix): boolean {
  if (m.kind === 'scale') return isMatrix(m.b);
  if (m.kind === 'negate') return isMatrix(m.a);
  if (m.kind === 'call') return m.name === 'outer' || m.name === 'eye' || m.name === 'inv';
  return m.kind === 'transpose' || (m.kind === 'binary' && m.matrices);
}

/** How many transposes a formula writes. */
function turns(m: Matrix): number {
  const parts = partsOfMatrix(m).reduce((count, p) => count + turns(p), 0);
  return parts + (m.kind === 'transpose' ? 1 : 0);
}
