import { randomUUID } from 'node:crypto';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type InvalidInputError, invalid } from '../errors';
import { layoutOf, type SafetensorsLayout, tensorBytes } from '../io/safetensorsLayout';
import type { Params } from '../params/params';
import { createCheckpoint, type LongWorkOptions } from '../progress';

/** Options of {@link writeSafetensors}. */
export interface WriteSafetensorsOptions extends Pick<LongWorkOptions<never>, 'signal'> {
  /** Text to keep with the tensors. Default: none. */
  metadata?: Record<string, string>;
  /** Whether a file that is already at the path is replaced. Default: false. */
  overwrite?: boolean;
}

/**
 * Writes `params` to a safetensors file: the bytes that `serializeSafetensors` would give.
 *
 * It writes a temporary file in the same folder, one tensor after another, and renames it at the
 * end: the path never holds half of the data, and a failure leaves nothing behind.
 *
 * @param path Where the file goes. Its folder exists.
 * @param params The tensors by name. None is disposed.
 * @param options All have defaults.
 * @throws {InvalidInputError} Something is at the path and `overwrite` is not true, or
 * `serializeSafetensors` would refuse `params` or `metadata`.
 *
 * @example
 * ```ts
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * import '@tensorflow/tfjs-backend-cpu';
 * import { tensor1d } from '@tensorflow/tfjs-core';
 * import { writeSafetensors } from 'perm-lmc/node';
 *
 * const path = join(tmpdir(), 'write-example.safetensors');
 * const params = { 'fc1.bias': tensor1d([1, 2]) };
 * await writeSafetensors(path, params, { metadata: { epochs: '20' }, overwrite: true });
 * ```
 */
export async function writeSafetensors(
  path: string,
  params: Params,
  { metadata = {}, overwrite = false, signal }: WriteSafetensorsOptions = {},
): Promise<void> {
  const layout = layoutOf('writeSafetensors', params, metadata);
  const checkpoint = createCheckpoint(signal);
  await checkpoint();
  if (!overwrite && (await exists(path))) throw alreadyThere(path);

  const temporary = join(dirname(path), `.${randomUUID()}.safetensors.tmp`);
  try {
    await writeLayout(temporary, layout, checkpoint);
    await (overwrite ? rename(temporary, path) : renameToFree(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function alreadyThere(path: string): InvalidInputError {
  const remedy = 'Choose another path, or pass overwrite: true';
  return invalid('writeSafetensors', `there is already something at '${path}'`, remedy);
}

async function writeLayout(
  path: string,
  { header, tensors }: SafetensorsLayout,
  checkpoint: () => Promise<void>,
): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await writeBytes(handle, header, checkpoint);
    for (const { tensor } of tensors) {
      await writeBytes(handle, await tensorBytes(tensor), checkpoint);
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const CHUNK_BYTES = 2 ** 24; // well below the 2 GiB that one write may take

async function writeBytes(
  handle: FileHandle,
  bytes: Uint8Array,
  checkpoint: () => Promise<void>,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    await checkpoint();
    const wanted = Math.min(CHUNK_BYTES, bytes.length - done);
    done += (await handle.write(bytes, done, wanted)).bytesWritten;
  }
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
