import {
  archiveEnd,
  checkName,
  crc32,
  dataDescriptor,
  encodeNpyHeader,
  localHeader,
  type WrittenRecord,
} from '../../io/internal';
import { aboutFile } from '../aboutFile';
import { openNpz } from '../openNpz';
import { writeBytes } from '../writeBytes';
import { writeWhole } from '../writeWhole';
import { bytesOf } from './bytesOf';
import type {
  CheckpointFormat,
  Destination,
  StoredCheckpoint,
  WrittenTensor,
} from './checkpointFormat';
import { openEach } from './openEach';

/**
 * The .npz files of NumPy, as people write them from JAX: the tensors are the arrays, by their names, such as
 * `params/Dense_0/kernel`. An array is read and unpacked when it is needed. Written files are not compressed; they hold
 * no metadata.
 */
export const npzFormat: CheckpointFormat = {
  name: 'npz',
  extensions: ['.npz'],
  isStart,
  open: (paths) => openEach(paths, open),
  create,
};

/** True for a zip archive whose first file is an array. */
function isStart(start: Uint8Array): boolean {
  const text = String.fromCharCode(...start);
  const nameLength = start[26] + 256 * start[27];
  return text.startsWith('PK\x03\x04') && text.slice(30, 30 + nameLength).endsWith('.npy');
}

async function open(path: string): Promise<StoredCheckpoint> {
  const { arrays, ...file } = await openNpz(path);
  const tensors = arrays.map(({ read, ...own }) => ({
    ...own,
    path,
    read: (yieldPoint?: () => Promise<void>) => aboutFile(path, () => read(yieldPoint)),
  }));
  return { ...file, metadata: {}, tensors };
}

async function create(
  tensors: readonly WrittenTensor[],
  _metadata: Record<string, string>,
  destination: Destination,
): Promise<void> {
  const files = tensors.map((tensor) => {
    checkName('tensor', tensor.name);
    const header = encodeNpyHeader(tensor);
    const size = header.length + bytesOf(tensor);
    const { name, bytes } = tensor;
    return { stored: name, bytes, header, name: `${name}.npy`, size };
  });
  const { yieldPoint, onProgress } = destination;
  await writeWhole(destination, async (handle) => {
    const records: WrittenRecord[] = [];
    let at = 0;
    const write = async (bytes: Uint8Array) => {
      await writeBytes(handle, bytes, yieldPoint);
      at += bytes.length;
    };
    for (const { stored, bytes, header, ...file } of files) {
      const from = at;
      await write(localHeader(file, from));
      await write(header);
      let checksum = crc32(header);
      for await (const piece of bytes()) {
        await write(piece);
        checksum = crc32(piece, checksum);
      }
      await write(dataDescriptor(file, checksum));
      records.push({ ...file, checksum, from });
      onProgress?.({ done: records.length, total: files.length, tensor: stored });
    }
    await write(archiveEnd(records, at));
  });
}
