/** Loop functions as text to read: `%3 = mul(x[i], 2)`. Locals keep their numbers, so a dump can be compared. */
import { printShape } from '../core/affine.js';
import {
  type Buffer,
  type Expr,
  isBuffer,
  type Local,
  type LoopFunction,
  returnedLocal,
  type Stmt,
} from './types.js';

const local = (l: Local) => `${l.hint}%${l.id}`;
const buffer = (b: Buffer) => `${b.hint}@${b.id}`;

export function printExpr(e: Expr): string {
  switch (e.kind) {
    case 'number':
      return Object.is(e.value, -0) ? '-0' : String(e.value);
    case 'bool':
      return String(e.value);
    case 'local':
      return local(e.local);
    case 'slot':
      return `slot ${e.slot}`;
    case 'load':
      return `${buffer(e.buffer)}[${printExpr(e.args[0])}]`;
    default: {
      const name = e.kind === 'op' ? e.name : e.kind === 'select' ? 'select' : e.type;
      return `${name}(${e.args.map(printExpr).join(', ')})`;
    }
  }
}

function lines(s: Stmt): string[] {
  const inside = (block: readonly Stmt[]) => block.flatMap(lines).map((l) => `  ${l}`);
  switch (s.kind) {
    case 'define':
      return [
        `${s.local.mutable ? 'var' : 'let'} ${local(s.local)}: ${s.local.type} = ${printExpr(s.value)}`,
      ];
    case 'assign':
      return [`${local(s.local)} = ${printExpr(s.value)}`];
    case 'store':
      return [`${buffer(s.buffer)}[${printExpr(s.index)}] ${s.add ? '+=' : '='} ${printExpr(s.value)}`];
    case 'fill':
      return [`fill ${buffer(s.buffer)} with ${s.value}`];
    case 'copy':
      return [`copy ${buffer(s.from)} to ${buffer(s.to)}`];
    case 'for': {
      const order = s.reverse ? ' downwards' : '';
      return [`for ${local(s.counter)} below ${printExpr(s.count)}${order}`, ...inside(s.body)];
    }
    case 'if': {
      const otherwise = s.otherwise.length > 0 ? ['else', ...inside(s.otherwise)] : [];
      return [`if ${printExpr(s.condition)}`, ...inside(s.then), ...otherwise];
    }
    case 'loop':
      return ['loop', ...inside(s.body)];
    case 'break':
      return [`break if ${printExpr(s.condition)}`];
    case 'call':
      return [
        `${s.name}(${s.inputs.map(buffer).join(', ')}) to ${buffer(s.output)} of ${s.sizes.map(printExpr).join(', ')}`,
      ];
    case 'allocate':
      return [`allocate ${buffer(s.buffer)} of ${printExpr(s.length)}`];
    case 'grow':
      return [`grow ${buffer(s.buffer)} to ${printExpr(s.length)}`];
    case 'trim':
      return [`trim ${buffer(s.buffer)} to ${printExpr(s.length)}`];
    case 'check':
      return [`check ${printExpr(s.index)} below ${printExpr(s.length)}`];
    case 'guard':
      return [`guard ${printExpr(s.count)}`];
    case 'invoke': {
      const args = s.args.map((a) => (isBuffer(a) ? buffer(a) : printExpr(a))).join(', ');
      const returned = returnedLocal(s);
      const to = returned
        ? `let ${local(returned)} = `
        : `[${(s.returns as Buffer[]).map(buffer).join(', ')}] = `;
      return [`${to}${s.callee}(${args})`];
    }
    case 'keep':
      return [`slot ${s.slot} = ${printExpr(s.value)}`];
    default:
      return [`piece ${s.piece.index}`];
  }
}

/** A function as text. */
export function printLoops(fn: LoopFunction): string {
  const params = fn.params.map(
    (p) => `${isBuffer(p.at) ? buffer(p.at) : local(p.at)}: ${p.dtype}${printShape(p.shape)}`,
  );
  const out = [`function ${fn.name}(${params.join(', ')})`];
  for (const b of fn.buffers) out.push(`  ${b.role} ${buffer(b)}: ${b.dtype}${printShape(b.shape)}`);
  for (const piece of fn.pieces)
    out.push(`  piece ${piece.index}:`, ...piece.body.flatMap(lines).map((l) => `    ${l}`));
  out.push(...fn.body.flatMap(lines).map((l) => `  ${l}`));
  for (const r of fn.results)
    out.push(`  return ${r.name} = ${isBuffer(r.at) ? buffer(r.at) : printExpr(r.at as Expr)}`);
  return `${out.join('\n')}\n`;
}
