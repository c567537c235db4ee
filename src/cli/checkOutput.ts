import { access, constants, lstat, stat } from 'node:fs/promises';
import { dirname, sep } from 'node:path';
import { kindOfEntry } from '../node/internal';
import { RefusedError, UsageError } from './exit';
import type { Session } from './session';

/**
 * Checks the path of an output before any work is done: its folder must exist, and it must not be a folder
 * itself. An existing file is replaced only with `force`, or if the user confirms it at the terminal.
 *
 * @returns `overwrite`: true if an existing file may be replaced.
 */
export async function checkOutput(
  session: Session,
  path: string,
  force: boolean,
): Promise<{ overwrite: boolean }> {
  if (path.endsWith('/') || path.endsWith(sep))
    throw new UsageError(`the output '${path}' is a folder: name a file`);
  const folder = await found(stat(dirname(path)));
  if (!folder?.isDirectory()) {
    throw new UsageError(
      `there is no folder '${dirname(path)}' for the output '${path}': create it, or choose another output`,
    );
  }
  await access(dirname(path), constants.W_OK);
  const target = await found(stat(path));
  if (target && !target.isFile()) {
    // The output is renamed into place at the end, which would replace a device.
    throw new UsageError(`the output '${path}' is ${kindOfEntry(target)}: name a file`);
  }
  const there = await found(lstat(path));
  if (!there) return { overwrite: force };
  if (force || (await mayReplace(session, path))) return { overwrite: true };
  throw new RefusedError(
    `there is already something at '${path}'. Choose another output, or pass --force to replace it.`,
  );
}

async function mayReplace({ ask }: Session, path: string): Promise<boolean> {
  if (ask === null) return false;
  const answer = await ask(`'${path}' exists. Replace it? [y/N] `);
  return /^y(es)?$/i.test(answer.trim());
}

/** The stats of a path; null if there is nothing at it. */
async function found<Stats>(looking: Promise<Stats>): Promise<Stats | null> {
  try {
    return await looking;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
