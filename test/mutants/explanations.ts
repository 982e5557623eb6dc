/**
 * The mutants that no suite can tell from adc, each with the reason, from `equivalent.txt`. A line there is
 * `name => reason`, the last arrow being the one that counts. In a name `*` stands for any text: the reason is then true of every mutant of that name which
 * survives, and others may be killed. Lines that start with # are comments, and an indented line continues a reason.
 */
export interface Explanations {
  /** Why a mutant is equivalent; undefined where nothing is said of it. */
  explain(name: string): string | undefined;
  /** Whether a mutant is listed by its very name, so that it must not be killed. */
  lists(name: string): boolean;
  /** Names on the list that are those of none of the given mutants. */
  stale(names: readonly string[]): string[];
}

interface Entry {
  readonly name: string;
  readonly pattern: RegExp;
  reason: string;
}

const patternOf = (name: string) =>
  new RegExp(`^${name.replace(/[.*+?^${}()|[\]\\]/g, (c) => (c === '*' ? '.*' : `\\${c}`))}$`);

/** Reads the text of the list. @throws Error for a line without a reason */
export function readExplanations(text: string): Explanations {
  const entries: Entry[] = [];
  for (const line of text.split('\n')) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const before = entries.at(-1);
    if (/^\s/.test(line) && before) {
      before.reason += ` ${line.trim()}`;
      continue;
    }
    // Names may hold arrows of their own, reasons do not.
    const at = line.lastIndexOf(' => ');
    if (at < 0 || line.slice(at + 4).trim() === '') throw new Error(`no reason in ${line}`);
    const name = line.slice(0, at);
    entries.push({ name, pattern: patternOf(name), reason: line.slice(at + 4) });
  }
  const names = new Set(entries.map((e) => e.name));
  return {
    explain: (name) => entries.find((e) => e.name === name || e.pattern.test(name))?.reason,
    lists: (name) => names.has(name),
    stale: (all) =>
      entries.filter((e) => !all.some((n) => n === e.name || e.pattern.test(n))).map((e) => e.name),
  };
}
