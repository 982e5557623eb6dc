/**
 * adc's modules in this process, instantiated as often as one likes: each instance has every module anew but those
 * that mutants leave alone (the grammar, the core), which all instances share.
 */
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';
import { Script } from 'node:vm';

/** Whether a module is instantiated once for all. */
const isShared = (id) => id.startsWith('grammar/') || id.startsWith('src/core/');

const compile = (id, code) =>
  new Script(`(function (exports, require, module) {${code}\n})`, { filename: id }).runInThisContext();

const packages = createRequire(import.meta.url);

/** From modules as CommonJS text by path to instances of them. */
export class Modules {
  #functions = new Map();
  #codes;
  #shared = new Map();
  #external;

  /**
   * @param codes text by path, as `src/check/suite.ts`
   * @param external modules of packages that cannot be required, by name
   */
  constructor(codes, external) {
    this.#codes = codes;
    this.#external = external;
  }

  /**
   * A fresh instance as a function that gives a module's exports; `replaced` holds other texts for some paths,
   * `wrappers` what to make of the exports of some.
   */
  instance(replaced = new Map(), wrappers = new Map()) {
    const own = new Map();
    const load = (id) => {
      const cache = isShared(id) ? this.#shared : own;
      const known = cache.get(id);
      if (known) return known.exports;
      const unit = { exports: {} };
      cache.set(id, unit);
      const code = replaced.get(id);
      const run = code === undefined ? this.#function(id) : compile(id, code);
      run(unit.exports, (name) => this.#resolve(name, id, load), unit);
      const wrap = wrappers.get(id);
      if (wrap) unit.exports = wrap(unit.exports);
      return unit.exports;
    };
    return load;
  }

  #function(id) {
    let found = this.#functions.get(id);
    if (!found) {
      const code = this.#codes.get(id);
      if (code === undefined) throw new Error(`no module ${id}`);
      found = compile(id, code);
      this.#functions.set(id, found);
    }
    return found;
  }

  #resolve(name, from, load) {
    if (name.startsWith('.')) return load(normalize(join(dirname(from), name)).replace(/\.js$/, '.ts'));
    return this.#external.get(name) ?? packages(name);
  }
}
