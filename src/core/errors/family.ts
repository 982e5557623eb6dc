/** What the derivative family has to say: products, Jacobians and Hessians. */
import { AdcError, brief, type Diagnostic } from '../diagnostic.js';

/** One digit, rounded up: what is claimed of an error must hold. */
function roughly(x: number): string {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return String(x);
  const text = x.toExponential(0);
  const up = Number(text) >= x ? text : (Number(text) + Number(`1e${text.split('e')[1]}`)).toExponential(0);
  return up.replace('e+', 'e');
}

export const inCombinations = (elements: number, combinations: number, limit: number): Diagnostic =>
  brief({
    severity: 'info',
    code: 'check-limit',
    message: `${elements.toLocaleString('en')} elements were compared in ${combinations} random combinations; a relative error of ${roughly(limit)} in one of them would be found`,
    data: { elements, combinations, limit },
  });

export const someElements = (compared: number, elements: number): Diagnostic => ({
  severity: 'info',
  code: 'check-limit',
  message: `${compared.toLocaleString('en')} of ${elements.toLocaleString('en')} elements were compared`,
  data: { compared, elements },
});

export const missingTangent = (command: string, names: readonly string[]) =>
  new AdcError({
    severity: 'error',
    code: 'missing-value',
    message: `${command} needs a direction`,
    hint: `give one with --tangent ${names[0] ?? 'x'}=1, for each variable that moves`,
  });

export const tangentShape = (name: string, got: string, expected: string) =>
  new AdcError({
    severity: 'error',
    code: 'shape-mismatch',
    message: `the tangent of ${name} has shape ${got} and ${name} has shape ${expected}`,
  });

export const tangentOfConstant = (name: string, wrt: readonly string[]) =>
  new AdcError({
    severity: 'error',
    code: 'unknown-variable',
    message: `${name} is given a tangent and is not differentiated`,
    hint: `--wrt ${[...wrt, name].join(',')} differentiates it as well`,
  });

/** The mode that was chosen, with the operations that each way is expected to take. */
export const wayChosen = (
  mode: string,
  why: string,
  taken: readonly (readonly [way: string, operations: number])[],
): Diagnostic => ({
  severity: 'info',
  code: 'mode-chosen',
  message: `${mode} mode: ${why}; operations expected: ${taken.map(([way, n]) => `${way} ${n.toLocaleString('en')}`).join(', ')}`,
  data: { mode, operations: Object.fromEntries(taken) },
});

export const wayUnavailable = (mode: string, why: string): Diagnostic => ({
  severity: 'error',
  code: 'unsupported',
  message: `${mode} mode is unavailable: ${why}`,
});
