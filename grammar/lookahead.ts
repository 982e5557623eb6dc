/**
 * Lookahead by one token: a Chevrotain lookahead strategy that works out first sets directly.
 *
 * The usual strategy enumerates paths of any length and takes most of the time a parser needs to start. Every choice
 * of this grammar is made by one token, so the sets of first tokens are enough; a test builds the parser with the
 * usual strategy and all validations to prove that.
 */
import {
  Alternation,
  type BaseParser,
  type ILookaheadStrategy,
  type IProduction,
  type IToken,
  NonTerminal,
  Option,
  Repetition,
  RepetitionMandatory,
  RepetitionMandatoryWithSeparator,
  RepetitionWithSeparator,
  type Rule,
  Terminal,
} from 'chevrotain';

type Production = IProduction & { readonly idx: number; readonly definition: IProduction[] };
type Lookahead = { LA(distance: number): IToken };

const optionals = new Map<string, new (...args: never[]) => IProduction>([
  ['Option', Option],
  ['Repetition', Repetition],
  ['RepetitionMandatory', RepetitionMandatory],
  ['RepetitionMandatoryWithSeparator', RepetitionMandatoryWithSeparator],
  ['RepetitionWithSeparator', RepetitionWithSeparator],
]);

/** Adds the token types that can start a sequence to `set`; true if the sequence can be empty. */
function addFirst(sequence: readonly IProduction[], set: Set<number>): boolean {
  return sequence.every((production) => addFirstOf(production, set));
}

function addFirstOf(production: IProduction, set: Set<number>): boolean {
  if (production instanceof Terminal) {
    const { tokenTypeIdx, categoryMatches } = production.terminalType;
    set.add(tokenTypeIdx as number);
    for (const extending of categoryMatches ?? []) set.add(extending);
    return false;
  }
  if (production instanceof Alternation) {
    return (production.definition as Production[])
      .map((alternative) => addFirst(alternative.definition, set))
      .includes(true);
  }
  const empty = addFirst((production as Production).definition, set);
  const mandatory =
    production instanceof RepetitionMandatory || production instanceof RepetitionMandatoryWithSeparator;
  const optional = !mandatory && [...optionals.values()].some((type) => production instanceof type);
  return empty || optional;
}

/** The production of a kind with a number within a rule; numbers are unique by kind. */
function find(rule: Rule, type: new (...args: never[]) => IProduction, occurrence: number): Production {
  const waiting: IProduction[] = [...rule.definition];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next instanceof type && (next as Production).idx === occurrence) return next as Production;
    if (!(next instanceof NonTerminal) && !(next instanceof Terminal))
      waiting.push(...(next as Production).definition);
  }
  throw new Error(`no ${type.name} ${occurrence} in the rule ${rule.name}`);
}

export const firstTokenLookahead: ILookaheadStrategy = {
  validate: () => [],

  buildLookaheadForAlternation({ rule, prodOccurrence }) {
    const alternatives = find(rule, Alternation, prodOccurrence).definition as Production[];
    const choices: number[][] = [];
    alternatives.forEach((alternative, i) => {
      const set = new Set<number>();
      addFirst(alternative.definition, set);
      for (const type of set) {
        const others = choices[type] ?? [];
        choices[type] = [...others, i];
      }
    });
    return function (this: BaseParser, given) {
      const possible = choices[(this as unknown as Lookahead).LA(1).tokenTypeIdx];
      return possible?.find((i) => given?.[i]?.GATE?.call(this) ?? true);
    };
  },

  buildLookaheadForOptional({ rule, prodOccurrence, prodType }) {
    const type = optionals.get(prodType) as new (...args: never[]) => IProduction;
    const set = new Set<number>();
    addFirst(find(rule, type, prodOccurrence).definition, set);
    const starts: boolean[] = [];
    for (const first of set) starts[first] = true;
    return function (this: BaseParser) {
      return starts[(this as unknown as Lookahead).LA(1).tokenTypeIdx] === true;
    };
  },
};
