/**
 * The printer of the upper IR, one operation a line:
 *
 *     func value(%0 x: float[n]) -> value
 *       %1: float[] = contract %0[0] %0[0] -> []
 *       return %1
 */
import { printDim, printShape, type Shape } from '../core/affine.js';
import type { Func, Op, Place, Region, TensorType, Value } from './types.js';

export function printType(type: TensorType): string {
  return type.dtype + (type.shape.length > 0 ? printShape(type.shape) : '');
}

const ref = (v: Value) => `%${v.id}`;
const declare = (v: Value) => `${ref(v)}${v.name === undefined ? '' : ` ${v.name}`}: ${printType(v.type)}`;
const MOST_SHOWN = 8;

function numbers(data: readonly number[]): string {
  const shown = data.slice(0, MOST_SHOWN).map((x) => (Object.is(x, -0) ? '-0' : String(x)));
  return data.length > MOST_SHOWN ? `${shown.join(' ')} … (${data.length})` : shown.join(' ');
}

const steps = (starts: Shape, by: readonly number[]) =>
  starts.map((s, k) => `${printDim(s)}:+${by[k]}`).join(', ');

const place = (p: Place) => (p ? `${printDim(p.start)}:+${p.step}` : 'index');
const binding = (names: readonly string[]) => (names.length > 0 ? ` binding ${names.join(' ')}` : '');

/** What distinguishes the operation beside its operands. */
function attributes(op: Op): string {
  switch (op.kind) {
    case 'const':
      return numbers(op.data);
    case 'dim':
    case 'iota':
      return printDim(op.dim);
    case 'broadcast':
      return `axes [${op.axes.join(', ')}]`;
    case 'reduce':
      return `axes [${op.axes.join(', ')}]`;
    case 'contract':
      return `[${op.left.join(' ')}] [${op.right.join(' ')}] -> [${op.out.join(' ')}]`;
    case 'transpose':
      return `by [${op.permutation.join(', ')}]`;
    case 'slice':
    case 'pad':
      return `[${steps(op.starts, op.steps)}]`;
    case 'concat':
      return `axis ${op.axis}`;
    case 'recur':
      return `axis ${op.axis} from ${op.init}${op.reverse ? ' reverse' : ''}`;
    case 'extent':
      return `as ${op.dim}`;
    case 'update':
      return `${op.add ? 'add ' : ''}at [${op.axes.map(place).join(', ')}]`;
    case 'if':
      return binding(op.binds);
    case 'while':
      return `trips ${op.trips} saving ${op.saved}${binding(op.binds)}`;
    case 'for':
      return `count ${printDim(op.count)} saving ${op.saved}${binding(op.binds)}`;
    case 'map':
      return `over ${printShape(op.dims)}`;
    case 'call':
      return `${op.callee}${binding(op.binds)}`;
    default:
      return '';
  }
}

function head(op: Op): string {
  const name = 'name' in op ? op.name : op.kind;
  return [name, ...op.operands.map(ref), attributes(op).trimStart()].filter((part) => part !== '').join(' ');
}

function printRegion(region: Region, label: string, indent: string, lines: string[]): void {
  const params = region.params.length > 0 ? ` (${region.params.map(declare).join(', ')})` : '';
  lines.push(`${indent}${label}${params}:`);
  printBody(region, `${indent}  `, 'yield', lines);
}

function printBody(region: Region, indent: string, last: string, lines: string[]): void {
  for (const op of region.ops) {
    lines.push(`${indent}${op.results.map(declare).join(', ')} = ${head(op)}`);
    if (op.kind === 'if') {
      printRegion(op.then, 'then', `${indent}  `, lines);
      printRegion(op.otherwise, 'else', `${indent}  `, lines);
    } else if (op.kind === 'while') {
      printRegion(op.condition, 'condition', `${indent}  `, lines);
      printRegion(op.body, 'do', `${indent}  `, lines);
    } else if (op.kind === 'for' || op.kind === 'map') printRegion(op.body, 'do', `${indent}  `, lines);
  }
  lines.push(`${indent}${last} ${region.results.map(ref).join(', ')}`.trimEnd());
}

export function printFunc(func: Func): string {
  const params = func.params.map((p) => `${p.role} ${declare(p.value)}`).join(', ');
  const lines = [`func ${func.name}(${params}) -> ${func.resultNames.join(', ')}`];
  printBody(func.body, '  ', 'return', lines);
  return `${lines.join('\n')}\n`;
}
