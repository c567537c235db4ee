import { InvalidInputError } from '../../errors';
import { BinaryReader, BinaryWriter, WireType } from '../wire/bufbuild';
import {
  type ByteRange,
  type Field,
  type FieldReaders,
  malformed,
  readFields,
  readInteger,
  readMessage,
} from '../wire/readMessage';
import { readEntry } from './tensorRecord';

/** The messages on the way from a model to its tensors. */
type Kind = 'model' | 'graph' | 'function' | 'node' | 'attribute' | 'tensor';

/** The messages inside each, by the numbers of their fields. */
const inside: Readonly<Record<Exclude<Kind, 'tensor'>, Readonly<Record<number, Kind>>>> = {
  model: { 7: 'graph', 25: 'function' },
  graph: { 1: 'node', 5: 'tensor' },
  function: { 7: 'node', 11: 'attribute' },
  node: { 5: 'attribute' },
  attribute: { 5: 'tensor', 6: 'graph', 10: 'tensor', 11: 'graph' },
};

/** The field of a tensor's external data, and of its kind of storage. */
const EXTERNAL_DATA = 13;
const DATA_LOCATION = 14;

/** A field of a message, with its tag, that other bytes replace. */
interface Change extends ByteRange {
  readonly pieces: readonly Uint8Array[];
}

/** Reads a message with these readers. Returns its range. */
type Read = (readers: FieldReaders) => ByteRange;

/** The locations of a model's external data, without repeats. */
export function externalLocations(bytes: Uint8Array): string[] {
  const locations = new Set<string>();
  moveExternalData(bytes, (location) => {
    locations.add(location);
    return location;
  });
  return [...locations];
}

/** A model with its external data at other locations. All other bytes stay; without a change, the array itself. */
export function moveExternalData(
  bytes: Uint8Array,
  locationOf: (location: string) => string,
): Uint8Array {
  const whole = { begin: 0, end: bytes.length };
  const reader = new BinaryReader(bytes);
  const changes = changesIn('model', (readers) => {
    try {
      readFields(reader, bytes.length, readers);
    } catch (error) {
      if (error instanceof InvalidInputError) throw error;
      throw malformed((error as Error).message, error);
    }
    return whole;
  });
  return changes.length === 0 ? bytes : joined(piecesOf(whole, changes));

  function changesIn(kind: Kind, read: Read): Change[] {
    if (kind === 'tensor') return changesInTensor(read);
    const changes: Change[] = [];
    const readers = Object.entries(inside[kind]).map(([number, inner]) => {
      const readInner = (field: Field) => {
        let range = whole;
        const own = changesIn(inner, (innerReaders) => {
          range = readMessage(field, innerReaders);
          return range;
        });
        if (own.length === 0) return;
        const pieces = messageOf(Number(number), piecesOf(range, own));
        changes.push({ begin: field.start, end: range.end, pieces });
      };
      return [number, readInner];
    });
    read(Object.fromEntries(readers));
    return changes;
  }

  function changesInTensor(read: Read): Change[] {
    const entries: (ByteRange & { readonly location: string })[] = [];
    let isExternal = false;
    read({
      [EXTERNAL_DATA]: (field) => {
        const [key, location] = readEntry(field);
        if (key === 'location') {
          entries.push({ begin: field.start, end: field.reader.pos, location });
        }
      },
      [DATA_LOCATION]: (field) => {
        isExternal = readInteger(field) === 1;
      },
    });
    if (!isExternal) return [];
    return entries.flatMap(({ begin, end, location }) => {
      const moved = locationOf(location);
      if (moved === location) return [];
      const entry = new BinaryWriter()
        .tag(1, WireType.LengthDelimited)
        .string('location')
        .tag(2, WireType.LengthDelimited)
        .string(moved)
        .finish();
      return [{ begin, end, pieces: messageOf(EXTERNAL_DATA, [entry]) }];
    });
  }

  /** The bytes of a range with changes. */
  function piecesOf({ begin, end }: ByteRange, changes: readonly Change[]): Uint8Array[] {
    let at = begin;
    const pieces = changes.flatMap((change) => {
      const before = bytes.subarray(at, change.begin);
      at = change.end;
      return [before, ...change.pieces];
    });
    return [...pieces, bytes.subarray(at, end)];
  }
}

/** A field with a message, and its tag. */
function messageOf(number: number, content: readonly Uint8Array[]): Uint8Array[] {
  const head = new BinaryWriter().tag(number, WireType.LengthDelimited).uint32(lengthOf(content));
  return [head.finish(), ...content];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(lengthOf(pieces));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function lengthOf(pieces: readonly Uint8Array[]): number {
  return pieces.reduce((sum, { length }) => sum + length, 0);
}
