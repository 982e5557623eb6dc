/**
 * From the schedule to statements: opens the loops, writes what the jobs compute innermost, keeps their sums, and
 * unrolls loops that run a few times only.
 */
import { type Dim, dimNames, type Shape, sameShape } from '../core/affine.js';
import { InternalError } from '../core/diagnostic.js';
import {
  type ConcatOp,
  type ContractOp,
  dimsBoundBy,
  type Func,
  type Op,
  type PadOp,
  type RecurOp,
  type ReduceOp,
} from '../ir/types.js';
import { writeWhole } from './control.js';
import { Elements, type Index } from './element.js';
import type { Graph, Node } from './graph.js';
import { jobsOf } from './jobs.js';
import { finishNorm, normStarts } from './norm.js';
import { type Block, type Item, isUnrolled, type Job, type Loop, SUMMED, schedule } from './schedule.js';
import type { Atom, Buffer, Local } from './types.js';
import { writeCheck } from './update.js';
import { bool, float, int, read, type Writer } from './writer.js';

const NOWHERE: Index = [];
const COUNTERS = ['i', 'j', 'k', 'l', 'm', 'n'];

/** A sum on its way: a variable, or the constant that it has come to where loops are unrolled. */
interface Sum {
  readonly variable: Local | undefined;
  value: Atom;
}

const STARTS: Record<string, Atom> = {
  sum: float(0),
  prod: float(1),
  max: float(Number.NEGATIVE_INFINITY),
  min: float(Number.POSITIVE_INFINITY),
  any: bool(false),
  all: bool(true),
};
const STEPS: Record<string, string> = {
  sum: 'add',
  prod: 'mul',
  max: 'maximum',
  min: 'minimum',
  any: 'or',
  all: 'and',
};
const NAMES: Record<string, string> = { prod: 'product', max: 'greatest', min: 'least' };

export class Generator {
  readonly elements: Elements;
  private readonly sums = new Map<Job, Sum[]>();
  private readonly allocated = new Set<Buffer>();
  private depth = 0;

  constructor(
    readonly w: Writer,
    readonly functions: ReadonlyMap<string, Func>,
  ) {
    this.elements = new Elements(w);
  }

  /** Schedules a graph and writes all of it. */
  graph(graph: Graph): void {
    const block = schedule(graph, (node) => jobsOf(node, graph));
    for (const result of graph.results) result.shared = 0;
    this.handDown(graph);
    for (const node of graph.nodes) if (node.stored) this.reserve(node);
    this.prepare(block);
    for (const item of block.items) {
      this.makeRoom(item);
      this.item(item);
    }
  }

  /** What takes a node whose elements are wanted in a certain buffer has them computed there from the beginning. */
  private handDown(graph: Graph): void {
    const own = new Set(graph.nodes);
    for (const { takes, buffer } of [...graph.nodes].reverse())
      if (takes && own.has(takes) && !takes.buffer && buffer) takes.buffer = buffer;
  }

  /** Gives a stored tensor its buffer. */
  private reserve(node: Node): void {
    if (node.buffer || node.shape.length === 0) return;
    if (node.takes?.buffer) {
      node.buffer = node.takes.buffer;
      return;
    }
    const gone = this.elements.sharedAxes(node);
    const shape = node.shape.filter((_, k) => !gone.includes(k));
    node.buffer = this.w.buffer('temp', node.dtype, shape, node.value.name ?? 't');
  }

  /** A temporary for the elements of a node. */
  temp(node: Node, hint: string): Buffer {
    const buffer = this.w.buffer('temp', node.dtype, node.shape, hint);
    this.allocate(buffer);
    return buffer;
  }

  /** A branch may compute its result where that of the choice will be, whose own length is not known yet. */
  private allocate(buffer: Buffer, shape: Shape = buffer.shape): void {
    const own = sameShape(shape, buffer.shape);
    if (!buffer.dynamic || (own && this.allocated.has(buffer))) return;
    if (own) this.allocated.add(buffer);
    this.w.push({ kind: 'allocate', buffer, length: this.w.size(shape) });
  }

  /** Allocates what is computed next, where its size is known here and not before. */
  private makeRoom(item: Item): void {
    if (item.kind === 'loop') for (const inner of item.block.items) this.makeRoom(inner);
    if (item.kind !== 'job' || item.job.form === 'check' || (item.job.part ?? 0) > 0) return;
    const { job } = item;
    const bound = dimsBoundBy(job.node.op as Op);
    for (const node of job.regions?.results ?? [job.node]) {
      const { buffer } = node;
      if (!buffer?.dynamic || node.takes?.buffer === buffer) continue;
      const shape = buffer.shape.length === node.shape.length ? node.shape : buffer.shape;
      if (shape.every((d) => dimNames(d).every((n) => !bound.includes(n)))) this.allocate(buffer, shape);
    }
  }

  /** Attaches beginnings of sums and clearings of buffers to the loops before which they stand. */
  private prepare(block: Block): void {
    for (const item of block.items) {
      if (item.kind === 'loop') this.prepare(item.block);
      else if (item.kind === 'job') this.prepareJob(item.job);
    }
  }

  private prepareJob(job: Job): void {
    if (job.form === 'into') fillLoop(job)?.fills.push(job);
    else if (job.form === 'local') firstSum(job)?.begins.push(job);
  }

  private block(block: Block): void {
    for (const item of block.items) this.item(item);
  }

  private item(item: Item): void {
    if (item.kind === 'loop') this.loop(item);
    else if (item.kind === 'job') this.job(item.job);
    else this.scalar(item.node);
  }

  private loop(loop: Loop): void {
    for (const job of loop.fills) this.w.fill(job.node.buffer as Buffer);
    const unrolled = isUnrolled(loop);
    for (const job of loop.begins) this.begin(job, unrolled);
    if (unrolled) {
      for (let i = 0; i < (loop.dim as number); i++) {
        loop.index = int(i);
        this.block(loop.block);
      }
    } else this.counted(loop);
    for (const job of loop.begins) this.finish(job);
  }

  private counted(loop: Loop): void {
    this.depth++;
    this.w.loop(this.w.dim(loop.dim), COUNTERS[this.depth - 1] ?? `i${this.depth}`, (counter) => {
      loop.index = counter;
      this.block(loop.block);
    });
    this.depth--;
  }

  /** A loop of its own, outside the schedule. */
  counting(
    dim: Dim,
    write: (counter: Atom) => void,
    options: { reverse?: boolean; floor?: boolean } = {},
  ): void {
    this.depth++;
    this.w.loop(this.w.dim(dim), COUNTERS[this.depth - 1] ?? `i${this.depth}`, write, options);
    this.depth--;
  }

  // Sums in variables

  private begin(job: Job, unrolled: boolean): void {
    const { name, starts } = sumsOf(job);
    this.sums.set(
      job,
      starts.map((start, n) => {
        if (unrolled) return { variable: undefined, value: start };
        const hint = n === 0 ? (job.node.value.name ?? name) : 'squares';
        const variable = this.w.declare(start.type, hint, start);
        return { variable, value: read(variable) };
      }),
    );
  }

  private advance(sum: Sum, step: string, term: Atom): void {
    const { w } = this;
    const type = sum.value.type;
    if (!sum.variable) {
      const first = w.isFirst(sum.value, step, term);
      sum.value = first ? w.as(term, type) : w.op(step, [sum.value, term], type, 'sum');
    } else w.assign(sum.variable, { kind: 'op', name: step, args: [sum.value, w.as(term, type)], type });
  }

  private finish(job: Job): void {
    const sums = (this.sums.get(job) as Sum[]).map((s) => s.value) as [Atom, Atom];
    this.sums.delete(job);
    const index = this.outIndex(job);
    const value = isNorm(job) ? finishNorm(this, job, sums, index) : sums[0];
    this.set(job.node, index, value);
  }

  // Jobs

  /** The index of the result that the loops around a job stand at. */
  private outIndex(job: Job): Atom[] {
    const index: Atom[] = job.node.shape.map(() => int(0));
    for (const [k, label] of job.labels.entries())
      if (label.out >= 0) index[label.out] = this.indexOf(job, k);
    return index;
  }

  private indexOf(job: Job, label: number): Atom {
    return job.loops[label]?.index ?? int(0);
  }

  /** The elements that a job reads at the place where its loops stand. */
  private terms(job: Job): Atom[] {
    return job.starts.map((s) => this.elements.at(s.node, s.pattern.map((l) => this.indexOf(job, l)))); // biome-ignore format: short
  }

  /** Records a result, and stores it where it has a buffer. */
  set(node: Node, index: Index, value: Atom): void {
    if (node.shape.length === 0) node.atom = value;
    else {
      this.w.store(node.buffer as Buffer, this.elements.address(node, index), value);
      this.elements.set(node, index, value);
    }
  }

  private scalar(node: Node): void {
    if (node.op?.kind === 'extent') {
      const size = this.elements.at(node.args[0] as Node, NOWHERE);
      const hint = node.op.dim.replace(/%.*/, '');
      node.atom = this.w.op('maximum', [size, int(0)], 'int', hint, node.value.name);
      this.w.bindDim(node.op.dim, node.atom);
      return;
    }
    node.atom = this.w.as(this.elements.unfold(node, node.op as Op, NOWHERE), node.dtype);
  }

  private job(job: Job): void {
    const op = job.node.op as Op;
    if (job.form === 'whole') writeWhole(this, job);
    else if (job.form === 'check')
      writeCheck(this, job.node, job.labels.map((_, k) => this.indexOf(job, k))); // biome-ignore format: short
    else if (op.kind === 'recur') this.recur(job, op);
    else if (op.kind === 'pad' && job.form === 'into') this.pad(job, op);
    else if (op.kind === 'concat') this.part(job, op);
    else if (op.kind === 'scatterAdd') this.scatter(job);
    else if (op.kind === 'reduce' || op.kind === 'contract') this.reduction(job, op);
    else {
      const index = this.outIndex(job);
      this.set(job.node, index, this.w.as(this.elements.unfold(job.node, op, index), job.node.dtype));
    }
  }

  private reduction(job: Job, op: ReduceOp | ContractOp): void {
    const term = this.term(job, op);
    if (job.form === 'into') {
      const index = this.elements.address(job.node, this.outIndex(job));
      this.w.store(job.node.buffer as Buffer, index, term, true);
      return;
    }
    const alone = firstSum(job) === undefined;
    if (alone) this.begin(job, true);
    const sums = this.sums.get(job) as Sum[];
    if (isNorm(job)) {
      const size = this.w.op('abs', [term], 'float', 'size');
      this.advance(sums[0] as Sum, 'maximum', size);
      this.advance(sums[1] as Sum, 'add', this.w.op('mul', [term, term], 'float', 'square'));
    } else this.advance(sums[0] as Sum, op.kind === 'reduce' ? (STEPS[op.name] as string) : 'add', term);
    if (alone) this.finish(job);
  }

  private term(job: Job, op: ReduceOp | ContractOp): Atom {
    const [a, b] = this.terms(job) as [Atom, Atom];
    return op.kind === 'contract' ? this.w.op('mul', [a, b], 'float', 'term') : a;
  }

  private part(job: Job, op: ConcatOp): void {
    const part = job.part as number;
    const index = job.labels.map((_, k) => this.indexOf(job, k));
    const value = this.elements.at(job.node.args[part] as Node, index);
    const w = this.w;
    const start = w.dim(this.elements.partStarts(job.node, op)[part] as Dim);
    index[op.axis] = w.op('add', [start, index[op.axis] as Atom], 'int', 'k');
    this.set(job.node, index, w.as(value, job.node.dtype));
  }

  private pad(job: Job, op: PadOp): void {
    const { node } = job;
    if (fillLoop(job) === undefined) this.w.fill(node.buffer as Buffer);
    const index = job.labels.map((_, k) => this.indexOf(job, k));
    const value = this.elements.at(node.args[0] as Node, index);
    const target = index.map((i, k) => this.elements.affine(i, op.starts[k] as Dim, op.steps[k] as number));
    this.w.store(node.buffer as Buffer, this.elements.address(node, target), value);
  }

  private scatter(job: Job): void {
    const { node } = job;
    const [update, at] = this.terms(job) as [Atom, Atom];
    if (fillLoop(job) === undefined) this.w.fill(node.buffer as Buffer);
    const rest = job.labels.flatMap((l, k) => (l.out === SUMMED ? [] : [this.indexOf(job, k)]));
    this.w.store(node.buffer as Buffer, this.elements.address(node, [at, ...rest]), update, true);
  }

  private recur(job: Job, op: RecurOp): void {
    const { w } = this;
    const { node } = job;
    const outer = this.outIndex(job);
    const state = w.declare('float', 'state', float(op.init));
    const dim = node.shape[op.axis] as Dim;
    this.counting(
      dim,
      (counter) => {
        const index = outer.map((i, k) => (k === op.axis ? counter : i));
        const [a, b] = node.args.map((x) => this.elements.at(x, index)) as [Atom, Atom];
        w.store(node.buffer as Buffer, this.elements.address(node, index), read(state));
        const product = w.inPlace('mul', [a, read(state)]);
        w.assign(state, w.inPlace('add', [product, b]));
      },
      { reverse: op.reverse },
    );
  }
}

const isNorm = (job: Job) => job.node.op?.kind === 'reduce' && job.node.op.name === 'norm';

function sumsOf(job: Job): { name: string; starts: readonly Atom[] } {
  const op = job.node.op as Op;
  if (isNorm(job)) return { name: 'scale', starts: normStarts };
  if (op.kind !== 'reduce') return { name: 'sum', starts: [float(0)] };
  const start = STARTS[op.name];
  if (!start) throw new InternalError(`reduction ${op.name} is not lowered`);
  return { name: NAMES[op.name] ?? op.name, starts: [start] };
}

/** The loop before which a job's buffer is cleared: the outermost that the buffer does not share with its readers. */
function fillLoop(job: Job): Loop | undefined {
  const dropped = job.node.shape.length - (job.node.buffer as Buffer).shape.length;
  return job.loops.filter((l) => l !== undefined)[dropped];
}

/** The outermost loop over which a job sums. */
function firstSum(job: Job): Loop | undefined {
  return job.loops.find((loop, k) => loop !== undefined && job.labels[k]?.out === SUMMED);
}
