/**
 * In which order a mutant meets items and cases: such as killed its kin first, then those that differ most in what they
 * reach. Only those that reach the mutant's place are met.
 */

/** Which stages of the items a file has a part in; nothing for files of which the interpreter computes with as well. */
function stagesOf(m) {
  if (m.kind === 'table')
    return m.name.startsWith('ops/')
      ? []
      : m.name.startsWith('symbolic/')
        ? ['symbolic']
        : ['prepare', 'derive'];
  if (/^src\/(loops|emit)\//.test(m.file)) return ['compile'];
  if (m.file.startsWith('src/passes/symbolic/')) return ['symbolic'];
  return m.file.startsWith('src/passes/') ? ['prepare', 'derive', 'symbolic'] : [];
}

/** Indices by how many steps they reach that those before them do not; the rest by what they reach in all. */
function ranking(reached) {
  const seen = new Set();
  const left = new Set(reached.keys());
  const rank = [];
  for (;;) {
    let best;
    let most = 0;
    for (const i of left) {
      let gain = 0;
      for (const s of reached[i]) if (!seen.has(s)) gain++;
      if (gain > most) [best, most] = [i, gain];
    }
    if (best === undefined) break;
    for (const s of reached[best]) seen.add(s);
    left.delete(best);
    rank.push(best);
  }
  return [...rank, ...[...left].sort((a, b) => reached[a].length - reached[b].length)];
}

/** So many items that reach the very same steps are met. */
const ALIKE = 4;
/** So many of those that killed kin come first. */
const KIN = 16;

export class Order {
  #kills = new Map();
  #reachedByItems;
  #reachedByCases;
  #loaded;
  #idOf;
  #items;
  #itemRank;
  #caseRank;
  /** A text for the set of steps that an item reaches. */
  #paths;

  constructor({ items, reachedByItems, reachedByCases, atLoad }, idOf) {
    this.#items = items;
    this.#reachedByItems = reachedByItems.map((steps) => new Set(steps));
    this.#reachedByCases = reachedByCases.map((steps) => new Set(steps));
    this.#loaded = new Set(atLoad);
    this.#idOf = idOf;
    this.#paths = reachedByItems.map((steps) => [...steps].sort().join());
    this.#itemRank = ranking(reachedByItems);
    this.#caseRank = ranking(reachedByCases);
  }

  /** The items and, where none tells, the cases that a mutant meets. */
  of(m) {
    const id = this.#idOf(m);
    const always = id === undefined || this.#loaded.has(id);
    const stages = stagesOf(m);
    const order = this.#itemRank.filter(
      (i) => stages.includes(this.#items[i].stage) && (always || this.#reachedByItems[i].has(id)),
    );
    const counts = new Map();
    const few = order.filter((i) => {
      const count = (counts.get(this.#paths[i]) ?? 0) + 1;
      counts.set(this.#paths[i], count);
      return count <= ALIKE;
    });
    const fallback =
      order.length > 0 ? [] : this.#caseRank.filter((i) => always || this.#reachedByCases[i].has(id));
    return { order: this.#kinFirst(m, 'item', few), fallback: this.#kinFirst(m, 'case', fallback) };
  }

  #kinFirst(m, kind, indices) {
    const counts = groupsOf(m).map((group) => this.#kills.get(`${kind} ${group}`) ?? new Map());
    const weight = (i) => 1e6 * (counts[0].get(i) ?? 0) + (counts[1].get(i) ?? 0);
    const kin = indices.filter((i) => weight(i) > 0).sort((a, b) => weight(b) - weight(a));
    return [...new Set([...kin.slice(0, KIN), ...indices])];
  }

  killed(m, { by, item }) {
    for (const group of groupsOf(m))
      for (const [kind, index] of [
        ['item', item],
        ['case', by],
      ]) {
        if (index === undefined) continue;
        const key = `${kind} ${group}`;
        if (!this.#kills.has(key)) this.#kills.set(key, new Map());
        const kills = this.#kills.get(key);
        kills.set(index, (kills.get(index) ?? 0) + 1);
      }
  }
}

/** Kin: mutants of the same declaration, and of the same file. */
const groupsOf = (m) => (m.kind !== 'source' ? [m.of, m.name.split('/')[0]] : [m.name.split(':')[0], m.file]);
