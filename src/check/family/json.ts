/** Answers of the derivative family as JSON. */
import { diagnosticToJson } from '../../core/diagnostic.js';
import { checkToJson, type Json, pointToJson, tensorToJson } from '../json.js';
import type { FamilyAnswer } from './answer.js';
import type { Entry } from './layout.js';

/** Tensors keyed by the variables of their path; a tensor of no variable is itself. */
function entriesToJson(entries: readonly Entry[]): Json {
  const [only] = entries;
  if (only !== undefined && only.path.length === 0) return tensorToJson(only.tensor);
  const object: Record<string, Json> = Object.create(null);
  for (const { path, tensor } of entries) {
    const [name, other] = path as [string, string?];
    if (other === undefined) object[name] = tensorToJson(tensor);
    else {
      object[name] ??= Object.create(null) as Record<string, Json>;
      (object[name] as Record<string, Json>)[other] = tensorToJson(tensor);
    }
  }
  return object;
}

/** The answer with the command's own name in place of `gradient`. */
export function familyToJson(answer: FamilyAnswer): { [key: string]: Json | undefined } {
  const { kind } = answer;
  const modes: Record<string, Json> = {};
  for (const [name, m] of answer.modes)
    modes[name] = 'unavailable' in m ? { unavailable: m.unavailable } : { [kind]: entriesToJson(m) };
  if (answer.check) modes.finiteDifference = differencesToJson(answer);
  return {
    formula: answer.formula,
    value: tensorToJson(answer.value),
    [kind]: entriesToJson(answer.result),
    mode: answer.mode,
    modes,
    ...(answer.check && { check: checkToJson(answer.check) }),
    ...(answer.tangent && { tangent: pointToJson(answer.tangent) }),
    ...(answer.cotangent && { cotangent: tensorToJson(answer.cotangent) }),
    shapes: pointShapes(answer),
    diagnostics: answer.diagnostics.map((d) => diagnosticToJson(d, answer.formula) as Json),
  };
}

function pointShapes({ shapes }: FamilyAnswer): Json {
  const object: Record<string, Json> = Object.create(null);
  for (const [name, shape] of shapes) object[name] = [...shape];
  return object;
}

function differencesToJson({ kind, differences, check }: FamilyAnswer): Json {
  if (differences !== undefined)
    return { [kind]: entriesToJson(differences.result), errorEstimate: entriesToJson(differences.error) };
  const limit = check?.diagnostics.find((d) => d.code === 'check-limit');
  return { unavailable: limit?.message ?? 'not every element has a difference' };
}
