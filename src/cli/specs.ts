/**
 * The commands and their options, as data: what argument splitting, commander, help and suggestions are made from.
 * The code of a command is loaded only when it runs.
 */
import { MAX_ITERATIONS, TIME_LIMIT } from '../core/limits.js';
import type { Command as CommandModule } from './invocation.js';

export interface OptionSpec {
  /** As commander writes it: `-o, --output <file>`. */
  readonly flags: string;
  readonly summary: string;
  readonly choices?: readonly string[];
}

export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What stands after the name in help. */
  readonly operands: string;
  /** Whether several operands are taken, as file names. */
  readonly files?: boolean;
  /** Whether `--name value` gives a variable its value. */
  readonly variables: boolean;
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  readonly load: () => Promise<CommandModule>;
}

const timeout: OptionSpec = {
  flags: '--timeout <seconds>',
  summary: `time after which the work is given up (default ${TIME_LIMIT})`,
};
const iterations: OptionSpec = {
  flags: '--max-iterations <n>',
  summary: `iterations after which a loop is given up (default ${MAX_ITERATIONS})`,
};
const json: OptionSpec = { flags: '--json', summary: 'write one JSON document' };
const common: readonly OptionSpec[] = [
  json,
  { flags: '--quiet', summary: 'only the result, no remarks' },
  { flags: '--no-color', summary: 'no colour (as NO_COLOR)' },
];
const wrt: OptionSpec = { flags: '--wrt <names>', summary: 'differentiate with respect to these: x,w' };
const of: OptionSpec = {
  flags: '--of <name>',
  summary: 'differentiate a named intermediate instead of the output',
};
const at: OptionSpec = {
  flags: '--at <assignment>',
  summary: 'the value of a variable whose name is an option: x=3',
};
const shape: OptionSpec = { flags: '--shape <assignment>', summary: 'the shape of a variable: A=m,n' };
const seed: OptionSpec = { flags: '--seed <n>', summary: 'seed of whatever is random' };
const cotangent: OptionSpec = {
  flags: '--cotangent <value>',
  summary: 'weights of the elements of a non-scalar output',
};
const tangent: OptionSpec = {
  flags: '--tangent <assignment>',
  summary: 'the direction in which a variable moves: x=1,0 (those without one stand still)',
};
const mode: OptionSpec = {
  flags: '--mode <mode>',
  summary: 'how to differentiate',
  choices: ['all', 'auto', 'forward', 'reverse'],
};
const unchecked: OptionSpec = { flags: '--no-check', summary: 'take no finite differences' };
const strict: OptionSpec = { flags: '--strict', summary: 'inconclusive counts as failure' };

/** The options of every derivative that is compared with differences. */
const checked: readonly OptionSpec[] = [wrt, of, unchecked, strict, seed, at, timeout, ...common];

export const commands: readonly CommandSpec[] = [
  {
    name: 'grad',
    summary: 'value and gradient, by all modes, checked against central finite differences',
    operands: '<formula>',
    variables: true,
    options: [
      {
        flags: '--mode <mode>',
        summary: 'how to differentiate',
        choices: ['all', 'auto', 'forward', 'reverse', 'symbolic'],
      },
      wrt,
      of,
      { flags: '--retain <names>', summary: 'also the adjoints of these intermediates: z,u' },
      cotangent,
      unchecked,
      { flags: '--reference', summary: 'settle it with 50 digits, and print each error in ulps' },
      strict,
      seed,
      at,
      timeout,
      iterations,
      ...common,
    ],
    examples: ['adc grad "2*dot(x,x)" --x 0,1,2,3', 'adc grad "ln(x1)+x1*x2-sin(x2)" --x1 2 --x2 5 --json'],
    load: async () => (await import('./commands/grad.js')).grad,
  },
  {
    name: 'diff',
    summary: 'the symbolic derivative as a formula',
    operands: '<formula>',
    variables: true,
    options: [
      { flags: '--order <n>', summary: 'how many times to differentiate' },
      {
        flags: '--format <format>',
        summary: 'how the derivative is written',
        choices: ['text', 'latex', 'mathml', 'typescript'],
      },
      { flags: '--latex', summary: 'as --format latex' },
      wrt,
      of,
      shape,
      at,
      timeout,
      ...common,
    ],
    examples: [
      'adc diff "2*dot(x,x)"',
      'adc diff "sin(x)*exp(x)" --order 2',
      'adc diff "norm(A@x-y)^2" --wrt x --latex',
    ],
    load: async () => (await import('./commands/diff.js')).diff,
  },
  {
    name: 'jvp',
    summary: 'Jacobian times tangent: how the output moves along a direction',
    operands: '<formula>',
    variables: true,
    options: [tangent, mode, ...checked],
    examples: ['adc jvp "A@x" --A "1,2;3,4" --x 1,1 --tangent x=1,0'],
    load: async () => (await import('./commands/family.js')).jvp,
  },
  {
    name: 'vjp',
    summary: 'cotangent times Jacobian: the gradient of the weighed output',
    operands: '<formula>',
    variables: true,
    options: [cotangent, { ...mode, choices: ['all', 'auto', 'forward', 'reverse', 'symbolic'] }, ...checked],
    examples: ['adc vjp "A@x" --A "1,2;3,4" --x 1,1 --cotangent 1,10'],
    load: async () => (await import('./commands/grad.js')).vjp,
  },
  {
    name: 'hvp',
    summary: 'Hessian times tangent: how the gradient moves along a direction',
    operands: '<formula>',
    variables: true,
    options: [tangent, cotangent, mode, ...checked],
    examples: ['adc hvp "x[0]^2*x[1]" --x 1,2 --tangent x=1,0'],
    load: async () => (await import('./commands/family.js')).hvp,
  },
  {
    name: 'jacobian',
    summary: 'the derivative of every element of the output by every input',
    operands: '<formula>',
    variables: true,
    options: [mode, ...checked],
    examples: ['adc jacobian "softmax(x)" --x 1,2,3'],
    load: async () => (await import('./commands/family.js')).jacobian,
  },
  {
    name: 'hessian',
    summary: 'the second derivatives by every pair of inputs',
    operands: '<formula>',
    variables: true,
    options: [
      { flags: '--diagonal', summary: 'only the second derivative by each input' },
      cotangent,
      mode,
      ...checked,
    ],
    examples: ['adc hessian "x[0]^2*x[1]" --x 1,2'],
    load: async () => (await import('./commands/family.js')).hessian,
  },
  {
    name: 'emit',
    summary: 'generated code for value and derivatives',
    operands: '<formula>',
    variables: true,
    options: [
      {
        flags: '--derivative <names>',
        summary: 'the functions: of value,gradient,jvp,vjp,hvp,jacobian,hessian (default value,gradient)',
      },
      { flags: '--target <target>', summary: 'the language of the code', choices: ['ts', 'js'] },
      {
        flags: '--mode <mode>',
        summary: 'how the gradient is worked out (default reverse)',
        choices: ['reverse', 'symbolic'],
      },
      { flags: '--no-guard', summary: 'let loops run however often' },
      { flags: '-o, --output <file>', summary: 'write to a file' },
      wrt,
      of,
      shape,
      at,
      timeout,
      iterations,
      ...common,
    ],
    examples: ['adc emit "2*dot(x,x)" -o f.ts', 'adc emit "sum(softplus(-y*(X@w)))" --wrt w --target js'],
    load: async () => (await import('./commands/emit.js')).emit,
  },
  {
    name: 'verify',
    summary: 'every case of a suite, with a verdict for each',
    operands: '<file...>',
    files: true,
    variables: false,
    options: [
      { flags: '--points <n>', summary: 'random points for variables without values (default 3)' },
      seed,
      { flags: '--tolerance <x>', summary: 'relative tolerance of claims (default 1e-9)' },
      { flags: '--only <name>', summary: 'only the case of this name' },
      { flags: '--shard <part>', summary: 'only every n-th case, from the i-th: i/n' },
      { flags: '--jobs <n>', summary: 'cases run at a time (default: one for each core)' },
      { flags: '--bail', summary: 'stop at the first failure' },
      { flags: '--watch', summary: 'run again whenever a file changes' },
      { flags: '--jsonl', summary: 'write a line of JSON for each case' },
      { flags: '--tap', summary: 'write the Test Anything Protocol' },
      { flags: '--junit <file>', summary: 'also write the XML of JUnit to a file' },
      { flags: '--sarif <file>', summary: 'also write SARIF to a file, for code scanning' },
      { flags: '--github', summary: 'also write annotations of GitHub Actions' },
      strict,
      { ...timeout, summary: `time after which a case is given up (default ${TIME_LIMIT})` },
      iterations,
      ...common,
    ],
    examples: ['adc verify samples/autograd.suite', 'adc verify cases.jsonl --json'],
    load: async () => (await import('./commands/verify.js')).verify,
  },
  {
    name: 'trace',
    summary: 'the forward and reverse tables, one row per elementary operation, with numbers',
    operands: '<formula>',
    variables: true,
    options: [wrt, of, cotangent, at, timeout, iterations, ...common],
    examples: ['adc trace "ln(x1)+x1*x2-sin(x2)" --x1 2 --x2 5', 'adc trace "2*dot(x,x)" --x 0,1,2,3 --json'],
    load: async () => (await import('./commands/trace.js')).trace,
  },
  {
    name: 'ops',
    summary: 'the functions of the language, each with its derivative',
    operands: '[function]',
    variables: false,
    options: [...common],
    examples: ['adc ops', 'adc ops sin'],
    load: async () => (await import('./commands/ops.js')).ops,
  },
];
