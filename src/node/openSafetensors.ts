import { type FileHandle, open } from 'node:fs/promises';
import { invalid } from '../errors';
import { headerByteLength, parseHeader, type SafetensorsHeader, START_BYTES } from '../io/internal';
import { aboutFile } from './aboutFile';
import { readBytes } from './readBytes';

/** A safetensors file that is open for reading, with its checked header. */
export interface OpenSafetensors extends OpenFile {
  header: SafetensorsHeader;
  /** The offset of the data, in bytes. */
  dataStart: number;
}

interface OpenFile {
  /** The path of the file, for errors. */
  path: string;
  handle: FileHandle;
}

/** Opens the safetensors file at `path`. The caller closes it. */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  const handle = await open(path);
  try {
    return await aboutFile(path, () => readHeader({ path, handle }));
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readHeader(file: OpenFile): Promise<OpenSafetensors> {
  const stat = await file.handle.stat();
  if (!stat.isFile()) {
    throw invalid('this is not a file', 'Pass the path of a file', { received: file.path });
  }
  const start = await readBytes(file, { begin: 0, end: Math.min(START_BYTES, stat.size) });
  const dataStart = 8 + headerByteLength(start, stat.size);
  const bytes = await readBytes(file, { begin: 8, end: dataStart });
  return { ...file, dataStart, header: parseHeader(bytes, stat.size - dataStart) };
}

/** Closes files opened by {@link openSafetensors}. */
export async function closeAll(files: readonly OpenSafetensors[]): Promise<void> {
  await Promise.all(files.map(({ handle }) => handle.close()));
}

/** The merged metadata of all files of a checkpoint. Where they differ, the first file wins. */
export function mergedMetadata(files: readonly OpenSafetensors[]): Record<string, string> {
  return Object.assign({}, ...files.map(({ header }) => header.metadata).reverse());
}
