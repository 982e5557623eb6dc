/** Derivatives without a point: modules for `emit`, variables for whoever draws values. */
import type { Shape } from '../core/affine.js';
import type { Diagnostic } from '../core/diagnostic.js';
import { version } from '../core/version.js';
import { emitModule } from '../emit/index.js';
import { type Member, memberDerivation, memberSummaries } from '../passes/members.js';
import { derive, prepare, valueDerivation } from '../passes/pipeline.js';
import type { Point } from './problem.js';
import { lowerGeneric, parse, wrtOf } from './program.js';
import { derivativeCode, symbolicCode } from './symboliccode.js';

export interface GenericOptions {
  readonly wrt?: readonly string[];
  readonly of?: string;
  /** Values that tell ranks, and the integers that serve as sizes. */
  readonly values?: Point;
  /** Shapes stated by the user: their rank counts. */
  readonly shapes?: ReadonlyMap<string, Shape>;
}

export interface FreeVariable {
  readonly name: string;
  readonly role: 'param' | 'data';
  readonly integer: boolean;
  /** Serves as index or size: it has to be given. */
  readonly known: boolean;
  readonly shape: Shape;
}

/** A program for any sizes. */
export function lowered(source: string, options: GenericOptions) {
  const given = [...(options.values?.keys() ?? []), ...(options.shapes?.keys() ?? [])];
  const parsed = parse(source, given);
  const ranks = new Map<string, number>();
  for (const [name, t] of options.values ?? []) ranks.set(name, t.shape.length);
  for (const [name, shape] of options.shapes ?? []) ranks.set(name, shape.length);
  const known = new Map([...(options.values ?? [])].map(([name, t]) => [name, t.data[0] as number]));
  const result = lowerGeneric(parsed, ranks, known, options.of, options.shapes);
  const diagnostics = [...parsed.diagnostics, ...result.diagnostics, ...result.assumed];
  return { parsed, main: result.module.main, typed: result.typed, diagnostics };
}

/**
 * The variables of a program with the shapes that it demands of them.
 * @throws AdcError for anything wrong with the text
 */
export function freeVariables(source: string, options: GenericOptions = {}): FreeVariable[] {
  const { parsed, typed } = lowered(source, options);
  const shapes = new Map(typed.variables.map((t) => [t.name, t.shape]));
  return parsed.variables.map(({ name, role, integer, known }) => ({
    name,
    role,
    integer,
    known,
    shape: shapes.get(name) ?? [],
  }));
}

/**
 * A module with the symbolic derivative of a program as a function.
 * @throws AdcError for anything wrong with the text, and where there is no symbolic derivative
 */
export function derivativeSource(source: string, options: GenericOptions, target: 'ts' | 'js'): string {
  const { parsed, main, typed } = lowered(source, options);
  const func = derivativeCode(prepare(main), typed, wrtOf(parsed, options.wrt));
  return emitModule({
    target,
    formula: source,
    functions: [{ name: 'derivative', func: derive(func, valueDerivation) }],
    adcVersion: version,
  });
}

export interface EmitOptions extends GenericOptions {
  readonly target: 'ts' | 'js';
  /** The functions of the module; value and gradient where nothing is said. */
  readonly derivatives?: readonly Member[];
  /** How the gradient is worked out: by reverse mode where nothing is said. */
  readonly mode?: 'reverse' | 'symbolic';
  /** Iterations after which a loop throws an error; `false` lets it run. */
  readonly guard?: number | false;
}

/**
 * A module with the value and derivatives of a program, for any sizes.
 * @throws AdcError for anything wrong with the text, and where there is no symbolic derivative but it was asked for
 */
export function emitSource(
  source: string,
  options: EmitOptions,
): { text: string; diagnostics: readonly Diagnostic[] } {
  const { parsed, main, typed, diagnostics } = lowered(source, options);
  const wrt = wrtOf(parsed, options.wrt);
  const prepared = prepare(main);
  const member = (name: Member) => {
    const symbolic = name === 'gradient' && options.mode === 'symbolic';
    const func = symbolic
      ? derive(symbolicCode(prepared, typed, wrt), valueDerivation)
      : derive(prepared, memberDerivation(name, { func: prepared, wrt }));
    const summary = memberSummaries[name];
    return { name, func, ...(summary !== undefined && { summary }) };
  };
  const text = emitModule({
    target: options.target,
    formula: source,
    functions: (options.derivatives ?? ['value', 'gradient']).map(member),
    adcVersion: version,
    ...(options.guard !== undefined && { guard: options.guard }),
  });
  return { text, diagnostics };
}
