/** Values of variables: texts such as `0,1,2`, constant expressions, and files of numbers. */
import { parseValueText } from '../../grammar/index.js';
import { AdcError, LimitError } from '../core/diagnostic.js';
import * as errors from '../core/errors/cli.js';
import { tooManyAxes } from '../core/errors/values.js';
import { MOST_AXES } from '../core/limits.js';
import { fromNested, type Nested, type Tensor } from '../core/tensor.js';
import { evaluateConstant } from '../run/constant.js';
import { readBytes, readText } from './files.js';

/** Plain numbers, as the language writes them. */
const NUMBER = /^\s*-?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][-+]?\d+)?\s*$/;

/**
 * The tensor that a text stands for.
 * @throws AdcError bad-value, syntax errors within the text, file-error
 */
export function parseValue(text: string, name: string): Tensor {
  if (text.startsWith('@')) return readTensor(text.slice(1), name);
  return plainNumbers(text) ?? evaluated(text, name);
}

/** `3` and `0,1,2`, without going through the parser. */
function plainNumbers(text: string): Tensor | undefined {
  const cells = text.split(',');
  if (!cells.every((cell) => NUMBER.test(cell))) return undefined;
  const data = Float64Array.from(cells, Number);
  // A number too large for a double is refused where a formula is read.
  if (!data.every(Number.isFinite)) return undefined;
  return { shape: data.length === 1 ? [] : [data.length], data };
}

function evaluated(text: string, name: string): Tensor {
  try {
    return evaluateConstant(parseValueText(text), text);
  } catch (error) {
    if (!(error instanceof AdcError) || error instanceof LimitError) throw error;
    const named = AdcError.of(
      error.diagnostics.map((d) => ({ ...d, message: `the value of ${name}: ${d.message}` })),
    );
    named.source = text;
    throw named;
  }
}

/** All values, or every error of every value. Errors without a text of their own come first. */
export function parseValues(texts: ReadonlyMap<string, string>): {
  values: Map<string, Tensor>;
  failures: AdcError[];
} {
  const values = new Map<string, Tensor>();
  const failures: AdcError[] = [];
  for (const [name, text] of texts) {
    try {
      values.set(name, parseValue(text, name));
    } catch (error) {
      if (!(error instanceof AdcError) || error instanceof LimitError) throw error;
      failures.push(error);
    }
  }
  return { values, failures };
}

function bad(name: string, why: string, hint?: string): AdcError {
  return new AdcError(errors.badValue(name, why, hint));
}

/** A tensor from a `.json`, `.csv` or `.npy` file. */
function readTensor(path: string, name: string): Tensor {
  if (path === '') throw bad(name, 'names no file after the @', `--${name} @data.json`);
  if (path.endsWith('.json')) return jsonTensor(readText(path), path, name);
  if (path.endsWith('.csv')) return csvTensor(readText(path), path, name);
  if (path.endsWith('.npy')) return npyTensor(readBytes(path), path, name);
  throw bad(name, `is in ${path}, whose format is unknown`, 'adc reads .json, .csv and .npy');
}

function jsonTensor(text: string, path: string, name: string): Tensor {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(name, `cannot be read from ${path}: ${(error as Error).message}`);
  }
  const numbers = (v: unknown, depth = 0): Nested => {
    if (typeof v === 'number') return v;
    if (v === 'NaN' || v === 'Infinity' || v === '-Infinity') return Number(v);
    if (depth > MOST_AXES) throw tooManyAxes(MOST_AXES, `the value of ${name}`);
    if (Array.isArray(v)) return v.map((item) => numbers(item, depth + 1));
    throw bad(name, `in ${path} holds ${JSON.stringify(v)?.slice(0, 40)}, which is no number`);
  };
  const tensor = fromNested(numbers(value));
  if (tensor === undefined) throw bad(name, `in ${path} has rows of different lengths`);
  return tensor;
}

/** A cell of a table: a number, or infinity or NaN in the spellings of NumPy, JavaScript and R. */
const CELL = /^\s*[-+]?(?:(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?|inf(?:inity)?|nan)\s*$/i;

function cellNumber(cell: string): number {
  const text = cell.trim().toLowerCase();
  if (text.endsWith('nan')) return Number.NaN;
  if (!text.includes('inf')) return Number(text);
  return text.startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** Rows of numbers; one row or one column is a vector. A first row of words is a header. */
function csvTensor(text: string, path: string, name: string): Tensor {
  const rows = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(','));
  if (rows[0]?.every((cell) => !CELL.test(cell))) rows.shift();
  if (rows.length === 0) throw bad(name, `in ${path} holds no numbers`);
  const width = rows[0]?.length ?? 0;
  const data: number[] = [];
  for (const [i, row] of rows.entries()) {
    if (row.length !== width) throw bad(name, `in ${path} has rows of different lengths`);
    const wrong = row.find((cell) => !CELL.test(cell));
    if (wrong !== undefined)
      throw bad(name, `in ${path} holds "${wrong.trim()}" in row ${i + 1}, which is no number`);
    for (const cell of row) data.push(cellNumber(cell));
  }
  const vector = rows.length === 1 || width === 1;
  return { shape: vector ? [data.length] : [rows.length, width], data: Float64Array.from(data) };
}

const readers: Readonly<
  Record<string, readonly [size: number, read: (view: DataView, at: number, little: boolean) => number]>
> = {
  f8: [8, (v, at, e) => v.getFloat64(at, e)],
  f4: [4, (v, at, e) => v.getFloat32(at, e)],
  i8: [8, (v, at, e) => Number(v.getBigInt64(at, e))],
  i4: [4, (v, at, e) => v.getInt32(at, e)],
  i2: [2, (v, at, e) => v.getInt16(at, e)],
  i1: [1, (v, at) => v.getInt8(at)],
  u8: [8, (v, at, e) => Number(v.getBigUint64(at, e))],
  u4: [4, (v, at, e) => v.getUint32(at, e)],
  u2: [2, (v, at, e) => v.getUint16(at, e)],
  u1: [1, (v, at) => v.getUint8(at)],
  b1: [1, (v, at) => v.getUint8(at)],
};

/** NumPy's format, versions 1 to 3 (NEP 1): magic, header as a Python literal, raw elements. */
function npyTensor(bytes: Buffer, path: string, name: string): Tensor {
  const broken = () => bad(name, `cannot be read from ${path}: it is no .npy file of real numbers`);
  if (bytes.length < 12 || bytes.toString('latin1', 0, 6) !== '\x93NUMPY') throw broken();
  const wide = (bytes[6] as number) > 1;
  const start = (wide ? 12 : 10) + (wide ? bytes.readUInt32LE(8) : bytes.readUInt16LE(8));
  const header = bytes.toString('latin1', wide ? 12 : 10, start);
  const type = /'descr':\s*'([<>|=])([a-z]\d)'/.exec(header);
  const shapeText = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  const reader = readers[type?.[2] ?? ''];
  if (type === null || shapeText === undefined || reader === undefined) throw broken();
  const shape = shapeText
    .split(',')
    .filter((d) => d.trim() !== '')
    .map(Number);
  const length = shape.reduce((n, d) => n * d, 1);
  if (shape.length > MOST_AXES) throw tooManyAxes(MOST_AXES, `the value of ${name}`);
  if (!shape.every(Number.isSafeInteger)) throw broken();
  const [size, read] = reader;
  if (bytes.length < start + length * size) throw broken();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = Float64Array.from({ length }, (_, i) => read(view, start + i * size, type[1] !== '>'));
  return { shape, data: header.includes("'fortran_order': True") ? rowMajor(data, shape) : data };
}

/** Column-major elements in row-major order. */
function rowMajor(data: Float64Array, shape: readonly number[]): Float64Array {
  const strides: number[] = [];
  shape.reduce((stride, d, k) => {
    strides[k] = stride;
    return stride * d;
  }, 1);
  const result = new Float64Array(data.length);
  const index = shape.map(() => 0);
  for (let i = 0; i < result.length; i++) {
    result[i] = data[index.reduce((at, j, k) => at + j * (strides[k] as number), 0)] as number;
    for (let k = shape.length - 1; k >= 0; k--) {
      index[k] = (index[k] as number) + 1;
      if ((index[k] as number) < (shape[k] as number)) break;
      index[k] = 0;
    }
  }
  return result;
}
