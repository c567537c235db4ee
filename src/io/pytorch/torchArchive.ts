import { invalid } from '../../errors';
import { sizeOf } from '../../params/internal';
import { crc32 } from '../crc32';
import { quoted } from '../parseStrictJson';
import { storedBits } from '../storedDtype';
import { archiveEnd, type WrittenRecord } from '../zip/archiveEnd';
import { dataDescriptor, localHeader } from '../zip/localHeader';
import type { WrittenFile } from '../zip/writtenFile';
import { encodeStateDict, type NewTorchTensor } from './encodeStateDict';
import type { ModuleVersions } from './moduleVersions';

/** A tensor to write, with its elements in pieces. */
export interface PiecedTensor extends NewTorchTensor {
  /** Computes the elements, little-endian. */
  readonly bytes: () => AsyncIterable<Uint8Array>;
}

/** A file of the archive. */
interface ArchiveFile extends WrittenFile {
  readonly pieces: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** The folder that holds all files of the archive. `torch.load` takes any. */
const ROOT = 'archive';

/**
 * A file of `torch.save` with a state dict, in pieces: a zip archive whose files are stored as they are, each at a
 * multiple of 64 bytes. `torch.load` reads it, also with `weights_only=True`. Tensors are asked for one after another.
 *
 * @param versions - The versions of modules. Default: none.
 * @param onTensor - Called with the number of tensors that are done, after each.
 */
export async function* torchArchive(
  tensors: readonly PiecedTensor[],
  {
    versions,
    onTensor,
  }: { readonly versions?: ModuleVersions; readonly onTensor?: (done: number) => void } = {},
): AsyncGenerator<Uint8Array, void, void> {
  const records: WrittenRecord[] = [];
  let at = 0;
  for (const file of filesOf(tensors, versions)) {
    const header = localHeader(file, at);
    yield header;
    let [size, checksum] = [0, 0];
    for await (const piece of file.pieces()) {
      size += piece.length;
      checksum = crc32(piece, checksum);
      yield piece;
    }
    assertSize(file, size);
    const descriptor = dataDescriptor(file, checksum);
    yield descriptor;
    records.push({ name: file.name, size, checksum, from: at });
    at += header.length + size + descriptor.length;
    if (file.name.startsWith(`${ROOT}/data/`)) onTensor?.(records.length - BEFORE_TENSORS);
  }
  yield archiveEnd(records, at);
}

/** The number of files before those of tensors. */
const BEFORE_TENSORS = 2;

function filesOf(
  tensors: readonly PiecedTensor[],
  versions: ModuleVersions | undefined,
): ArchiveFile[] {
  return [
    fileOf('data.pkl', encodeStateDict(tensors, versions)),
    fileOf('byteorder', new TextEncoder().encode('little')),
    ...tensors.map(({ dtype, shape, bytes }, i) => ({
      name: `${ROOT}/data/${i}`,
      size: (sizeOf(shape) * storedBits(dtype)) / 8,
      pieces: bytes,
    })),
    fileOf('version', new TextEncoder().encode('3\n')),
  ];
}

function fileOf(name: string, bytes: Uint8Array): ArchiveFile {
  return { name: `${ROOT}/${name}`, size: bytes.length, pieces: () => [bytes] };
}

function assertSize({ name, size }: ArchiveFile, received: number): void {
  if (received === size) return;
  throw invalid(`${quoted(name)} has ${received} bytes instead of ${size}`, 'Report this', {
    received,
  });
}
