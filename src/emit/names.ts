/**
 * Names in generated code. A name of the program that is a plain identifier stays as it is; reserved words, globals and
 * anything that could be misread get an underscore; what is taken gets a number. A *scope* gives its names back.
 */

const RESERVED = new Set(
  (
    'abstract any arguments as async await boolean break case catch class const constructor continue debugger declare ' +
    'default delete do else enum eval export extends false finally for from function get global globalThis hasOwnProperty ' +
    'if implements import in instanceof interface is isFinite isNaN keyof let module name never new null number ' +
    'object of package parseFloat parseInt private protected prototype public readonly require return self set static ' +
    'string super switch symbol this throw toString true try type typeof undefined unique unknown using valueOf var void ' +
    'while window with yield Array Boolean Float32Array Float64Array Function Infinity Int32Array Math NaN Number Object ' +
    'Promise RangeError Reflect String Symbol Error length process exports __proto__ __defineGetter__ __defineSetter__ ' +
    '__lookupGetter__ __lookupSetter__'
  ).split(' '),
);

/** A name as an identifier that no language construct or global is called by. */
export function identifier(name: string): string {
  const clean = name.replace(/[^\p{ID_Continue}$]/gu, '_');
  const started = /^[\p{ID_Start}_$]/u.test(clean) ? clean : `_${clean}`;
  return RESERVED.has(started) ? `${started}_` : started;
}

export class Names {
  private readonly used = new Set<string>();
  private readonly next = new Map<string, number>();
  private readonly marks: { given: string[]; next: Map<string, number | undefined> }[] = [];

  constructor(taken: Iterable<string> = []) {
    for (const t of taken) this.used.add(t);
  }

  /** A name of its own that looks like the wish. */
  give(wish: string): string {
    const base = identifier(wish);
    let name = base;
    let n = this.next.get(base) ?? 1;
    const joint = /\d$/.test(base) ? '_' : '';
    while (this.used.has(name)) name = `${base}${joint}${n++}`;
    const mark = this.marks.at(-1);
    if (mark) {
      mark.given.push(name);
      if (!mark.next.has(base)) mark.next.set(base, this.next.get(base));
    }
    this.next.set(base, n);
    this.used.add(name);
    return name;
  }

  /** Names given until `leave` are free again after it. */
  enter(): void {
    this.marks.push({ given: [], next: new Map() });
  }

  leave(): void {
    const mark = this.marks.pop();
    for (const name of mark?.given ?? []) this.used.delete(name);
    for (const [base, n] of mark?.next ?? []) {
      if (n === undefined) this.next.delete(base);
      else this.next.set(base, n);
    }
  }
}
