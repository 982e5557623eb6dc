/** Emitted modules: readable, clean under the strictest settings of TypeScript, and the same numbers as in process. */
import { emitModule } from '../../src/emit/index.js';
import { programs } from './programs.js';
import { diagnose } from './strict.js';

const texts = programs.map((p) => ({
  ...p,
  ts: emitModule({ target: 'ts', formula: p.formula, functions: p.functions, adcVersion: '0.1.0' }),
  js: emitModule({ target: 'js', formula: p.formula, functions: p.functions, adcVersion: '0.1.0' }),
}));

test.each(texts)('$name reads as before', ({ ts: typed, js }) => {
  expect(typed).toMatchSnapshot('ts');
  expect(js).toMatchSnapshot('js');
});

test('TypeScript finds nothing to say under its strictest settings', () => {
  expect(diagnose(new Map(texts.map((t) => [`${t.name}.ts`, t.ts])))).toEqual([]);
});
