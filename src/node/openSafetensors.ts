import { headerByteLength, parseHeader, type SafetensorsHeader, START_BYTES } from '../io/internal';
import { aboutFile } from './aboutFile';
import { type OpenFile, openFile } from './openFile';

/** A safetensors file that is open for reading, with its checked header. */
export interface OpenSafetensors extends OpenFile {
  /** The path of the file, for errors. */
  path: string;
  header: SafetensorsHeader;
  /** The offset of the data, in bytes. */
  dataStart: number;
}

/** Opens the safetensors file at `path`. The caller closes it. */
export async function openSafetensors(path: string): Promise<OpenSafetensors> {
  const file = await aboutFile(path, () => openFile(path));
  try {
    return { ...file, path, ...(await aboutFile(path, () => readHeader(file))) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function readHeader({
  size,
  read,
}: OpenFile): Promise<Pick<OpenSafetensors, 'header' | 'dataStart'>> {
  const start = await read(0, Math.min(START_BYTES, size));
  const dataStart = 8 + headerByteLength(start, size);
  return { dataStart, header: parseHeader(await read(8, dataStart), size - dataStart) };
}

/** The merged metadata of all files of a checkpoint. Where they differ, the first file wins. */
export function mergedMetadata(files: readonly OpenSafetensors[]): Record<string, string> {
  return Object.assign({}, ...files.map(({ header }) => header.metadata).reverse());
}
