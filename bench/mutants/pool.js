/** Processes that run mutants; one that never ends or dies is replaced, and its mutant counts as killed. */
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('child.js', import.meta.url));
/** Memory of a process, in megabytes: a mutant that fills it dies of it. */
const MEMORY = 1024;

/** A case may take so many times what it takes without a mutation, and so many milliseconds more. */
const PATIENCE = 20;
const GRACE = 10_000;

class Child {
  #process;
  #waiting;
  #usual;
  #timer;

  /** @param usual how many milliseconds each case takes without a mutation, once that is known */
  constructor(usual) {
    this.#usual = usual;
    this.#process = fork(script, [], {
      execArgv: [`--max-old-space-size=${MEMORY}`, '--no-warnings'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process.on('message', (answer) => {
      if (answer.begins === undefined) this.#settle({ answer });
      else this.#await(GRACE + PATIENCE * (this.#usual?.[answer.begins] ?? Number.POSITIVE_INFINITY));
    });
    this.#process.on('exit', () => this.#settle({ died: true }));
    this.#process.on('error', () => this.#settle({ died: true }));
  }

  #await(milliseconds) {
    clearTimeout(this.#timer);
    if (milliseconds < Number.POSITIVE_INFINITY)
      this.#timer = setTimeout(() => this.#settle({ late: true }), milliseconds);
  }

  #settle(result) {
    clearTimeout(this.#timer);
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(result);
  }

  send(message) {
    this.#process.send(message);
  }

  /** Sends a message and waits for the answer, or for a case that takes too long. */
  ask(message) {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      if (this.#usual) this.#await(2 * GRACE);
      if (this.#process.connected) this.#process.send(message);
      else this.#settle({ died: true });
    });
  }

  end() {
    clearTimeout(this.#timer);
    this.#waiting = undefined;
    this.#process.kill('SIGKILL');
  }
}

export class Pool {
  #codes;
  #cases;
  #usual;
  #verdicts;

  /** @param codes modules as CommonJS text, entries of path and text */
  constructor(codes, cases) {
    this.#codes = codes;
    this.#cases = cases;
  }

  async #start() {
    const child = new Child(this.#usual);
    const { answer } = await child.ask({ codes: this.#codes, cases: this.#cases });
    if (answer === undefined) throw new Error('a process does not start');
    if (this.#verdicts) child.send({ verdicts: this.#verdicts });
    return child;
  }

  /** Runs all cases once with files that tell their steps. */
  async trace(files) {
    const child = await this.#start();
    const { answer } = await child.ask({ trace: files });
    child.end();
    if (answer === undefined) throw new Error('the unchanged program does not survive its suites');
    this.#verdicts = answer.reached.map((r) => r.verdict);
    this.#usual = answer.reached.map((r) => r.milliseconds);
    return answer;
  }

  /** Runs work items in so many processes: `{ message, done }`, where `done` gets what became of it. */
  async run(next, jobs) {
    const worker = async () => {
      let child = await this.#start();
      for (let item = next(); item !== undefined; item = next()) {
        const { answer, died, late } = await child.ask(item.message);
        if (died || late) {
          child.end();
          child = await this.#start();
        }
        item.done(answer ?? { by: undefined, how: late ? 'never ends' : 'dies' });
      }
      child.end();
    };
    await Promise.all(Array.from({ length: jobs }, worker));
  }
}
