/** The ways to a member of the family: what each runs, what it is expected to cost, and which one is chosen. */
import type { Point } from '../../run/problem.js';
import type { Question } from './answer.js';
import { Elements } from './elements.js';

/** Element operations beyond which a second way, taken for comparison only, is not worth its time. */
const BUDGET = 3e8;

export interface Way {
  /** What it is called where its cost is told. */
  readonly name: string;
  readonly unavailable?: string;
  /** Element operations, roughly. */
  readonly cost: () => number;
  readonly run: () => Elements;
}

export interface Ways {
  readonly forward: Way;
  readonly reverse: Way;
  readonly chosen: 'forward' | 'reverse';
  readonly why: string;
  readonly operations: () => readonly (readonly [way: string, operations: number])[];
}

export function waysOf(question: Question): Ways {
  const [forward, reverse] = pairOf(question);
  const { chosen, why } = choice(question, forward, reverse);
  const other = chosen === 'forward' ? reverse : forward;
  const costly = other.cost() > BUDGET;
  const limited: Way = costly
    ? { ...other, unavailable: `it would take about ${other.cost().toLocaleString('en')} operations here` }
    : other;
  return {
    forward: chosen === 'forward' ? forward : limited,
    reverse: chosen === 'forward' ? limited : reverse,
    chosen,
    why,
    operations: () => [forward, reverse].map((w) => [w.name, w.cost()] as const),
  };
}

function pairOf({ kind, sweeps, direction, second }: Question): [Way, Way] {
  const along = direction as Point;
  switch (kind) {
    case 'jvp':
      return [
        {
          name: 'one forward sweep',
          cost: () => sweeps.cost('tangent'),
          run: () => Elements.ofList(sweeps.tangent(along).data),
        },
        {
          name: 'two reverse sweeps',
          cost: () => sweeps.cost('transposed'),
          run: () => Elements.ofList(sweeps.transposedTangent(along).data),
        },
      ];
    case 'hvp':
      return [
        {
          name: 'forward over reverse',
          cost: () => sweeps.cost('tangent'),
          run: () => Elements.ofList(sweeps.tangent(along).data),
        },
        {
          name: 'reverse over forward',
          cost: () => second?.cost as number,
          run: () => Elements.ofPoint(second?.product(along) as Point),
        },
      ];
    case 'diagonal':
      return [
        {
          name: 'forward over reverse',
          cost: () => sweeps.cost('jacobianForward'),
          run: () => Elements.ofList(sweeps.diagonalForward()),
        },
        {
          name: 'reverse over reverse',
          cost: () => sweeps.cost('jacobianReverse'),
          run: () => Elements.ofList(sweeps.diagonalReverse()),
        },
      ];
    default:
      return [
        {
          name: kind === 'hessian' ? 'forward over reverse' : 'forward',
          cost: () => sweeps.cost('jacobianForward'),
          run: () => Elements.ofMatrix(sweeps.jacobianForward()),
        },
        {
          name: kind === 'hessian' ? 'reverse over reverse' : 'reverse',
          cost: () => sweeps.cost('jacobianReverse'),
          run: () => Elements.ofMatrix(sweeps.jacobianReverse()),
        },
      ];
  }
}

const counted = (n: number, what: string) => `${n.toLocaleString('en')} ${what}${n === 1 ? '' : 's'}`;

/** Forward where inputs are fewer than outputs, reverse otherwise; of two ways to a second derivative, the shorter. */
function choice({ kind, sweeps }: Question, forward: Way, reverse: Way): Pick<Ways, 'chosen' | 'why'> {
  const { inputs, outputs } = sweeps;
  if (kind === 'jvp') return { chosen: 'forward', why: 'one tangent takes one sweep' };
  if (kind === 'jacobian') {
    const [of, by] = [counted(inputs, 'input'), counted(outputs, 'output')];
    const is = inputs === 1 ? 'is' : 'are';
    return inputs < outputs
      ? { chosen: 'forward', why: `${of} ${is} fewer than ${by}` }
      : { chosen: 'reverse', why: `${of} ${is} no fewer than ${by}` };
  }
  const chosen = reverse.cost() < forward.cost() ? 'reverse' : 'forward';
  const way = chosen === 'forward' ? forward : reverse;
  const fewer = reverse.cost() === forward.cost() ? 'no more' : 'fewer';
  return { chosen, why: `${way.name} takes ${fewer} operations` };
}
