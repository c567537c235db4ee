import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { BinaryReader } from '../wire/bufbuild';
import { elementType } from './elementType';
import type { TensorRecord, TensorStorage, TypedField } from './tensorRecord';

/** The bytes of files beside a model, by their locations as the model gives them. */
export type ExternalData = Readonly<Record<string, Uint8Array>>;

/** The bytes that hold the values of a model's tensors. */
export interface TensorSource {
  readonly bytes: Uint8Array;
  readonly externalData: ExternalData;
}

/**
 * The little-endian elements of a tensor of fixed-size elements, a view if the file holds them so.
 *
 * @throws InvalidInputError when the file has more or fewer values than the shape, or lacks the external data.
 */
export function storedBytes(source: TensorSource, record: TensorRecord): Uint8Array {
  const { bytes: size, name: type } = elementType(record.type);
  if (size === 0) throw unreadable(record, `has elements of type ${type}, which are not read`);
  const expected = sizeOf(record.shape) * size;
  const { storage } = record;
  if (storage === null) {
    if (expected === 0) return new Uint8Array();
    throw unreadable(record, 'has no values');
  }
  if (storage.kind === 'typed') return typedBytes(source, record, storage, expected);
  const stored =
    storage.kind === 'raw'
      ? source.bytes.subarray(storage.range.begin, storage.range.end)
      : externalBytes(source.externalData, record, storage, expected);
  if (stored.length !== expected) {
    throw unreadable(
      record,
      `has ${stored.length} bytes of values, but its shape needs ${expected}`,
    );
  }
  return stored;
}

/** The range of external data. Throws unless the file is given and holds it. */
function externalBytes(
  data: ExternalData,
  record: TensorRecord,
  { location, offset, length }: Extract<TensorStorage, { kind: 'external' }>,
  expected: number,
): Uint8Array {
  if (!Object.hasOwn(data, location)) {
    throw invalid(
      `tensor '${record.name}' has its values in the file '${location}', which is not given`,
      `Pass externalData: { '${location}': bytes }, the bytes of that file`,
      { param: 'externalData', received: Object.keys(data) },
    );
  }
  const file = data[location];
  const end = offset + (length ?? expected);
  if (end > file.length) {
    throw unreadable(
      record,
      `ends at byte ${end} of '${location}', which has ${file.length} bytes`,
    );
  }
  return file.subarray(offset, end);
}

/** The bytes of one element in each typed field, or null for varints. */
const widths: Readonly<Record<TypedField, number | null>> = {
  float_data: 4,
  double_data: 8,
  int32_data: null,
  int64_data: null,
  uint64_data: null,
};

/** The fields that may hold each type. */
function fieldFor(type: string): TypedField {
  if (type === 'float') return 'float_data';
  if (type === 'double') return 'double_data';
  if (type === 'int64') return 'int64_data';
  return type === 'uint32' || type === 'uint64' ? 'uint64_data' : 'int32_data';
}

function typedBytes(
  { bytes }: TensorSource,
  record: TensorRecord,
  { field, pieces }: Extract<TensorStorage, { kind: 'typed' }>,
  expected: number,
): Uint8Array {
  const { bytes: size, name: type } = elementType(record.type);
  if (field !== fieldFor(type))
    throw unreadable(record, `of type ${type} has its values in ${field}`);
  const width = widths[field];
  const length = pieces.reduce((sum, { begin, end }) => sum + end - begin, 0);
  // A varint has a byte or more.
  const most = width === null ? length * size : length;
  if (width === null ? most < expected : most !== expected) {
    throw unreadable(record, `has ${length} bytes of ${field}, too few or many for its shape`);
  }
  const stored = new Uint8Array(expected);
  let at = 0;
  for (const { begin, end } of pieces) {
    if (width !== null) {
      stored.set(bytes.subarray(begin, end), at);
      at += end - begin;
      continue;
    }
    const reader = new BinaryReader(bytes.subarray(begin, end));
    while (reader.pos < reader.len && at < expected) {
      const words = new BigInt64Array([varint(reader, record)]);
      stored.set(new Uint8Array(words.buffer).subarray(0, size), at);
      at += size;
    }
    if (reader.pos < reader.len) throw unreadable(record, 'has more values than its shape');
  }
  if (at !== expected) throw unreadable(record, 'has fewer values than its shape');
  return stored;
}

function varint(reader: BinaryReader, record: TensorRecord): bigint {
  try {
    return BigInt(reader.int64());
  } catch {
    throw unreadable(record, 'has an integer that is cut short');
  }
}

function unreadable(record: TensorRecord, problem: string) {
  return invalid(
    `tensor '${record.name}' of shape [${record.shape}] ${problem}`,
    'Export the model again, or pass its whole file',
    { param: record.name },
  );
}
