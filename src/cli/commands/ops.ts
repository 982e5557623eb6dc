/** `adc ops`: the functions of the language, grouped, each with its derivative; `adc ops sin`: one of them in detail. */
import type { Json } from '../../check/json.js';
import { noSuchFunction } from '../../core/errors/ops.js';
import { nearest } from '../../core/suggest.js';
import { catalogue, type Entry } from '../catalogue.js';
import type { Command } from '../invocation.js';
import type { Paint } from '../output.js';
import { stringify } from '../stringify.js';
import { table } from '../table.js';

export const ops: Command = async ({ operands, output }) => {
  const [name] = operands;
  const all = catalogue();
  const found = name === undefined ? all : lookUp(name.normalize('NFC').trim(), all);
  if (output.json) output.write(stringify({ functions: found.map(entryToJson), diagnostics: [] }));
  else output.write(name === undefined ? overview(found, output.paint) : details(found, output.paint));
  return 0;
};

/** `norm(x)` and `norm` mean the same. @throws AdcError unknown-function */
function lookUp(text: string, all: readonly Entry[]): readonly Entry[] {
  const name = /^([^\s(]+)\(.*\)$/.exec(text)?.[1] ?? text;
  const named = (e: Entry) => [e.name, e.signature, ...e.aliases];
  const found = all.filter((e) => named(e).includes(name));
  if (found.length > 0) return found;
  throw noSuchFunction(
    name,
    nearest(
      name,
      all.flatMap((e) => [e.name, ...e.aliases]),
    ),
  );
}

function entryToJson({ named, ...entry }: Entry): Json {
  return { ...entry, ...(named && { named }) };
}

const withAliases = (e: Entry) => {
  const same = e.aliases.length > 0 && e.group !== 'operators';
  return same ? `${e.signature} = ${e.aliases.join(', ')}` : e.signature;
};

function overview(all: readonly Entry[], paint: Paint): string {
  const groups = [...new Set(all.map((e) => e.group))];
  const rows = all.map((e) => [`  ${withAliases(e)}`, e.summary, e.derivative]);
  const lines = table([['', '', 'derivative'], ...rows], ['left', 'left', 'left']);
  const [head = '', ...body] = lines;
  const parts = groups.map((group) => {
    const own = body.filter((_, i) => all[i]?.group === group);
    return `${paint.bold(group)}\n${own.join('\n')}\n`;
  });
  return `${paint.dim(head)}\n${parts.join('\n')}\n${paint.dim('adc ops sin tells more about one of them')}\n`;
}

function details(found: readonly Entry[], paint: Paint): string {
  return found.map((e) => detail(e, paint)).join('\n');
}

function detail(e: Entry, paint: Paint): string {
  const rows = [
    ['derivative', e.derivative],
    ['domain', e.domain ?? 'everywhere'],
    ...(e.aliases.length > 0 ? [['also', e.aliases.join(', ')]] : []),
    ...(e.named ? [['by name', e.named.map((n) => `${n}=…`).join(', ')]] : []),
    ...e.conventions.map((c, i) => [i === 0 ? 'conventions' : '', c]),
    ['group', e.group],
  ] as string[][];
  const lines = table(rows, ['left', 'left']).map((line) => `  ${line}\n`);
  return `${paint.bold(e.signature)}  ${e.summary}\n${lines.join('')}`;
}
