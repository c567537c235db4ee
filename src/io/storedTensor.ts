import { isRecord } from '../checks';
import { invalid } from '../errors';
import { sizeOf } from '../params/internal';
import { checkName } from './checkName';
import { quoted } from './parseStrictJson';
import { isStoredDtype, STORED_DTYPES, type StoredDtype, storedBits } from './storedDtype';

/** One tensor of a safetensors file: bytes `begin` to before `end` of the data. */
export interface StoredTensor {
  name: string;
  dtype: StoredDtype;
  shape: readonly number[];
  begin: number;
  end: number;
}

const KEYS = ['dtype', 'shape', 'data_offsets'];
const SAVE_AGAIN = 'Save the file again with a correct safetensors writer';

/** Parses and checks one entry of a header. */
export function parseEntry(name: string, entry: unknown): StoredTensor {
  checkName('tensor', name);
  const tensor = `tensor ${quoted(name)}`;
  const { dtype, shape, data_offsets } = checkKeys(name, entry);
  const stored = checkDtype(name, dtype);
  const dims = checkShape(name, shape);
  const [begin, end] = checkOffsets(name, data_offsets);

  const bits = sizeOf(dims) * storedBits(stored);
  if (bits % 8 !== 0) {
    const problem = `${tensor} has shape ${quoted(shape)} of ${dtype}, ${bits} bits, which end within a byte`;
    throw invalid(problem, SAVE_AGAIN, { param: name, received: shape });
  }
  const bytes = bits / 8;
  if (end - begin !== bytes) {
    const problem = `${tensor} has data_offsets ${quoted(data_offsets)}, ${end - begin} bytes, whereas shape ${quoted(shape)} of ${dtype} takes ${bytes}`;
    throw invalid(problem, SAVE_AGAIN, { param: name, received: data_offsets });
  }
  return { name, dtype: stored, shape: dims, begin, end };
}

function checkKeys(name: string, entry: unknown): Record<string, unknown> {
  const tensor = `tensor ${quoted(name)}`;
  if (!isRecord(entry)) {
    throw invalid(`${tensor} must be an object, received ${quoted(entry)}`, SAVE_AGAIN, {
      param: name,
      received: entry,
    });
  }
  const missing = KEYS.find((key) => !Object.hasOwn(entry, key));
  if (missing !== undefined) {
    throw invalid(`${tensor} lacks "${missing}"`, SAVE_AGAIN, { param: name });
  }
  const others = Object.entries(entry).filter(([key]) => !KEYS.includes(key));
  // Other keys are ignored, but must be well-formed Unicode. JSON.stringify escapes lone surrogates.
  if (/(?<!\\)(?:\\\\)*\\ud[89a-f]/.test(JSON.stringify(others))) {
    const problem = `${tensor} has half a surrogate pair in ${quoted(others.map(([key]) => key))}`;
    throw invalid(problem, SAVE_AGAIN, { param: name });
  }
  return entry;
}

function checkDtype(name: string, dtype: unknown): StoredDtype {
  if (isStoredDtype(dtype)) return dtype;
  throw invalid(
    `tensor ${quoted(name)} has dtype ${quoted(dtype)}, which the format lacks`,
    `The types are ${STORED_DTYPES.join(', ')}`,
    { param: name, received: dtype },
  );
}

function checkShape(name: string, shape: unknown): number[] {
  const wrong = (rule: string) =>
    invalid(`tensor ${quoted(name)} has shape ${quoted(shape)}, ${rule}`, SAVE_AGAIN, {
      param: name,
      received: shape,
    });
  if (!Array.isArray(shape) || !shape.every(isCount)) {
    throw wrong('which is not a list of integers from 0 to 2^53 - 1');
  }
  // Zeros are skipped, so that no product of some of the dimensions can be infinite.
  const size = shape.reduce((product, dim) => product * (dim || 1), 1);
  if (!Number.isSafeInteger(size)) throw wrong('of more than 2^53 - 1 elements');
  return shape;
}

function checkOffsets(name: string, offsets: unknown): [begin: number, end: number] {
  const wrong = (rule: string) =>
    invalid(`tensor ${quoted(name)} has data_offsets ${quoted(offsets)}, ${rule}`, SAVE_AGAIN, {
      param: name,
      received: offsets,
    });
  if (!Array.isArray(offsets) || offsets.length !== 2 || !offsets.every(isCount)) {
    throw wrong('which are not two integers from 0 to 2^53 - 1');
  }
  const [begin, end] = offsets;
  if (begin > end) throw wrong('whose begin is past their end');
  return [begin, end];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0 && !Object.is(value, -0);
}

/** Throws unless the tensors cover every byte of the data exactly once. */
export function checkCoverage(
  tensors: readonly StoredTensor[],
  { dataStart, dataBytes }: { dataStart: number; dataBytes: number },
): void {
  let covered = 0;
  let last = '';
  for (const { name, begin, end } of [...tensors].sort(byOffsets)) {
    if (end > dataBytes) {
      const problem = `the file is truncated, or tensor ${quoted(name)} is out of range: expected at least ${dataStart + end} bytes, received ${dataStart + dataBytes}`;
      throw invalid(problem, 'Download the file again, or save it again', {
        param: name,
        received: dataStart + dataBytes,
      });
    }
    if (begin < covered) {
      const problem = `tensors ${quoted(last)} and ${quoted(name)} overlap: one ends at byte ${covered} of the data, the other begins at ${begin}`;
      throw invalid(problem, SAVE_AGAIN, { param: name });
    }
    if (begin > covered) {
      const problem = `the data has a hole of ${begin - covered} bytes before tensor ${quoted(name)}, at byte ${covered}`;
      throw invalid(problem, SAVE_AGAIN, { param: name });
    }
    covered = end;
    last = name;
  }
  if (covered < dataBytes) {
    const problem = `the file has trailing bytes: expected ${dataStart + covered} bytes, received ${dataStart + dataBytes}`;
    throw invalid(problem, SAVE_AGAIN, { received: dataStart + dataBytes });
  }
}

function byOffsets(a: StoredTensor, b: StoredTensor): number {
  return a.begin - b.begin || a.end - b.end;
}
