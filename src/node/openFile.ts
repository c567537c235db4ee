import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { invalid } from '../errors';

/** A file that is open for reading. */
export interface OpenFile {
  readonly handle: FileHandle;
  /** The number of its bytes. */
  readonly size: number;
}

/** Without the flag, opening a pipe would wait for a writer. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading. The caller closes it.
 *
 * @throws InvalidInputError for a folder, a device or a pipe.
 */
export async function openFile(path: string): Promise<OpenFile> {
  const handle = await open(path, FLAGS);
  try {
    const stat = await handle.stat();
    if (stat.isFile()) return { handle, size: stat.size };
    throw invalid('this is not a file', 'Pass the path of a file', { received: path });
  } catch (error) {
    await handle.close();
    throw error;
  }
}
