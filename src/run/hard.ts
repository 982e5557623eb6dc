/**
 * Hard points: where an operation has no derivative, leaves its domain or overflows at the point given. The
 * interpreter finds the places; the reverse pass says whether a non-zero adjoint reached them.
 */
import type { Diagnostic } from '../core/diagnostic.js';
import * as errors from '../core/errors/hard.js';
import { indexOf, type Tensor } from '../core/tensor.js';
import { interpret } from '../ir/interpret.js';
import { elementwise, reduce } from '../ir/kernels.js';
import type { ElementwiseOp, Func, Op, ReduceOp, Value } from '../ir/types.js';
import type { Kink } from '../ops/row.js';
import { elementwiseRow, reductionRow } from '../ops/table.js';
import { activeValues } from '../passes/activity.js';
import { runPasses } from '../passes/pass.js';
import { afterDerivatives } from '../passes/pipeline.js';
import { COTANGENT, reverse } from '../passes/reverse/index.js';

interface Suspect {
  readonly op: ElementwiseOp | ReduceOp;
  readonly convention: string;
  /** Flat offsets of the elements of the result that are at a kink. */
  readonly elements: readonly number[];
}

const offsets = (flags: Tensor): number[] => [...flags.data.keys()].filter((i) => flags.data[i] !== 0);

function kinksOf(op: Op, operands: readonly Tensor[]): Suspect[] {
  if (op.kind === 'elementwise') {
    const row = elementwiseRow(op.name);
    if (!row?.kinks) return [];
    const flags = (kink: Kink) =>
      elementwise({ ...row, value: (a, b, c) => (kink.at(a, b, c) ? 1 : 0) }, operands);
    return row.kinks.map((kink) => ({ op, convention: kink.convention, elements: offsets(flags(kink)) }));
  }
  const row = op.kind === 'reduce' ? reductionRow(op.name) : undefined;
  const kink = row?.kink;
  if (op.kind !== 'reduce' || !row || !kink) return [];
  const flags = reduce({ ...row, value: (e) => (kink.at(e) ? 1 : 0) }, operands[0] as Tensor, op.axes);
  return [{ op, convention: kink.convention, elements: offsets(flags) }];
}

const broken = (t: Tensor) => t.data.findIndex((x) => !Number.isFinite(x));

/** What the interpreter saw on the way. */
class Observer {
  readonly suspects: Suspect[] = [];
  /** The first operation that made something non-finite out of finite numbers. */
  firstBroken: { readonly op: Op; readonly operands: readonly Tensor[]; readonly result: Tensor } | undefined;

  constructor(private readonly active: ReadonlySet<number>) {}

  readonly observe = (op: Op, operands: readonly Tensor[], results: readonly Tensor[]): void => {
    const [result] = results as [Tensor];
    if (op.results.some((r) => this.active.has(r.id))) {
      this.suspects.push(...kinksOf(op, operands).filter((s) => s.elements.length > 0));
    }
    if (this.firstBroken || op.kind === 'const' || broken(result) < 0) return;
    if (operands.every((t) => broken(t) < 0)) this.firstBroken = { op, operands, result };
  };
}

/**
 * Diagnostics for the hard points that the derivative at this point went through.
 * @param func the lowered function after constant folding
 */
export function hardPoints(
  func: Func,
  args: readonly Tensor[],
  wrt: readonly string[],
  cotangent: Tensor,
): Diagnostic[] {
  const names = new Set(wrt);
  const sources = func.params.filter((p) => names.has(p.name)).map((p) => p.value);
  const observer = new Observer(activeValues(func, sources));
  const [output] = interpret(func, args, { observe: observer.observe }) as [Tensor];
  const found: Diagnostic[] = [];
  if (broken(output) >= 0 && observer.firstBroken) found.push(brokenAt(observer.firstBroken));
  if (observer.suspects.length > 0) found.push(...reached(func, args, wrt, cotangent, observer.suspects));
  return found;
}

function brokenAt({ op, operands, result }: NonNullable<Observer['firstBroken']>): Diagnostic {
  const at = broken(result);
  const name = op.kind === 'elementwise' || op.kind === 'reduce' ? op.name : op.kind;
  const inputs = op.kind === 'elementwise' ? operands.map((t) => t.data[at] as number) : [];
  return errors.notFinite(op.span, name, inputs, result.data[at] as number, indexOf(result.shape, at));
}

/** Of the suspects those that a non-zero adjoint reached. */
function reached(
  func: Func,
  args: readonly Tensor[],
  wrt: readonly string[],
  cotangent: Tensor,
  suspects: readonly Suspect[],
): Diagnostic[] {
  const taps = [...new Set(suspects.map((s) => s.op.results[0] as Value))];
  const tapped = runPasses(reverse(func, wrt, taps), afterDerivatives);
  const all = tapped.params.some((p) => p.role === 'cotangent' && p.name === COTANGENT)
    ? [...args, cotangent]
    : args;
  const results = interpret(tapped, all);
  // A gradient that is not a number is the work of some suspect, whose own adjoint may be zero: 0 * inf.
  const undefinedGradient = results.slice(1, 1 + wrt.length).some((t) => broken(t) >= 0);
  const adjoints = new Map(taps.map((v, i) => [v.id, results[1 + wrt.length + i] as Tensor]));
  return suspects.flatMap((s) => {
    const adjoint = adjoints.get((s.op.results[0] as Value).id) as Tensor;
    const elements = s.elements.filter((i) => undefinedGradient || adjoint.data[i] !== 0);
    if (elements.length === 0) return [];
    return [
      errors.kink(
        s.op.span,
        s.convention,
        elements.slice(0, 10).map((i) => indexOf(adjoint.shape, i)),
        elements.length,
      ),
    ];
  });
}
