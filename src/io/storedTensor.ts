import { invalid } from '../errors';
import { sizeOf } from '../params/internal';
import { checkName } from './checkName';
import { isJsonObject, quoted } from './parseStrictJson';
import { isStoredDtype, STORED_DTYPES, type StoredDtype, storedBits } from './storedDtype';

/** One tensor of a safetensors file. `begin` and `end` count bytes from the start of the data. */
export interface StoredTensor {
  name: string;
  dtype: StoredDtype;
  shape: number[];
  begin: number;
  end: number;
}

const KEYS = ['dtype', 'shape', 'data_offsets'];
const SAVE_AGAIN = 'Save the file again with a correct safetensors writer';

/** The tensor that the header's `entry` under `name` describes. */
export function parseEntry(name: string, entry: unknown): StoredTensor {
  checkName('tensor', name);
  const tensor = `tensor ${quoted(name)}`;
  const { dtype, shape, data_offsets } = checkKeys(tensor, entry);
  const stored = checkDtype(tensor, dtype);
  const dims = checkShape(tensor, shape);
  const [begin, end] = checkOffsets(tensor, data_offsets);

  const bits = sizeOf(dims) * storedBits(stored);
  if (bits % 8 !== 0) {
    const problem = `${tensor} has shape ${quoted(shape)} of ${dtype}, ${bits} bits, which end within a byte`;
    throw invalid(problem, SAVE_AGAIN);
  }
  const bytes = bits / 8;
  if (end - begin !== bytes) {
    const problem = `${tensor} has data_offsets ${quoted(data_offsets)}, ${end - begin} bytes, whereas shape ${quoted(shape)} of ${dtype} takes ${bytes}`;
    throw invalid(problem, SAVE_AGAIN);
  }
  return { name, dtype: stored, shape: dims, begin, end };
}

function checkKeys(tensor: string, entry: unknown): Record<string, unknown> {
  if (!isJsonObject(entry)) {
    throw invalid(`${tensor} must be an object and is ${quoted(entry)}`, SAVE_AGAIN);
  }
  const missing = KEYS.find((key) => !Object.hasOwn(entry, key));
  if (missing !== undefined) throw invalid(`${tensor} lacks "${missing}"`, SAVE_AGAIN);
  const others = Object.entries(entry).filter(([key]) => !KEYS.includes(key));
  // Other keys are ignored, but their text must be Unicode. JSON.stringify escapes what is not.
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(others))) {
    const problem = `${tensor} has half a surrogate pair in ${quoted(others.map(([key]) => key))}`;
    throw invalid(problem, SAVE_AGAIN);
  }
  return entry;
}

function checkDtype(tensor: string, dtype: unknown): StoredDtype {
  if (isStoredDtype(dtype)) return dtype;
  throw invalid(
    `${tensor} has dtype ${quoted(dtype)}, which the format lacks`,
    `The types are ${STORED_DTYPES.join(', ')}`,
  );
}

function checkShape(tensor: string, shape: unknown): number[] {
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    const problem = `${tensor} has shape ${quoted(shape)}, which is not a list of integers from 0 to 2^53 - 1`;
    throw invalid(problem, SAVE_AGAIN);
  }
  // Zeros are left out, so that no product of dimensions anywhere can become infinite.
  const size = shape.reduce((product, dim) => product * (dim || 1), 1);
  if (!Number.isSafeInteger(size)) {
    const problem = `${tensor} has shape ${quoted(shape)}, of more than 2^53 - 1 elements`;
    throw invalid(problem, SAVE_AGAIN);
  }
  return shape;
}

function checkOffsets(tensor: string, offsets: unknown): [begin: number, end: number] {
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    const problem = `${tensor} has data_offsets ${quoted(offsets)}, which are not two integers from 0 to 2^53 - 1`;
    throw invalid(problem, SAVE_AGAIN);
  }
  const [begin, end] = offsets;
  if (begin > end) {
    const problem = `${tensor} has data_offsets ${quoted(offsets)}, whose begin is past their end`;
    throw invalid(problem, SAVE_AGAIN);
  }
  return [begin, end];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** Throws unless the tensors cover all of the data, each byte once. */
export function checkCoverage(
  tensors: readonly StoredTensor[],
  { dataStart, dataBytes }: { dataStart: number; dataBytes: number },
): void {
  let covered = 0;
  let last = '';
  for (const { name, begin, end } of [...tensors].sort(byOffsets)) {
    if (end > dataBytes) {
      const problem = `the file is truncated, or tensor ${quoted(name)} is out of range: expected at least ${dataStart + end} bytes, received ${dataStart + dataBytes}`;
      throw invalid(problem, 'Fetch the file or save it again');
    }
    if (begin < covered) {
      const problem = `tensors ${quoted(last)} and ${quoted(name)} overlap: one ends at byte ${covered} of the data, the other begins at ${begin}`;
      throw invalid(problem, SAVE_AGAIN);
    }
    if (begin > covered) {
      const problem = `the data has a hole of ${begin - covered} bytes before tensor ${quoted(name)}, at byte ${covered}`;
      throw invalid(problem, SAVE_AGAIN);
    }
    covered = end;
    last = name;
  }
  if (covered < dataBytes) {
    const problem = `the file has trailing bytes: expected ${dataStart + covered} bytes, received ${dataStart + dataBytes}`;
    throw invalid(problem, SAVE_AGAIN);
  }
}

function byOffsets(a: StoredTensor, b: StoredTensor): number {
  return a.begin - b.begin || a.end - b.end;
}
