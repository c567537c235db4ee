import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { addTemporary, dropTemporary } from './temporaryPaths';

/**
 * Runs work with a new folder that only this user can read, and removes the folder when it ends.
 *
 * @param parent - The folder that it is made in.
 * @param prefix - The beginning of its name.
 */
export async function withTemporaryFolder<Result>(
  parent: string,
  prefix: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = join(parent, `${prefix}${randomUUID()}`);
  addTemporary(folder);
  try {
    await mkdir(folder, { mode: 0o700 });
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    dropTemporary(folder);
  }
}
