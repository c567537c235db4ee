import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInputError } from '../errors';

/** Thrown where a file would take the place of another. */
export class OccupiedError extends InvalidInputError {}

/**
 * Writes a file through a temporary one in the same folder, which is renamed at the end: the path never
 * holds half of the data, and a failure leaves nothing behind.
 *
 * @param overwrite - Whether a file that is already at the path is replaced; else that is an error.
 * @param write - Writes all of it.
 */
export async function writeWhole(
  path: string,
  overwrite: boolean,
  write: (handle: FileHandle) => Promise<void>,
): Promise<void> {
  if (!overwrite && (await exists(path))) throw alreadyThere(path);
  const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, 'wx');
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await (overwrite ? rename(temporary, path) : renameToFree(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Whether there is something at the path, be it a link that leads nowhere. */
async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

const CHUNK_BYTES = 2 ** 24; // well below the 2 GiB that one write may take

/** Writes bytes where the last ones ended. `yieldPoint` is awaited between writes. */
export async function writeBytes(
  handle: FileHandle,
  bytes: Uint8Array,
  yieldPoint: () => Promise<void>,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    await yieldPoint();
    const wanted = Math.min(CHUNK_BYTES, bytes.length - done);
    done += (await handle.write(bytes, done, wanted)).bytesWritten;
  }
}

function alreadyThere(path: string): OccupiedError {
  return new OccupiedError(
    `there is already something at '${path}'`,
    'Choose another path, or pass overwrite: true',
    { param: 'overwrite', received: false },
  );
}

async function renameToFree(temporary: string, path: string): Promise<void> {
  await claim(path);
  try {
    await rename(temporary, path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/**
 * Makes an empty file at `path`, for the rename to replace. Only one of several writers can, so
 * that none replaces what another has just written, as checking and then renaming could.
 */
async function claim(path: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? alreadyThere(path) : error;
  }
}
