import { access, constants, lstat, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { RefusedError, UsageError } from './exit';
import type { Session } from './session';

/**
 * Looks at where an output is to go, before any work is done for it: its folder must be there, it must not be
 * a folder itself, and what is there already is replaced only if `force` is set or somebody at the
 * terminal says yes.
 *
 * @returns Whether there is something to replace.
 */
export async function checkOutput(
  session: Session,
  path: string,
  force: boolean,
): Promise<{ overwrite: boolean }> {
  const folder = await found(stat(dirname(path)));
  if (!folder?.isDirectory()) {
    throw new UsageError(`there is no folder '${dirname(path)}' for the output '${path}'`);
  }
  await access(dirname(path), constants.W_OK);
  const target = await found(stat(path));
  if (target && !target.isFile()) {
    // A file takes the output's place at the end: a device would be lost.
    const kind = target.isDirectory() ? 'a folder' : 'no file';
    throw new UsageError(`the output '${path}' is ${kind}: name a file`);
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

/** What is at a path; null where there is nothing. */
async function found<Stats>(looking: Promise<Stats>): Promise<Stats | null> {
  try {
    return await looking;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}
