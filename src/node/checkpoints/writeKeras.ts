import type { FileHandle } from 'node:fs/promises';
import { invalid } from '../../errors';
import {
  archiveEnd,
  type ByteSource,
  crc32,
  dataDescriptor,
  localHeader,
  type WrittenRecord,
} from '../../io/internal';
import { type KerasFile, WEIGHTS } from '../locateKeras';
import { openHdf5 } from '../openHdf5';
import { readBytes } from '../readBytes';
import { writeBytes } from '../writeBytes';
import { writeWhole } from '../writeWhole';
import { zipFileBytes } from '../zipFileBytes';
import type { Destination, WrittenTensor } from './checkpointFormat';

/** Writes a file of Keras with other values: the HDF5 file alone, or the archive for an output `….keras`. */
export async function writeKeras(
  keras: KerasFile,
  tensors: readonly WrittenTensor[],
  destination: Destination,
): Promise<void> {
  const { path } = destination;
  const isArchive = path.toLowerCase().endsWith('.keras');
  if (isArchive && keras.records === null) {
    throw invalid(
      `'${path}' would be an archive with the configuration of the model, which '${keras.path}' lacks`,
      "Name an output that ends in '.weights.h5'",
      { param: 'output', received: path },
    );
  }
  await writeWhole(destination, async (handle) => {
    if (isArchive) await writeArchive(handle, keras, tensors, destination);
    else await writeWeights(handle, 0, keras, tensors, destination);
  });
}

/** Writes the files of the archive, each as it is but the weights. They are stored without compression. */
async function writeArchive(
  handle: FileHandle,
  keras: KerasFile,
  tensors: readonly WrittenTensor[],
  destination: Destination,
): Promise<void> {
  const { yieldPoint } = destination;
  const records: WrittenRecord[] = [];
  let at = 0;
  const write = async (bytes: Uint8Array) => {
    at = await writeAt(handle, bytes, at, yieldPoint);
  };
  for (const record of keras.records!) {
    const { name } = record;
    const from = at;
    await write(localHeader(record, from));
    const begin = at;
    if (name === WEIGHTS) {
      at += await writeWeights(handle, begin, keras, tensors, destination);
    } else await write(await zipFileBytes(keras.source, record, yieldPoint));
    const file = { name, size: at - begin };
    const checksum = await checksumOf(handle, begin, at, yieldPoint);
    await write(dataDescriptor(file, checksum));
    records.push({ ...file, checksum, from });
  }
  await write(archiveEnd(records, at));
}

/** Copies the HDF5 file to a place of a file and writes the tensors into the copy. Returns its size. */
async function writeWeights(
  handle: FileHandle,
  at: number,
  { source, begin, size }: KerasFile,
  tensors: readonly WrittenTensor[],
  { yieldPoint, onProgress }: Destination,
): Promise<number> {
  for await (const { bytes, from } of chunksOf(source, begin, begin + size, yieldPoint)) {
    await writeAt(handle, bytes, at + from - begin, yieldPoint);
  }
  const file = await openHdf5({ fd: handle.fd, begin: at, size }, 'a');
  try {
    const datasets = new Map(file.datasets.map((dataset) => [dataset.name, dataset]));
    for (const [i, { name, bytes }] of tensors.entries()) {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes()) pieces.push(piece);
      await datasets.get(name)!.write(Buffer.concat(pieces), yieldPoint);
      onProgress?.({ done: i + 1, total: tensors.length, tensor: name });
    }
  } catch (error) {
    file.close();
    throw error;
  }
  return file.close();
}

const CHUNK_BYTES = 2 ** 24;

async function* chunksOf(
  source: ByteSource,
  begin: number,
  end: number,
  yieldPoint: () => Promise<void>,
) {
  for (let from = begin; from < end; from += CHUNK_BYTES) {
    const to = Math.min(from + CHUNK_BYTES, end);
    yield { from, bytes: await source.read(from, to, yieldPoint) };
  }
}

/** Writes bytes at a place of a file, and returns the place behind them. */
async function writeAt(
  handle: FileHandle,
  bytes: Uint8Array,
  at: number,
  yieldPoint: () => Promise<void>,
): Promise<number> {
  await writeBytes(handle, bytes, yieldPoint, at);
  return at + bytes.length;
}

async function checksumOf(
  handle: FileHandle,
  begin: number,
  end: number,
  yieldPoint: () => Promise<void>,
): Promise<number> {
  const source: Pick<ByteSource, 'read'> = {
    read: (from, to) => readBytes({ handle }, { begin: from, end: to }, yieldPoint),
  };
  let checksum = 0;
  for await (const { bytes } of chunksOf(source as ByteSource, begin, end, yieldPoint)) {
    checksum = crc32(bytes, checksum);
  }
  return checksum;
}
