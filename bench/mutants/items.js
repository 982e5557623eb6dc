/**
 * What the suites ask of the passes, the symbolic mode and the emitter, as single items: a program and what is wanted of
 * it. A mutant that changes the answer to none of the items which reach its place cannot change a case. One that does is
 * tried on the cases that ask for it.
 *
 * - `prepare`, `derive`: a function of the upper IR before passes; the answer is the function after them
 * - `symbolic`: a function; the answer is the text of the formulas
 * - `compile`: a function ready for lowering; the answer is the generated code
 */
const PIPELINE = 'src/passes/pipeline.ts';
const SYMBOLIC = 'src/passes/symbolic/index.ts';
const COMPILE = 'src/run/compile.ts';

/** Everything that two functions may differ in, as text. */
export function textOf(load, func) {
  const { printFunc } = load('src/ir/print.ts');
  const { regionsOf } = load('src/ir/types.ts');
  const constants = [];
  const left = [func.body];
  for (let region = left.pop(); region !== undefined; region = left.pop())
    for (const op of region.ops) {
      if (op.kind === 'const' && op.data.length > 8)
        constants.push(op.data.map((x) => (Object.is(x, -0) ? '-0' : x)).join());
      left.push(...regionsOf(op));
    }
  return [printFunc(func), JSON.stringify(func.requires ?? []), ...constants].join('\n');
}

function derivationOf(load, { of, wrt, options }) {
  const pipeline = load(PIPELINE);
  if (of === 'forward') return pipeline.forwardDerivation(wrt, options);
  if (of === 'reverse') return pipeline.reverseDerivation(wrt);
  return of === 'freeze' ? pipeline.frozenDerivation : pipeline.valueDerivation;
}

/** The answer to an item by an instance of adc: its text, and the function behind it where there is one. */
export function answer(load, item) {
  if (item.stage === 'compile') {
    const { lowerFunc } = load('src/loops/lower.ts');
    const { directSource } = load('src/emit/direct.ts');
    return { text: directSource(lowerFunc(item.func)), func: item.func };
  }
  if (item.stage === 'symbolic') return { text: formulas(load, item) };
  const { prepare, derive } = load(PIPELINE);
  const func = item.stage === 'prepare' ? prepare(item.func) : derive(item.func, derivationOf(load, item.by));
  return { text: textOf(load, func), func };
}

function formulas(load, { func, wrt, options }) {
  const { printProgram } = load('grammar/index.ts');
  const result = load(SYMBOLIC).symbolicGradient(func, wrt, options);
  if ('unavailable' in result) return `unavailable: ${result.unavailable}`;
  return [...result.gradients]
    .map(([name, { statements, expression }]) => {
      const last = { kind: 'expression', value: expression, span: { start: 0, end: 0 } };
      return `${name}: ${printProgram({ source: '', statements: [...statements, last] })}`;
    })
    .join('\n');
}

/** Runs what an answer computes at the arguments where it was first asked for; undefined where it never ran. */
export function numbers(load, { func }, args) {
  if (func === undefined || args === undefined) return undefined;
  return load(COMPILE)
    .compileFunc(func)
    .run(args)
    .map((t) => t.data);
}

export const sameBits = (a, b) =>
  a.length === b.length &&
  a.every((t, k) => t.length === b[k].length && t.every((x, i) => Object.is(x, b[k][i])));

/** Wrappers for modules that note what is asked of them while cases run. */
export class Recorder {
  items = [];
  #byKey = new Map();
  #derivations = new Map();
  #case = undefined;
  #load = undefined;

  /** From now on what is asked is asked by this case. */
  begin(index, load) {
    this.#case = index;
    this.#load = load;
  }

  #note(item, key) {
    if (this.#case === undefined) return undefined;
    const full = `${key}\n${textOf(this.#load, item.func)}`;
    let known = this.#byKey.get(full);
    if (known === undefined) {
      known = { ...item, cases: [] };
      this.#byKey.set(full, known);
      this.items.push(known);
    }
    if (known.cases.at(-1) !== this.#case) known.cases.push(this.#case);
    return known;
  }

  /** By module: what stands in its place. */
  wrappers() {
    const noteDerivation = (derivation, by) => {
      this.#derivations.set(derivation, by);
      return derivation;
    };
    return new Map([
      [
        PIPELINE,
        (m) => ({
          ...m,
          forwardDerivation: (wrt, options) =>
            noteDerivation(m.forwardDerivation(wrt, options), { of: 'forward', wrt, options }),
          reverseDerivation: (wrt) => noteDerivation(m.reverseDerivation(wrt), { of: 'reverse', wrt }),
          prepare: (func) => {
            this.#note({ stage: 'prepare', func }, 'prepare');
            return m.prepare(func);
          },
          derive: (func, derivation) => {
            const by = this.#derivations.get(derivation) ?? { of: derivation.name };
            this.#note({ stage: 'derive', func, by }, `derive ${JSON.stringify(by)}`);
            return m.derive(func, derivation);
          },
        }),
      ],
      [
        SYMBOLIC,
        (m) => ({
          ...m,
          symbolicGradient: (func, wrt, options) => {
            this.#note(
              { stage: 'symbolic', func, wrt, options },
              `symbolic ${JSON.stringify([wrt, options])}`,
            );
            return m.symbolicGradient(func, wrt, options);
          },
        }),
      ],
      [
        COMPILE,
        (m) => ({
          ...m,
          compileFunc: (func) => {
            const item = this.#note({ stage: 'compile', func }, 'compile');
            const compiled = m.compileFunc(func);
            const run = (args) => {
              if (item) item.args ??= args.map((t) => ({ shape: [...t.shape], data: t.data.slice() }));
              return compiled.run(args);
            };
            return { source: compiled.source, run };
          },
        }),
      ],
    ]);
  }

  /** Adds to each item its answer, and numbers where it ran. */
  settle(load) {
    const argsOf = new Map();
    for (const item of this.items)
      if (item.stage === 'compile' && item.args) argsOf.set(textOf(load, item.func), item.args);
    for (const item of this.items) {
      const given = answer(load, item);
      item.text = given.text;
      if (item.stage === 'derive') item.args = argsOf.get(given.text);
      item.numbers = numbers(load, given, item.args);
    }
  }
}
