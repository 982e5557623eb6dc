/**
 * Loads the bundled command line from its code cache: V8 then skips parsing and compiling, which is most of the
 * start-up. A cache that is missing or belongs to another Node is ignored.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Script } from 'node:vm';

const bundle = `${__dirname}/main.cjs`;
const cache = `${__dirname}/main.cache`;

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

interface Bundle {
  readonly main: (args: readonly string[]) => Promise<number>;
  readonly serve: () => Promise<void>;
}

/** The exports of the bundle, and how to write the cache once a run has compiled what runs need. */
export function loadBundle(): { readonly exports: Bundle; readonly writeCache: () => void } {
  // The bundle is ASCII, so one byte a character is right and fastest.
  const source = `(function (exports, require, module, __dirname) {${readFileSync(bundle, 'latin1')}\n})`;
  const cachedData = read(cache);
  const script = new Script(source, { filename: bundle, ...(cachedData && { cachedData }) });
  const module = { exports: {} as Bundle };
  script.runInThisContext()(module.exports, createRequire(bundle), module, __dirname);
  return { exports: module.exports, writeCache: () => writeFileSync(cache, script.createCachedData()) };
}
