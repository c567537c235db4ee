import { invalid } from '../../errors';
import { CutShortError } from '../pickle/cursor';
import { isKind, type PersistentId, type PickleValue } from '../pickle/pickleValue';
import { type Unpickled, unpickle } from '../pickle/unpickle';
import { storedBits } from '../storedDtype';
import type { ByteSource } from '../zip/byteSource';
import { isList, pickledEntries } from './pickledEntries';
import { storageDtypes } from './torchDtypes';
import type { TorchData, TorchFile } from './torchFile';

/** The instruction of a pickle for the magic number. */
const MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19';

/** True for the first bytes of such a file: a pickle of the magic number, in a frame from protocol 4 on. */
export function isLegacyStart(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start.subarray(0, 24));
  return text[0] === '\x80' && [2, 11].includes(text.indexOf(MAGIC));
}

/** The version of the format. */
const PROTOCOL = 1001;

/** The bytes that are read first, and the most that the pickles may have. */
const [FIRST_BYTES, MOST_BYTES] = [2 ** 20, 2 ** 28];

/**
 * Opens a file of `torch.save` from before PyTorch 1.6, or without its zip format: a magic number, the version, the
 * system, the object and the keys of storages as pickles in a row, then the storages. Only pickles and sizes are read.
 */
export async function openLegacy(source: ByteSource): Promise<TorchFile> {
  const [[, version, system, root, keys], end] = await readPickles(source);
  if (version.value !== PROTOCOL) {
    throw invalid(
      `the file has version ${String(version.value)} of the format; ${PROTOCOL} is read`,
      'Save it again with torch.save',
      { received: version.value },
    );
  }
  if (pickledEntries(system.value)?.get('little_endian') === false) {
    throw invalid(
      'its numbers are in the byte order "big", and only "little" is read',
      'Load it in PyTorch on another machine, and save it there',
    );
  }
  if (!isList(keys.value))
    throw invalid('it lacks the keys of its storages', 'Save the file again');
  const storages = await locate(source, keys.value, storageWidths(root.references), end);
  return { root: root.value, storage: (key) => storages.get(key) };
}

/** The five pickles at the start of the file, and the offset behind them. */
async function readPickles(source: ByteSource): Promise<[readonly Unpickled[], number]> {
  for (let length = FIRST_BYTES; ; length *= 2) {
    const bytes = await source.read(0, Math.min(length, source.size));
    try {
      const pickles: Unpickled[] = [];
      let at = 0;
      for (let i = 0; i < 5; i++) {
        pickles.push(unpickle(bytes, at));
        at = pickles[i].end;
      }
      return [pickles, at];
    } catch (error) {
      // The pickles may go on behind the bytes.
      const isWhole = length >= source.size || length >= MOST_BYTES;
      if (!(error instanceof CutShortError) || isWhole) throw error;
    }
  }
}

/** The bytes of an element in classes of storages whose tensors are not read. */
const OTHER_WIDTHS: Readonly<Record<string, number>> = {
  ComplexFloatStorage: 8,
  ComplexDoubleStorage: 16,
  QInt32Storage: 4,
};

/** The bytes of an element in each storage, by its key. */
function storageWidths(references: readonly PersistentId[]): ReadonlyMap<string, number> {
  const widths = new Map<string, number>();
  for (const { id } of references) {
    if (!isList(id) || !isKind(id[1], 'global') || typeof id[2] !== 'string') continue;
    const { name } = id[1];
    const dtype = Object.hasOwn(storageDtypes, name) ? storageDtypes[name] : undefined;
    widths.set(id[2], dtype ? storedBits(dtype) / 8 : (OTHER_WIDTHS[name] ?? 1));
  }
  return widths;
}

/** The places of the storages. Each has the number of its elements in 8 bytes, and then the elements. */
async function locate(
  source: ByteSource,
  keys: readonly PickleValue[],
  widths: ReadonlyMap<string, number>,
  begin: number,
): Promise<ReadonlyMap<string, TorchData>> {
  const storages = new Map<string, TorchData>();
  let at = begin;
  for (const key of keys) {
    const width = typeof key === 'string' ? widths.get(key) : undefined;
    if (width === undefined) {
      throw invalid(
        `no tensor has its storage ${String(key)}`,
        'Save the file again with torch.save',
      );
    }
    if (at + 8 > source.size) throw truncated(source.size, at + 8);
    const count = await source.read(at, at + 8);
    const bytes = width * Number(new DataView(count.buffer).getBigInt64(0, true));
    const first = at + 8;
    if (bytes < 0 || first + bytes > source.size) throw truncated(source.size, first + bytes);
    storages.set(key as string, {
      bytes,
      read: (from, to, yieldPoint) => source.read(first + from, first + to, yieldPoint),
    });
    at = first + bytes;
  }
  return storages;
}

function truncated(received: number, expected: number) {
  return invalid(
    `the file is truncated: a storage ends at byte ${expected} of ${received}`,
    'Download the file again, or save it again',
    { received },
  );
}
