/**
 * The members of the family as functions of a generated module: for any sizes, with all unit directions of a matrix made
 * in the function itself.
 */
import type { Dim, Shape } from '../core/affine.js';
import type { Builder } from '../ir/builder.js';
import type { Value } from '../ir/types.js';
import { flatten, keep, pair, present, setAside } from './compose.js';
import {
  batchStep,
  chain,
  forwardStep,
  gradients,
  isScalar,
  reverseStep,
  type Subject,
  WEIGHTS,
  weigh,
} from './family.js';
import type { Pass } from './pass.js';
import { afterDerivatives, type Derivation, reverseDerivation, valueDerivation } from './pipeline.js';
import { arrange, lastFirst, offsetsOf, rowsFor, seedAll, seedEach } from './seeds.js';
import { smooth } from './smooth.js';

export const members = ['value', 'gradient', 'jvp', 'vjp', 'hvp', 'jacobian', 'hessian'] as const;
export type Member = (typeof members)[number];

/** What a function of a module is, in a sentence for its documentation, where its results do not say it. */
export const memberSummaries: Readonly<Partial<Record<Member, string>>> = {
  jvp: 'The value of the formula, and the Jacobian times the tangents.',
  vjp: 'The cotangent times the Jacobian.',
  hvp: 'The Hessian times the tangents.',
  jacobian: 'The value of the formula and its Jacobian, indices of the output first.',
  hessian: 'The second derivatives by pairs of variables, indices of the first one first.',
};

interface Moving {
  readonly name: string;
  readonly shape: Shape;
}

/** The variables that are differentiated, in the order of the parameters. */
function movingOf({ func, wrt }: Subject): Moving[] {
  return func.params
    .filter((p) => wrt.includes(p.name))
    .map((p) => ({ name: p.name, shape: p.value.type.shape }));
}

/** How a member comes about. The program is prepared. */
export function memberDerivation(member: Member, subject: Subject): Derivation {
  const { func, wrt } = subject;
  const own = (steps: readonly Pass[]) => chain(member, `${member} of a module`, [...steps, present(member)]);
  switch (member) {
    case 'value':
      return valueDerivation;
    case 'gradient':
      return reverseDerivation(wrt);
    case 'jvp':
      return own([forwardStep(wrt)]);
    case 'vjp':
      return own([
        ...(isScalar(func) ? [pair([WEIGHTS], 'cotangent')] : []),
        reverseStep(wrt),
        gradients(wrt),
      ]);
    case 'hvp':
      return own(hvpSteps(subject));
    case 'jacobian':
      return own(isForward(subject) ? forwardJacobian(subject) : reverseJacobian(subject));
    case 'hessian':
      return own(hessianSteps(subject));
  }
}

/** A scalar program, and how many parameters it has. */
function scalarSteps({ func }: Subject): { readonly steps: readonly Pass[]; readonly params: number } {
  const weighed = !isScalar(func);
  return { steps: weighed ? [weigh] : [], params: func.params.length + (weighed ? 1 : 0) };
}

function hvpSteps(subject: Subject): Pass[] {
  const { wrt } = subject;
  const { steps, params } = scalarSteps(subject);
  const forward = [smooth, forwardStep(wrt), keep([1]), setAside(params)];
  return [...steps, ...forward, ...afterDerivatives, reverseStep(wrt), gradients(wrt)];
}

const known = (shape: Shape) =>
  shape.reduce<number | undefined>(
    (n, d) => (n === undefined || typeof d !== 'number' ? undefined : n * d),
    1,
  );

/** Whether inputs are certain to be fewer than outputs, or are the only ones whose number is known. */
function isForward(subject: Subject): boolean {
  const { func } = subject;
  if (isScalar(func)) return false;
  const inputs = movingOf(subject).map((v) => known(v.shape));
  if (inputs.includes(undefined)) return false;
  const outputs = known(func.body.results[0]?.type.shape ?? []);
  return outputs === undefined || inputs.reduce<number>((n, k) => n + (k as number), 0) < outputs;
}

function reverseJacobian({ func, wrt }: Subject): Pass[] {
  if (isScalar(func)) return [reverseStep(wrt)];
  const output = func.body.results[0]?.type.shape ?? [];
  const last = func.params.length;
  const wide = wrt.map((_, k) => k + 1);
  return [reverseStep(wrt), batchStep(last, output, wide), seedAll(last, output)];
}

function forwardJacobian(subject: Subject): Pass[] {
  const { func, wrt } = subject;
  const moving = movingOf(subject);
  const last = func.params.length;
  const names = ['value', ...moving.map((v) => v.name)];
  const split = (b: Builder, t: Value): Value[] => {
    const [only] = moving;
    if (only && moving.length === 1) return [lastFirst(b, t, only.shape.length)];
    const { starts } = offsetsOf(shapes(moving));
    return moving.map((v, k) => lastFirst(b, rowsFor(b, t, starts[k] as Dim, v.shape), v.shape.length));
  };
  return [
    forwardStep(wrt),
    ...directions(moving, last, [1]),
    arrange(names, (b, [value, t]) => [value as Value, ...split(b, t as Value)]),
  ];
}

const shapes = (moving: readonly Moving[]) => moving.map((v) => v.shape);

/** Tangents of all coordinates: along axes of the variable's own, or one axis for several variables. */
function directions(moving: readonly Moving[], last: number, wide: readonly number[]): Pass[] {
  const [only] = moving;
  if (only && moving.length === 1) return [batchStep(last, only.shape, wide), seedAll(last, only.shape)];
  const { count } = offsetsOf(shapes(moving));
  return [batchStep(last, [count], wide), seedEach(last, shapes(moving))];
}

/** Blocks for pairs of variables, the first one's indices first. */
function hessianSteps(subject: Subject): Pass[] {
  const moving = movingOf(subject);
  const { steps, params } = scalarSteps(subject);
  // Results stand in the order of the names, and blocks in that of the parameters.
  const ordered = moving.map((v) => v.name);
  const gradient = [...steps, smooth, reverseStep(ordered), gradients(ordered)];
  const [only] = moving;
  const one = only && moving.length === 1 ? only : undefined;
  const names = moving.flatMap((x) => moving.map((y) => `${x.name}_${y.name}`));
  const blocks = (b: Builder, t: Value): Value[] => {
    // Rows are those of the other derivative, but a Hessian is its own transpose.
    if (one) return [t];
    const { starts } = offsetsOf(shapes(moving));
    return moving.flatMap((x, i) =>
      moving.map((y, j) => {
        const columns = lastFirst(b, rowsFor(b, t, starts[j] as Dim, y.shape), y.shape.length);
        return rowsFor(b, columns, starts[i] as Dim, x.shape);
      }),
    );
  };
  return [
    ...gradient,
    ...(one ? [] : [flatten]),
    ...afterDerivatives,
    forwardStep(ordered),
    keep([1]),
    ...directions(moving, params, [0]),
    arrange(names, (b, [t]) => blocks(b, t as Value)),
  ];
}
