import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { InvalidInputError } from '../errors';

/** Thrown if a file would replace another one without `overwrite`. */
export class OccupiedError extends InvalidInputError {}

/** A file to write. */
export interface WholeFile {
  readonly path: string;
  /** Writes the whole content. */
  readonly write: (handle: FileHandle) => Promise<void>;
}

/**
 * Writes a file through a temporary file in the same folder, which is renamed at the end. The path never
 * has an incomplete file, and a failure leaves no file behind.
 *
 * @param overwrite - True to replace a file that is already at the path. If false, such a file is an error.
 * @param write - Writes the whole content.
 */
export function writeWhole(
  path: string,
  overwrite: boolean,
  write: WholeFile['write'],
): Promise<void> {
  return writeTogether([{ path, write }], overwrite);
}

/** Writes files as {@link writeWhole} does. They are renamed in their order when all of them are written. */
export async function writeTogether(
  files: readonly WholeFile[],
  overwrite: boolean,
): Promise<void> {
  for (const { path } of files) {
    if (!overwrite && (await exists(path))) throw alreadyThere(path);
  }
  const left: string[] = [];
  try {
    const temporaries: string[] = [];
    for (const { path, write } of files) {
      const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
      left.push(temporary);
      temporaries.push(temporary);
      await writeNew(temporary, write);
    }
    for (const [i, { path }] of files.entries()) {
      await (overwrite ? rename(temporaries[i], path) : renameToFree(temporaries[i], path));
      if (!overwrite) left.push(path);
    }
  } catch (error) {
    await Promise.all(left.map((path) => rm(path, { force: true })));
    throw error;
  }
}

async function writeNew(path: string, write: WholeFile['write']): Promise<void> {
  const handle = await open(path, 'wx+');
  try {
    await write(handle);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** True if there is anything at the path, even a broken link. */
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

/** Writes bytes at the current position. `yieldPoint` is awaited between writes. */
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
 * Creates an empty file at `path`, which the rename then replaces. Only one of several writers can create
 * it. A check followed by a rename could replace the file of another writer.
 */
async function claim(path: string): Promise<void> {
  try {
    await (await open(path, 'wx')).close();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? alreadyThere(path) : error;
  }
}
