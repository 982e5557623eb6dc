/** A contender in a process of its own, which is started again after it took too long or crashed. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));

export class Contender {
  constructor(name) {
    this.name = name;
  }

  /** What it is given formulas in, and its settings; `undefined` where it cannot be started. */
  async start() {
    const [command, args] =
      this.name === 'sympy'
        ? ['python3', [here('contenders/with_sympy.py')]]
        : [process.execPath, [here('child.js'), this.name]];
    this.child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.child.on('error', () => {});
    this.child.stdin.on('error', () => {});
    this.errors = '';
    this.child.stderr.on('data', (text) => {
      this.errors = (this.errors + text).slice(-2000);
    });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    const greeting = await this.next(60);
    return greeting && JSON.parse(greeting);
  }

  async next(seconds) {
    let timer;
    const late = new Promise((resolve) => {
      timer = setTimeout(() => resolve('late'), seconds * 1000);
    });
    const line = await Promise.race([this.lines.next(), late]);
    clearTimeout(timer);
    return line === 'late' || line.done ? undefined : line.value;
  }

  /** Its answer, or why there is none. */
  async ask(request, seconds) {
    this.child.stdin.write(`${JSON.stringify(request)}\n`);
    const line = await this.next(seconds);
    if (line !== undefined) return JSON.parse(line);
    const crashed = this.child.exitCode !== null;
    await this.stop();
    await this.start();
    return {
      refused: crashed ? `ended: ${this.errors.trim().split('\n').pop()}` : `no answer within ${seconds} s`,
    };
  }

  async stop() {
    const ended = new Promise((resolve) => this.child.once('close', resolve));
    if (this.child.exitCode !== null || !this.child.kill('SIGKILL')) return;
    await ended;
  }
}
