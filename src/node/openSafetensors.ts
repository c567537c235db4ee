import type { FileHandle } from 'node:fs/promises';
import { headerByteLength, parseHeader, type SafetensorsHeader, START_BYTES } from '../io/internal';
import { aboutFile } from './aboutFile';
import { openFile } from './openFile';
import { readBytes } from './readBytes';

/** A safetensors file that is open for reading, with its checked header. */
export interface OpenSafetensors {
  /** The path of the file, for errors. */
  path: string;
  handle: FileHandle;
  header: SafetensorsHeader;
  /** The offset of the data, in bytes. */
  dataStart: number;
}

/** Opens the safetensors file at `path`. The caller closes it. */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  const { handle, size } = await aboutFile(path, () => openFile(path));
  try {
    return { path, handle, ...(await aboutFile(path, () => readHeader(handle, size))) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

async function readHeader(
  handle: FileHandle,
  size: number,
): Promise<Pick<OpenSafetensors, 'header' | 'dataStart'>> {
  const start = await readBytes({ handle }, { begin: 0, end: Math.min(START_BYTES, size) });
  const dataStart = 8 + headerByteLength(start, size);
  const bytes = await readBytes({ handle }, { begin: 8, end: dataStart });
  return { dataStart, header: parseHeader(bytes, size - dataStart) };
}

/** Closes files opened by {@link openSafetensors}. */
export async function closeAll(files: readonly OpenSafetensors[]): Promise<void> {
  await Promise.all(files.map(({ handle }) => handle.close()));
}

/** The merged metadata of all files of a checkpoint. Where they differ, the first file wins. */
export function mergedMetadata(files: readonly OpenSafetensors[]): Record<string, string> {
  return Object.assign({}, ...files.map(({ header }) => header.metadata).reverse());
}
