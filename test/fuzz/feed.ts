/** Everything that adc does with a formula or program, each step with an answer or an error as errors must be. */
import { parseProgram, printProgram } from '../../grammar/index.js';
import { answerGrad } from '../../src/check/answer.js';
import { drawPoint } from '../../src/check/draw.js';
import { randomFrom } from '../../src/check/random.js';
import type { Tensor } from '../../src/core/tensor.js';
import { emitSource, freeVariables } from '../../src/run/derive.js';
import { openProblem } from '../../src/run/open.js';
import { symbolicDerivative } from '../../src/run/orders.js';
import { traceProblem } from '../../src/run/trace.js';
import { program, statement } from '../grammar/show.js';
import { answered, count, expectDiagnostics } from './expectations.js';

/** Small values for the variables of a text, of the shapes that it demands. */
function pointFor(text: string, seed: number): Map<string, Tensor> {
  const free = freeVariables(text);
  const whole = free.filter((v) => v.integer);
  const values = new Map(
    whole.map((v): [string, Tensor] => [v.name, { shape: [], data: Float64Array.of(2) }]),
  );
  return drawPoint(free, values, new Map(), randomFrom(seed), 0);
}

/** Generated code and interpreter share nothing but the upper IR: that they differ is never the text's fault. */
function expectOneValue(diagnostics: readonly { readonly message: string }[]): void {
  const [fault] = diagnostics.filter((d) => d.message.startsWith('the generated code computes'));
  if (fault) throw new Error(fault.message);
}

/** Feeds a text; `which` chooses what is done beside differentiating it. */
export function feed(text: string, which: number): void {
  const parsed = answered(text, () => parseProgram(text));
  if (parsed === undefined) return;
  expectDiagnostics(parsed.warnings, text);
  const tree = parsed.program.statements.map(statement).join('\n');
  const printed = printProgram(parsed.program);
  if (program(printed) !== tree)
    throw new Error(`printed as ${JSON.stringify(printed)}, which means something else`);
  const point = answered(text, () => pointFor(text, which));
  if (point === undefined) return;
  const problem = answered(text, () => openProblem(text, { values: point }));
  if (problem) {
    const all = which % 8 === 0;
    const answer = answered(text, () => answerGrad(problem, all ? {} : { mode: 'reverse', check: false }));
    if (answer) {
      expectDiagnostics(answer.diagnostics, text);
      expectOneValue(answer.diagnostics);
      count(`verdict ${answer.check?.verdict ?? 'none'}`);
    }
    if (which % 16 === 1) answered(text, () => traceProblem(problem));
  }
  if (which % 4 === 2) {
    const answer = answered(text, () => symbolicDerivative(text));
    for (const formula of answer && 'get' in answer.expressions ? answer.expressions.values() : [])
      answered(formula, () => parseProgram(formula)) ?? fail(`a derivative that does not parse: ${formula}`);
  }
  if (which % 16 === 3) {
    const module = answered(text, () => emitSource(text, { target: 'js' }));
    if (module) new Function(module.text.replace(/^export /gm, ''));
  }
}

function fail(message: string): never {
  throw new Error(message);
}
