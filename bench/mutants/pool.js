/** Processes that run mutants; one that never ends or dies is replaced, and its mutant counts as killed. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('child.js', import.meta.url));
/** Memory of a process, in megabytes: a mutant that fills it dies of it. */
const MEMORY = 1024;

class Child {
  #process;
  #waiting;

  constructor() {
    this.#process = fork(script, [], {
      execArgv: [`--max-old-space-size=${MEMORY}`, '--no-warnings'],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (answer) => this.#settle(answer));
    this.#process.on('exit', () => this.#settle(undefined));
    this.#process.on('error', () => this.#settle(undefined));
  }

  #settle(answer) {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(answer);
  }

  /** Sends a message and waits for the answer: undefined where the process ends before it answers. */
  ask(message) {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#process.connected) this.#process.send(message);
      else this.#settle(undefined);
    });
  }

  end() {
    this.#waiting = undefined;
    this.#process.kill('SIGKILL');
  }
}

export class Pool {
  #codes;
  #cases;
  #known;

  /** @param codes modules as CommonJS text, entries of path and text */
  constructor(codes, cases) {
    this.#codes = codes;
    this.#cases = cases;
  }

  async #start() {
    const child = new Child();
    const messages = [{ codes: this.#codes, cases: this.#cases }, ...(this.#known ? [this.#known] : [])];
    for (const message of messages)
      if ((await child.ask(message)) === undefined) throw new Error('a process does not start');
    return child;
  }

  /** Runs all cases and items once, with files that tell their steps. */
  async trace(files) {
    const child = await this.#start();
    const answer = await child.ask({ trace: files });
    child.end();
    if (answer === undefined) throw new Error('the unchanged program does not survive its suites');
    this.knows(answer);
    return answer;
  }

  /** What a trace told, for the processes that run mutants. */
  knows({ items, verdicts, milliseconds }) {
    this.#known = { items, verdicts, milliseconds };
  }

  /** Runs work items in so many processes: `{ message, done }`, where `done` gets what became of it. */
  async run(next, jobs) {
    const worker = async () => {
      let child = await this.#start();
      for (let item = next(); item !== undefined; item = next()) {
        const answer = await child.ask(item.message);
        if (answer === undefined) {
          child.end();
          child = await this.#start();
        }
        item.done(answer ?? { how: 'never ends, or dies' });
      }
      child.end();
    };
    await Promise.all(Array.from({ length: jobs }, worker));
  }
}
