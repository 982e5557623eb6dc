/** Opening a problem: a program at a point, with its derivatives compiled when they are first asked for. */
import { during } from '../core/deadline.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { InternalError } from '../core/diagnostic.js';
import { DIFFERENCES } from '../core/errors/run.js';
import { scalar, type Tensor, zerosLike } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import type { Func } from '../ir/types.js';
import { gradientFunction, WEIGHTS, weigh } from '../passes/family.js';
import { freeze, frozenValues } from '../passes/freeze.js';
import { runPasses } from '../passes/pass.js';
import {
  type Derivation,
  derive,
  forwardDerivation,
  frozenDerivation,
  prepare,
  reverseDerivation,
  valueDerivation,
} from '../passes/pipeline.js';
import { prune } from '../passes/prune.js';
import { type Compiled, compileFunc } from './compile.js';
import { checkFeasible, forwardCost } from './cost.js';
import { hardPoints } from './hard/index.js';
import { saturationOf } from './hard/saturation.js';
import { type Computation, InterpretedInsight } from './insight.js';
import { iterationsOf } from './iterations.js';
import type { ModeRun } from './modes.js';
import type { GradientMode, Insight, ModeAnswer, OpenOptions, Point, Problem, Variable } from './problem.js';
import { lowerAt, type Parsed, parse, valuesOf, wrtOf } from './program.js';
import { type SymbolicAnswer, symbolicProgram } from './symbolic.js';

/** Element operations that a gradient by forward mode may cost before it is not worth its time. */
const FORWARD_BUDGET = 3e8;
const FORWARD_SWEEPS = 1000;

/**
 * Opens a problem.
 * @throws AdcError for anything that is wrong with the text, its names, shapes and values
 */
export function openProblem(source: string, options: OpenOptions = {}): Problem {
  const parsed = parse(source, options.values?.keys());
  const values = valuesOf(parsed, options.values ?? new Map());
  const lowered = lowerAt(parsed, values, options.of);
  const wrt = wrtOf(parsed, options.wrt);
  return new Session(parsed, lowered.module.main, values, wrt, [
    ...parsed.diagnostics,
    ...lowered.diagnostics,
  ]);
}

/**
 * The gradient of a problem as a problem of its own: its output is all gradients as one vector, in the order of the
 * variables. With a cotangent it is
 * that of the output weighed by it, which an output that is no scalar needs.
 */
export function gradientProblem(source: string, options: OpenOptions, cotangent?: Tensor): Problem {
  const parsed = parse(source, options.values?.keys());
  const values = valuesOf(parsed, options.values ?? new Map());
  const asked = new Set(wrtOf(parsed, options.wrt));
  const wrt = parsed.variables.map((v) => v.name).filter((name) => asked.has(name));
  const transform = (func: Func) =>
    gradientFunction({ func: runPasses(prepare(func), cotangent ? [weigh] : []), wrt });
  const main = transform(lowerAt(parsed, values, options.of).module.main);
  const point = cotangent ? new Map([...values, [WEIGHTS, cotangent]]) : values;
  return new Session(parsed, main, point, wrt, [], transform);
}

class Session implements Problem {
  readonly source: string;
  readonly main: Func;
  readonly variables: readonly Variable[];
  readonly outputShape: readonly number[];
  private readonly functions = new Map<string, Func>();
  private readonly compiled = new Map<string, Compiled>();
  private readonly args: readonly Tensor[];
  private symbolicAnswers = new Map<boolean, SymbolicAnswer>();
  private counted: { readonly iterations: number | undefined } | undefined;
  private frozenArgs: readonly Tensor[] | undefined;
  /** Whether the last gradient by forward mode took the guarded sweeps. */
  private sweptGuarded = false;
  private readonly asked: ReadonlySet<string>;

  constructor(
    private readonly parsed: Parsed,
    readonly lowered: Func,
    readonly point: Point,
    private readonly wrt: readonly string[],
    readonly diagnostics: readonly Diagnostic[],
    /** What becomes of a lowered program before anything else. */
    private readonly transform: (func: Func) => Func = (func) => func,
  ) {
    this.source = parsed.source;
    this.asked = new Set(wrt);
    this.main = prepare(lowered);
    checkFeasible(this.main);
    this.variables = parsed.variables.map((v) => ({
      name: v.name,
      role: v.role,
      shape: this.tensor(v.name).shape,
      integer: v.integer,
      wrt: this.asked.has(v.name),
    }));
    this.outputShape = (this.main.body.results[0]?.type.shape ?? []) as readonly number[];
    this.args = this.argsAt(point);
  }

  private tensor(name: string, at: Point = this.point): Tensor {
    const t = at.get(name);
    if (!t) throw new InternalError(`no value for ${name}`);
    return t;
  }

  private argsAt(at: Point): Tensor[] {
    return this.main.params.map((p) => this.tensor(p.name, at));
  }

  /** The program after the passes of a derivation, kept for whoever asks again. */
  private derived(by: Derivation, key = by.name): Func {
    const func = this.functions.get(key) ?? derive(this.main, by);
    this.functions.set(key, func);
    return func;
  }

  private compile(by: Derivation, key = by.name): Compiled {
    let compiled = this.compiled.get(key);
    if (!compiled) {
      compiled = compileFunc(this.derived(by, key));
      this.compiled.set(key, compiled);
    }
    return compiled;
  }

  value(): Tensor {
    return this.compile(valueDerivation).run(this.args)[0] as Tensor;
  }

  interpretedValue(): Tensor {
    return interpret(this.derived(valueDerivation), this.args)[0] as Tensor;
  }

  iterations(): number | undefined {
    this.counted ??= { iterations: iterationsOf(this.main, this.args) };
    return this.counted.iterations;
  }

  frozenValue(at: Point): Tensor {
    const compiled = this.compile(this.frozenBy());
    during(DIFFERENCES);
    return compiled.run(this.frozenArgsAt(at))[0] as Tensor;
  }

  /** The derivation of what differences are taken of. */
  private frozenBy(): Derivation {
    this.frozenArgs ??= frozenValues(this.main, this.args);
    return this.frozenArgs.length === 0 ? valueDerivation : frozenDerivation;
  }

  private frozenArgsAt(at: Point): Tensor[] {
    this.frozenArgs ??= frozenValues(this.main, this.args);
    return [...this.argsAt(at), ...this.frozenArgs];
  }

  forwardDirectional(direction: Point, guarded = false): Tensor {
    const compiled = this.compile(forwardDerivation(this.wrt, { guarded }), guarded ? 'guarded' : 'forward');
    return compiled.run([...this.args, ...this.seeds(direction)])[1] as Tensor;
  }

  /** The tangents of the parameters that are differentiated, in their order. */
  private seeds(direction: Point): Tensor[] {
    return this.main.params.filter((p) => this.asked.has(p.name)).map((p) => this.tensor(p.name, direction));
  }

  private zeroDirection(): Map<string, Tensor> {
    return new Map(this.wrt.map((name) => [name, zerosLike(this.tensor(name))]));
  }

  forwardGradient(cotangent: Tensor): ModeAnswer {
    const sweeps = this.wrt.reduce((n, name) => n + this.tensor(name).data.length, 0);
    if (sweeps > FORWARD_SWEEPS || sweeps * forwardCost(this.main) > FORWARD_BUDGET) {
      return {
        unavailable: `a gradient by forward mode needs ${sweeps} sweeps here, one for each coordinate`,
      };
    }
    const fast = this.sweepForward(cotangent, false);
    const finite = [...fast.values()].every((t) => t.data.every(Number.isFinite));
    this.sweptGuarded = !finite;
    return { gradient: finite ? fast : this.sweepForward(cotangent, true) };
  }

  private sweepForward(cotangent: Tensor, guarded: boolean): Point {
    const gradient = this.zeroDirection();
    const direction = this.zeroDirection();
    for (const [name, seed] of direction) {
      for (let i = 0; i < seed.data.length; i++) {
        seed.data[i] = 1;
        const tangent = this.forwardDirectional(direction, guarded);
        (gradient.get(name) as Tensor).data[i] = inner(cotangent, tangent);
        seed.data[i] = 0;
      }
    }
    return gradient;
  }

  reverseGradient(cotangent: Tensor): ModeAnswer {
    return { gradient: this.reverseAt(this.args, cotangent) };
  }

  private reverseAt(args: readonly Tensor[], cotangent: Tensor): Point {
    const scalarOutput = this.outputShape.length === 0;
    const results = this.compile(reverseDerivation(this.wrt)).run(scalarOutput ? args : [...args, cotangent]);
    const scale = scalarOutput ? (cotangent.data[0] as number) : 1;
    return new Map(this.wrt.map((name, i) => [name, scaled(results[1 + i] as Tensor, scale)]));
  }

  private symbolic(weighted: boolean): SymbolicAnswer {
    let answer = this.symbolicAnswers.get(weighted);
    if (!answer) {
      answer = symbolicProgram(this.parsed, this.lowered, this.wrt, weighted, this.point, this.outputShape);
      this.symbolicAnswers.set(weighted, answer);
    }
    return answer;
  }

  symbolicGradient(cotangent: Tensor): ModeAnswer {
    const answer = this.symbolic(this.weighs(cotangent));
    if ('unavailable' in answer) return answer;
    const scale = this.outputShape.length > 0 ? 1 : (cotangent.data[0] as number);
    const gradient = new Map<string, Tensor>();
    for (const { name, func, args } of this.symbolicRuns(cotangent)) {
      const result = compileFunc(func).run(args)[0] as Tensor;
      const failure = this.failureOf(func, args, result, name, cotangent);
      if (failure !== undefined)
        return { unavailable: `the formula with respect to ${name} ${failure} at this point` };
      gradient.set(name, scaled(result, scale));
    }
    return { gradient };
  }

  /** The symbolic formulas by variable, with their arguments; none where there are no formulas. */
  private symbolicRuns(cotangent: Tensor) {
    const weighted = this.weighs(cotangent);
    const answer = this.symbolic(weighted);
    if ('unavailable' in answer) return [];
    const at = weighted ? new Map([...this.point, [answer.cotangent, cotangent]]) : this.point;
    return [...answer.functions].map(([name, func]) => {
      const args = func.params.map((p) => this.tensor(p.name, at));
      return { name, func, args };
    });
  }

  /**
   * Why the formula of a derivative cannot be used at the point, if it cannot. It may be undefined where the derivative is
   * not, or where a convention holds (x / norm(x)), and it may overflow on the way to a number (x / (x^2 + y^2)).
   */
  private failureOf(func: Func, args: readonly Tensor[], result: Tensor, name: string, cotangent: Tensor) {
    if (!this.value().data.every(Number.isFinite)) return undefined;
    if (result.data.some(Number.isNaN)) return 'is not a number';
    if (!result.data.every(Number.isFinite)) {
      const gradient = this.tensor(name, this.reverseAt(this.args, cotangent));
      return gradient.data.every(Number.isFinite) ? 'overflows' : undefined;
    }
    return saturationOf(func, args) ? 'overflows' : undefined;
  }

  /** Whether the output's elements are weighed by anything but ones. */
  private weighs(cotangent: Tensor): boolean {
    return this.outputShape.length > 0 && !cotangent.data.every((g) => g === 1);
  }

  symbolicExpressions(
    cotangent: Tensor = scalar(1),
  ): ReadonlyMap<string, string> | { readonly unavailable: string } {
    const answer = this.symbolic(this.weighs(cotangent));
    return 'unavailable' in answer ? answer : answer.texts;
  }

  valueRun(): ModeRun {
    return { func: this.derived(valueDerivation), args: this.args, parts: [] };
  }

  modeRuns(mode: 'forward' | 'reverse' | 'symbolic', cotangent: Tensor): readonly ModeRun[] {
    if (mode === 'forward') return this.forwardRuns(cotangent);
    const scalarOutput = this.outputShape.length === 0;
    const scale = scalarOutput ? (cotangent.data[0] as number) : 1;
    if (mode === 'reverse') {
      const parts = this.wrt.map((variable, i) => ({ variable, result: 1 + i, scale }));
      const args = scalarOutput ? this.args : [...this.args, cotangent];
      return [{ func: derive(this.main, reverseDerivation(this.wrt)), args, parts }];
    }
    const answer = this.symbolic(this.weighs(cotangent));
    if ('unavailable' in answer) return [];
    const at = new Map([...this.point, [answer.cotangent, cotangent]]);
    return [...answer.functions].map(([variable, func]) => ({
      func,
      args: func.params.map((p) => this.tensor(p.name, at)),
      parts: [{ variable, result: 0, scale }],
    }));
  }

  /** One run for each coordinate. */
  private forwardRuns(cotangent: Tensor): ModeRun[] {
    const func = derive(this.main, forwardDerivation(this.wrt, { guarded: this.sweptGuarded }));
    const moving = this.main.params.filter((p) => this.wrt.includes(p.name)).map((p) => p.name);
    return this.wrt.flatMap((variable) =>
      Array.from(this.tensor(variable).data, (_, element) => {
        const seeds = moving.map((name) => zerosLike(this.tensor(name)));
        (seeds[moving.indexOf(variable)] as Tensor).data[element] = 1;
        const part = { variable, element, result: 1, weights: cotangent, scale: 1 };
        return { func, args: [...this.args, ...seeds], parts: [part] };
      }),
    );
  }

  insight(cotangent: Tensor): Insight {
    return new InterpretedInsight({
      point: this.point,
      cotangent,
      written: () => runPasses(freeze(this.main), [prune]),
      compiled: () => this.derived(this.frozenBy()),
      argsAt: (at) => this.frozenArgsAt(at),
      derivative: (mode, direction) => this.computations(mode, cotangent, direction),
    });
  }

  /** What a mode runs for the derivative of Σ cotangent·output along a direction. */
  private computations(mode: GradientMode, cotangent: Tensor, direction: Point): Computation[] {
    const weight = this.outputShape.length > 0 ? 1 : (cotangent.data[0] as number);
    const along = (t: Tensor, name: string) => weight * inner(this.tensor(name, direction), t);
    if (mode === 'forward') {
      const func = () => this.derived(forwardDerivation(this.wrt, { guarded: true }), 'guarded');
      const args = [...this.args, ...this.seeds(direction)];
      return [{ func, args, along: (results) => inner(cotangent, results[1] as Tensor) }];
    }
    if (mode === 'reverse') {
      const func = () => this.derived(reverseDerivation(this.wrt));
      const args = this.outputShape.length > 0 ? [...this.args, cotangent] : this.args;
      const sum = (results: readonly Tensor[]) =>
        this.wrt.reduce((s, name, k) => s + along(results[1 + k] as Tensor, name), 0);
      return [{ key: mode, func, args, along: sum }];
    }
    const answer = this.symbolic(this.weighs(cotangent));
    if ('unavailable' in answer) return [];
    const at = new Map([...this.point, [answer.cotangent, cotangent]]);
    return [...answer.functions].map(([name, func]) => ({
      key: `${mode} ${name}`,
      func: () => func,
      args: func.params.map((p) => this.tensor(p.name, at)),
      along: ([t]) => along(t as Tensor, name),
    }));
  }

  hardPoints(cotangent: Tensor = scalar(1)): readonly Diagnostic[] {
    return hardPoints({
      program: this.parsed.program,
      func: this.main,
      args: this.args,
      wrt: this.wrt,
      cotangent,
      gradient: () => this.derived(reverseDerivation(this.wrt)),
      lower: (program) =>
        prepare(this.transform(lowerAt({ ...this.parsed, program }, this.point).module.main)),
    });
  }
}

function scaled(t: Tensor, by: number): Tensor {
  return by === 1 ? t : { shape: t.shape, data: t.data.map((x) => x * by) };
}

function inner(a: Tensor, b: Tensor): number {
  let sum = 0;
  for (let i = 0; i < a.data.length; i++) {
    const weight = a.data[i] as number;
    if (weight !== 0) sum += weight * (b.data[i] as number);
  }
  return sum;
}
