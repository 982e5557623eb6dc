/**
 * Mutants of the structural rules, one operation of the upper IR at a time: what forward mode makes of its tangents and
 * what reverse mode gives to its operands, times 1.001, negated, and without the part of an operand.
 */
import ts from 'typescript';

const FORWARD = 'src/passes/forward/rules.ts';
const REVERSE = 'src/passes/reverse/rules.ts';

/** Operations with more than one operand that carries a derivative: which they are. */
const SEVERAL = new Map([
  ['elementwise', [0, 1, 2]],
  ['select', [1, 2]],
  ['contract', [0, 1]],
  ['concat', [0, 1]],
  ['recur', [0, 1]],
  ['array', [0, 1]],
]);

/** The kinds of operation that a switch of the file tells apart and has a rule for. */
function kindsIn(source) {
  const kinds = [];
  const visit = (node) => {
    if (ts.isCaseBlock(node)) {
      let group = [];
      for (const clause of node.clauses) {
        if (!ts.isCaseClause(clause)) continue;
        group.push(clause.expression.text);
        if (clause.statements.length === 0) continue;
        const [first] = clause.statements;
        const empty =
          ts.isReturnStatement(first) && (!first.expression || first.expression.getText() === 'undefined');
        if (!empty) kinds.push(...group);
        group = [];
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return kinds;
}

const scaled = (b, g, factor) => ({
  ...g,
  value: b.elementwise('mul', b.full(factor, g.value.type.shape), g.value),
});

/** By the words for it: what a rule's result becomes, and of which operands nothing is left. */
function changesOf(kind) {
  return [
    ['*1.001', { factor: 1.001 }],
    ['negated', { factor: -1 }],
    ...(SEVERAL.get(kind) ?? [0]).map((i) => [`without operand ${i}`, { without: i }]),
  ];
}

/** All structural mutants. `sources` are the files under test. */
export function structuralMutants(sources) {
  return [
    ['forward', FORWARD],
    ['reverse', REVERSE],
  ].flatMap(([mode, file]) =>
    kindsIn(sources.get(file)).flatMap((of) =>
      changesOf(of).map(([says, change]) => ({
        kind: 'structural',
        name: `${mode}/${of}: ${says}`,
        of: `${mode}/${of}`,
        operation: of,
        file,
        change,
      })),
    ),
  );
}

/** Wrappers of modules that make a structural mutant. */
export function wrappersFor({ file, operation, change: { factor, without } }) {
  const changed = (b, g) => (g && factor !== undefined ? scaled(b, g, factor) : g);
  const forward = (m) => ({
    ...m,
    tangentOf: (site) => {
      if (site.op.kind !== operation) return m.tangentOf(site);
      const tangents = site.tangents.map((t, i) => (i === without ? undefined : t));
      return changed(site.b, m.tangentOf({ ...site, tangents }));
    },
  });
  const reverse = (m) => ({
    ...m,
    pullBack: (site, g) => {
      if (site.op.kind !== operation) return m.pullBack(site, g);
      const give = (i, contribution) => {
        if (i !== without) site.give(i, changed(site.b, contribution));
      };
      return m.pullBack({ ...site, give }, g);
    },
  });
  return new Map([[file, file === FORWARD ? forward : reverse]]);
}
