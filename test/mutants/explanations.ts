/**
 * The mutants that no suite can tell from adc, each with the reason, from `equivalent.txt`. A line there is
 * `name => reason`; in a name `*` stands for any text. Lines that start with # are comments, and an indented line
 * continues a reason.
 */
export interface Explanations {
  /** Why a mutant is equivalent; undefined where nothing is said of it. */
  explain(name: string): string | undefined;
  /** Names that no mutant had that was asked for. */
  unused(): string[];
}

interface Entry {
  readonly name: string;
  readonly pattern: RegExp;
  reason: string;
  used: boolean;
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
    const at = line.indexOf(' => ');
    if (at < 0) throw new Error(`no reason in ${line}`);
    const name = line.slice(0, at);
    entries.push({ name, pattern: patternOf(name), reason: line.slice(at + 4), used: false });
  }
  return {
    explain(name) {
      const found = entries.find((e) => e.pattern.test(name));
      if (found) found.used = true;
      return found?.reason;
    },
    unused: () => entries.filter((e) => !e.used).map((e) => e.name),
  };
}
