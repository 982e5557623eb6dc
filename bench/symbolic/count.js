/**
 * Operations of expressions, the same way for every contender's answer, as a compiler would that knows that sums and
 * products commute: what occurs twice is counted once, across all components of a gradient.
 *
 * - A sum of n terms takes n-1 operations, whatever the signs; if all are negative, one more.
 * - A product or quotient of n factors takes n-1; 1/(a·b) takes 2. A negative sign costs nothing in a sum or with a
 *   numeric coefficient, otherwise 1.
 * - A power and every function take 1. x^-2 is one power, and 1/x^2 the same; √x and x^0.5 are equal.
 * - Numbers among themselves cost nothing.
 * - Parts of sums and products that occur in several of them (a·b in a·b·c and a·b·d) are counted once.
 */

class Nodes {
  constructor() {
    this.byKey = new Map();
  }

  make(kind, key, fields) {
    const full = `${kind}:${key}`;
    let node = this.byKey.get(full);
    if (!node) {
      node = { kind, id: this.byKey.size, ...fields };
      this.byKey.set(full, node);
    }
    return node;
  }

  number(value) {
    return this.make('number', value.toPrecision(14), { value });
  }
}

const FUNCTIONS = {
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  cbrt: Math.cbrt,
  abs: Math.abs,
  log10: Math.log10,
  log2: Math.log2,
};

/** How many operations the expressions take together. */
export function countOperations(expressions) {
  const builder = new Builder();
  const roots = expressions.map((e) => builder.standing(builder.build(e)));
  return shareParts(reachable(roots));
}

class Builder {
  nodes = new Nodes();
  known = new Map();

  /** An expression as a node and its sign. */
  build(e) {
    if (typeof e === 'boolean') return { sign: 1, node: this.nodes.make('name', String(e), {}) };
    if (typeof e === 'string') return this.leaf(e);
    let built = this.known.get(e);
    if (!built) {
      built = this.operation(e);
      this.known.set(e, built);
    }
    return built;
  }

  leaf(text) {
    if (text === 'pi') return this.constant(Math.PI);
    if (text === 'e') return this.constant(Math.E);
    if (/^[\d.]/.test(text)) return this.constant(Number(text));
    return { sign: 1, node: this.nodes.make('name', text, {}) };
  }

  constant(value) {
    return { sign: value < 0 ? -1 : 1, node: this.nodes.number(Math.abs(value)) };
  }

  operation([head, ...args]) {
    switch (head) {
      case 'Add':
        return this.sum(args.map((a) => this.build(a)));
      case 'Subtract':
        return this.sum([this.build(args[0]), opposite(this.build(args[1]))]);
      case 'Negate':
        return opposite(this.build(args[0]));
      case 'Multiply':
        return this.product(
          args.map((a) => this.build(a)),
          [],
        );
      case 'Divide':
        return this.product([this.build(args[0])], [this.build(args[1])]);
      case 'Power':
        return this.power(this.build(args[0]), this.build(args[1]));
      case 'sqrt':
        return this.power(this.build(args[0]), this.constant(0.5));
      default:
        return this.function(
          head,
          args.map((a) => this.build(a)),
        );
    }
  }

  sum(parts) {
    const terms = [];
    let constant = 0;
    for (const { sign, node } of parts) {
      if (node.kind === 'number') constant += sign * node.value;
      else if (node.kind === 'sum') {
        for (const t of node.terms) {
          if (t.node.kind === 'number') constant += sign * t.sign * t.node.value;
          else terms.push({ sign: sign * t.sign, node: t.node });
        }
      } else terms.push({ sign, node });
    }
    if (constant !== 0) terms.push(this.constant(constant));
    if (terms.length === 0) return this.constant(0);
    if (terms.length === 1) return terms[0];
    terms.sort((a, b) => a.node.id - b.node.id || a.sign - b.sign);
    return { sign: 1, node: this.nodes.make('sum', keyOf(terms), { terms }) };
  }

  product(above, below) {
    let sign = 1;
    let coefficient = 1;
    const factors = [];
    const take = (part, side) => {
      sign *= part.sign;
      const { node } = part;
      if (node.kind === 'number') coefficient *= node.value ** side;
      else if (node.kind === 'product') {
        coefficient *= node.coefficient ** side;
        for (const f of node.factors) factors.push({ node: f.node, side: f.side * side });
      } else factors.push({ node, side });
    };
    for (const part of above) take(part, 1);
    for (const part of below) take(part, -1);
    if (factors.length === 0) return this.constant(sign * coefficient);
    factors.sort((a, b) => a.node.id - b.node.id || a.side - b.side);
    if (factors.length === 1 && coefficient === 1 && factors[0].side === 1)
      return { sign, node: factors[0].node };
    const key = `${coefficient.toPrecision(14)}|${factors.map((f) => `${f.side}*${f.node.id}`).join(' ')}`;
    return { sign, node: this.nodes.make('product', key, { coefficient, factors }) };
  }

  power(base, exponent) {
    const plain = this.standing(base);
    const to = exponent.node.kind === 'number' ? exponent.sign * exponent.node.value : undefined;
    if (to !== undefined) {
      if (base.node.kind === 'number') return this.constant((base.sign * base.node.value) ** to);
      if (to === 0) return this.constant(1);
      if (to === 1) return base;
      if (to < 0) return this.product([], [this.power(base, this.constant(-to))]);
    }
    if (base.node.kind === 'number' && base.sign > 0 && base.node.value === Math.E)
      return this.function('exp', [exponent]);
    const top = this.standing(exponent);
    return { sign: 1, node: this.nodes.make('power', `${plain.id} ${top.id}`, { args: [plain, top] }) };
  }

  function(name, parts) {
    const compute = FUNCTIONS[name];
    if (compute && parts.every((p) => p.node.kind === 'number')) {
      const value = compute(...parts.map((p) => p.sign * p.node.value));
      if (Number.isFinite(value)) return this.constant(value);
    }
    const args = parts.map((p) => this.standing(p));
    return { sign: 1, node: this.nodes.make(name, args.map((a) => a.id).join(' '), { args }) };
  }

  /** A node that has the sign in itself. */
  standing({ sign, node }) {
    if (sign > 0) return node;
    if (node.kind === 'number') return this.nodes.number(-node.value);
    if (node.kind === 'sum') {
      const terms = node.terms.map((t) => ({ sign: -t.sign, node: t.node }));
      return this.nodes.make('sum', keyOf(terms), { terms });
    }
    if (node.kind === 'product' && node.coefficient !== 1) {
      const { factors } = node;
      const coefficient = -node.coefficient;
      const key = `${coefficient.toPrecision(14)}|${factors.map((f) => `${f.side}*${f.node.id}`).join(' ')}`;
      return this.nodes.make('product', key, { coefficient, factors });
    }
    return this.nodes.make('negative', String(node.id), { args: [node] });
  }
}

const opposite = ({ sign, node }) => ({ sign: -sign, node });
const keyOf = (terms) => terms.map((t) => `${t.sign}*${t.node.id}`).join(' ');

function partsOf(node) {
  if (node.kind === 'sum') return node.terms.map((t) => t.node);
  if (node.kind === 'product') return node.factors.map((f) => f.node);
  return node.args ?? [];
}

function reachable(roots) {
  const found = new Set();
  const stack = [...roots];
  for (let node = stack.pop(); node; node = stack.pop()) {
    if (found.has(node)) continue;
    found.add(node);
    stack.push(...partsOf(node));
  }
  return found;
}

/** The operations of all nodes, after pairs that occur in several sums or products have been taken out of them. */
function shareParts(nodes) {
  let operations = 0;
  const uses = new Map();
  for (const node of nodes) for (const part of partsOf(node)) uses.set(part, (uses.get(part) ?? 0) + 1);
  const sums = [];
  const products = [];
  for (const node of nodes) {
    if (node.kind === 'sum') sums.push(node.terms.map((t) => ({ id: `${t.node.id}`, sign: t.sign })));
    else if (node.kind === 'product') {
      const items = node.factors.map((f) => ({ id: `${f.node.id}`, sign: f.side }));
      const { coefficient } = node;
      if (Math.abs(coefficient) !== 1)
        items.unshift({ id: `#${Math.abs(coefficient).toPrecision(14)}`, sign: 1 });
      // A power with a negative exponent is one operation.
      const [{ node: first, side }] = node.factors;
      if (items.length === 1 && side < 0 && first.kind === 'power' && uses.get(first) === 1) continue;
      products.push(items);
    } else if (node.kind !== 'number' && node.kind !== 'name') operations++;
  }
  return operations + costOf(sums) + costOf(products);
}

/** Repeatedly takes out the pair that occurs in most lists; a pair may stand in a list with both signs changed. */
function costOf(lists) {
  let operations = 0;
  for (let fresh = 0; ; fresh++) {
    const seen = new Map();
    for (const list of lists) {
      const here = new Map();
      for (let i = 0; i < list.length; i++)
        for (let j = i + 1; j < list.length; j++) {
          const [a, b] = list[i].id <= list[j].id ? [list[i], list[j]] : [list[j], list[i]];
          const key = `${a.id} ${b.id} ${a.sign * b.sign}`;
          if (!here.has(key)) here.set(key, [a, b]);
        }
      for (const key of here.keys()) seen.set(key, (seen.get(key) ?? 0) + 1);
    }
    let best;
    for (const [key, count] of seen)
      if (count > 1 && (best === undefined || count > seen.get(best))) best = key;
    if (best === undefined) break;
    operations++;
    const [first, second, relation] = best.split(' ');
    for (const list of lists) {
      const i = list.findIndex((x) => x.id === first);
      const j = list.findIndex(
        (x, k) => k !== i && x.id === second && x.sign * list[i]?.sign === Number(relation),
      );
      if (i < 0 || j < 0) continue;
      const { sign } = list[i];
      const kept = list.filter((_, k) => k !== i && k !== j);
      list.splice(0, list.length, ...kept, { id: `new${fresh}`, sign });
    }
  }
  for (const list of lists) {
    if (list.length === 0) continue;
    operations += list.length - 1 + (list.every((x) => x.sign < 0) ? 1 : 0);
  }
  return operations;
}
