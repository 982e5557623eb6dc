/** Builds dist before the tests, where a source is newer than it. A build that fails leaves it to the tests to say so. */
import { execFileSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

function modified(path) {
  try {
    return statSync(`${root}${path}`).mtimeMs;
  } catch {
    return 0;
  }
}

function newest(folder) {
  const entries = readdirSync(`${root}${folder}`, { recursive: true });
  return Math.max(...entries.map((entry) => modified(`${folder}/${entry}`)));
}

export default function setup() {
  const built = Math.min(...['main.cjs', 'main.cache', 'adc.cjs'].map((file) => modified(`dist/${file}`)));
  const changed = Math.max(
    newest('src'),
    newest('grammar'),
    modified('bench/build.js'),
    modified('package.json'),
  );
  if (built > changed) return;
  try {
    execFileSync(process.execPath, [`${root}bench/build.js`], { stdio: 'inherit' });
  } catch {
    console.error('the build failed: tests of the command line will too');
  }
}
