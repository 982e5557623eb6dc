/**
 * Starts the bundled command line from its code cache: V8 then skips parsing and compiling, which is most of the
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

/** The bundle is ASCII, so one byte a character is right and fastest. */
const source = `(function (exports, require, module, __dirname) {${readFileSync(bundle, 'latin1')}\n})`;
const cachedData = read(cache);
const script = new Script(source, { filename: bundle, ...(cachedData && { cachedData }) });
const module = { exports: {} as { main: (args: readonly string[]) => Promise<number> } };
script.runInThisContext()(module.exports, createRequire(bundle), module, __dirname);

module.exports.main(process.argv.slice(2)).then((status) => {
  process.exitCode = status;
  if (process.env.ADC_WRITE_CODE_CACHE === '1') writeFileSync(cache, script.createCachedData());
});
