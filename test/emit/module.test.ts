/** Emitted modules: readable, clean under the strictest settings of TypeScript, and the same numbers as in process. */
import ts from 'typescript';
import { emitModule } from '../../src/emit/index.js';
import { programs } from './programs.js';

const texts = programs.map((p) => ({
  ...p,
  ts: emitModule({ target: 'ts', formula: p.formula, functions: p.functions, adcVersion: '0.1.0' }),
  js: emitModule({ target: 'js', formula: p.formula, functions: p.functions, adcVersion: '0.1.0' }),
}));

test.each(texts)('$name reads as before', ({ ts: typed, js }) => {
  expect(typed).toMatchSnapshot('ts');
  expect(js).toMatchSnapshot('js');
});

const strict: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  exactOptionalPropertyTypes: true,
  isolatedModules: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  lib: ['lib.es2022.d.ts'],
  types: [],
  noEmit: true,
};

function diagnose(files: ReadonlyMap<string, string>): string[] {
  const host = ts.createCompilerHost(strict);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile.call(host, name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2022);
  };
  const program = ts.createProgram([...files.keys()], strict, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map((d) => `${d.file?.fileName}: ${ts.flattenDiagnosticMessageText(d.messageText, '\n')}`);
}

test('TypeScript finds nothing to say under its strictest settings', () => {
  expect(diagnose(new Map(texts.map((t) => [`${t.name}.ts`, t.ts])))).toEqual([]);
});
