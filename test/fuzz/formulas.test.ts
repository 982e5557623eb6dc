/** Formulas and programs of all sorts, right and wrong, through parser, printer, lowering and every command. */
import fc from 'fast-check';
import { runs } from '../support/runs.js';
import * as corpus from './corpus.js';
import { reportTally } from './expectations.js';
import { feed } from './feed.js';
import { mutations, sentences, soups, strings } from './texts.js';

function feedAll(texts: fc.Arbitrary<string>, cases: number): void {
  fc.assert(
    fc.property(texts, fc.nat({ max: 2 ** 20 }), (text, which) => feed(text, which)),
    runs(cases),
  );
}

test('soups of tokens', () => feedAll(soups, 6000));
test('sentences without sense', () => feedAll(sentences, 3000));
test('right formulas with something changed', () => feedAll(mutations(corpus.formulas), 4000));
test('strings of any characters', () => feedAll(strings, 6000));
test('right formulas', () => {
  for (const [i, text] of corpus.formulas.entries()) feed(text, i);
});

afterAll(reportTally);
