/**
 * A file of what became of mutants, so that a run that was ended goes on where it stopped. What is noted holds as long as
 * the sources are the same; a kill, as long as the case that killed is still there; survival, as long as no case has
 * come or gone.
 */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';

export const digestOf = (texts) => {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(text).update('\0');
  return hash.digest('hex').slice(0, 16);
};

export class Log {
  #file;
  #suites;
  #sources;
  #known = new Map();
  #hints = new Map();
  #cases;

  /**
   * @param file where it is kept; undefined for nowhere
   * @param sources a digest of all that is not a case
   * @param cases the cases of the suites
   */
  constructor(file, sources, cases) {
    this.#file = file;
    this.#cases = cases;
    this.#sources = sources;
    this.#suites = digestOf(cases.map((c) => c.text));
    if (file === undefined) return;
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
    const [head, ...entries] = lines.map((line) => JSON.parse(line));
    for (const entry of entries)
      if (entry.hint) this.#hints.set(entry.name, entry.by);
      else this.#known.set(entry.name, entry);
    if (head?.sources === sources) return;
    // Of other sources, it tells but where to begin.
    for (const { name, by } of this.#known.values()) if (by !== undefined) this.#hints.set(name, by);
    this.#known.clear();
    const hints = [...this.#hints].map(([name, by]) => JSON.stringify({ name, by, hint: true }));
    writeFileSync(file, `${[JSON.stringify({ sources }), ...hints].join('\n')}\n`);
  }

  /** What is known of a mutant, if it still holds. */
  result(name) {
    const known = this.#known.get(name);
    if (known === undefined) return undefined;
    const { by, suites, result } = known;
    if (by === undefined) return suites === this.#suites || result.how !== undefined ? result : undefined;
    const index = this.#cases.findIndex((c) => c.text === by);
    return index < 0 ? undefined : { ...result, by: index };
  }

  /** What the unchanged adc does with the cases: taken from a file beside the log, if it is there and still holds. */
  async traced(steps, trace, use) {
    const key = `${this.#sources} ${this.#suites} ${steps}`;
    const file = `${this.#file}.trace`;
    if (this.#file !== undefined && existsSync(file)) {
      const kept = deserialize(readFileSync(file));
      if (kept.key === key) {
        use(kept.trace);
        return kept.trace;
      }
    }
    const found = await trace();
    if (this.#file !== undefined) writeFileSync(file, serialize({ key, trace: found }));
    return found;
  }

  /** The case that is likely to kill a mutant, where one is known. */
  hint(name) {
    const by = this.#hints.get(name) ?? this.#known.get(name)?.by;
    const index = by === undefined ? -1 : this.#cases.findIndex((c) => c.text === by);
    return index < 0 ? undefined : index;
  }

  note(name, result) {
    if (this.#file === undefined) return;
    const by = result.by === undefined ? undefined : this.#cases[result.by].text;
    appendFileSync(this.#file, `${JSON.stringify({ name, by, suites: this.#suites, result })}\n`);
  }
}
