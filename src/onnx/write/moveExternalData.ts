import type { OnnxAttribute, OnnxGraph, OnnxNode } from '../model/onnxModel';
import { readModel } from '../model/readModel';
import type { TensorRecord } from '../model/tensorRecord';
import { BinaryReader } from '../wire/bufbuild';
import {
  type Field,
  type LengthRange,
  readFields,
  readMessage,
  readRange,
} from '../wire/readMessage';
import { type Edit, spliceMessages } from './spliceMessages';

/** The locations of a model's external data, without repeats. */
export function externalLocations(bytes: Uint8Array): string[] {
  return [...new Set(externalTensors(bytes).map(({ location }) => location))];
}

/** A model with its external data at other locations. All other bytes stay; without a change, the array itself. */
export function moveExternalData(
  bytes: Uint8Array,
  locationOf: (location: string) => string,
): Uint8Array {
  const edits = externalTensors(bytes).flatMap(({ record, location }) => {
    const moved = locationOf(location);
    return moved === location ? [] : locationEdits(bytes, record, moved);
  });
  return edits.length === 0 ? bytes : spliceMessages(bytes, edits);
}

/** A tensor with its values in another file. */
interface ExternalTensor {
  readonly record: TensorRecord;
  readonly location: string;
}

/** The tensors with external data, in the graph, its branches, the functions and the attributes of nodes. */
function externalTensors(bytes: Uint8Array): ExternalTensor[] {
  const { graph, functions } = readModel(bytes);
  const records = [
    ...recordsOfGraph(graph),
    ...functions.flatMap(({ nodes, defaults }) => [
      ...nodes.flatMap(recordsOfNode),
      ...[...defaults.values()].flatMap(recordsOfAttribute),
    ]),
  ];
  return records.flatMap((record) =>
    record.storage?.kind === 'external' ? [{ record, location: record.storage.location }] : [],
  );
}

function recordsOfGraph({ initializers, nodes }: OnnxGraph): TensorRecord[] {
  return [...initializers, ...nodes.flatMap(recordsOfNode)];
}

function recordsOfNode({ attributes }: OnnxNode): TensorRecord[] {
  return [...attributes.values()].flatMap(recordsOfAttribute);
}

function recordsOfAttribute(value: OnnxAttribute): TensorRecord[] {
  if (typeof value !== 'object') return [];
  if ('storage' in value) return [value];
  return 'initializers' in value ? recordsOfGraph(value) : [];
}

/** The edits that replace the location in a tensor's external data. */
function locationEdits(
  bytes: Uint8Array,
  { range, around }: TensorRecord,
  location: string,
): Edit[] {
  const reader = new BinaryReader(bytes);
  reader.pos = range.begin;
  const entries: Entry[] = [];
  const EXTERNAL_DATA = 13;
  const readers = { [EXTERNAL_DATA]: (field: Field) => entries.push(readEntryRanges(field)) };
  readFields(reader, range.end, readers, [...around, range]);
  const textOf = ({ begin, end }: LengthRange) =>
    new TextDecoder().decode(bytes.subarray(begin, end));
  return entries.flatMap(({ key, value, around: outer }) =>
    key && value && textOf(key) === 'location'
      ? [{ ...value, bytes: new TextEncoder().encode(location), around: [...outer, value] }]
      : [],
  );
}

/** The places of a key and its value. */
interface Entry {
  readonly key: LengthRange | null;
  readonly value: LengthRange | null;
  /** The messages around both, the outermost first. */
  readonly around: readonly LengthRange[];
}

function readEntryRanges(field: Field): Entry {
  let key: LengthRange | null = null;
  let value: LengthRange | null = null;
  const own = readMessage(field, {
    1: (each) => {
      key = readRange(each);
    },
    2: (each) => {
      value = readRange(each);
    },
  });
  return { key, value, around: [...field.around, own] };
}
