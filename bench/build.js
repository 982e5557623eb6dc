/**
 * Builds dist: the command line as one file with its code cache, and the library.
 *
 * Modules that are imported lazily stay inside the bundle and run when first asked for; mathjs is resolved only then.
 * Everything is made in a folder of its own and moved into place at the end, so that whoever runs dist meanwhile
 * finds it whole.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));
const { version } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));
const work = `${root}dist/.build-${process.pid}`;

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  external: ['mathjs', 'tinyglobby'],
  define: { ADC_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
};
const command = { ...shared, format: 'cjs', supported: { 'dynamic-import': false } };

mkdirSync(work, { recursive: true });
try {
  await build({ ...command, entryPoints: ['src/cli/main.ts'], outfile: `${work}/main.cjs` });
  await build({ ...command, entryPoints: ['src/cli/boot.ts'], outfile: `${work}/adc.cjs` });
  await build({ ...command, entryPoints: ['src/cli/verify/thread.ts'], outfile: `${work}/thread.cjs` });
  if (existsSync(`${root}src/index.ts`))
    await build({ ...shared, format: 'esm', entryPoints: ['src/index.ts'], outfile: `${work}/index.js` });
  execFileSync(
    process.execPath,
    ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', `${work}/types`],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  // A typical run leaves in the cache what a typical run needs.
  execFileSync(process.execPath, [`${work}/adc.cjs`, 'grad', '2*dot(x,x)', '--x', '0,1,2,3'], {
    env: { ...process.env, ADC_WRITE_CODE_CACHE: '1' },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  rmSync(`${root}dist/types`, { recursive: true, force: true });
  for (const file of readdirSync(work)) renameSync(`${work}/${file}`, `${root}dist/${file}`);
} finally {
  rmSync(work, { recursive: true, force: true });
}
