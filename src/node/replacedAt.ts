import type { Stats } from 'node:fs';
import { lstat, stat } from 'node:fs/promises';
import { InvalidInputError, invalid } from '../errors';
import { kindOfEntry } from './kindOfEntry';
import { pathError } from './pathError';

/** Thrown if a file would replace another one without `overwrite`. */
export class OccupiedError extends InvalidInputError {}

/** The file that an output replaces; null if there is none. */
export type Replaced = Stats | null;

/**
 * The file that an output replaces. A link counts as the file that it leads to.
 *
 * @throws InvalidInputError for a folder, a pipe or a device, for a file without `overwrite`, and for a name that is
 * too long.
 */
export async function replacedAt(path: string, overwrite: boolean): Promise<Replaced> {
  if ((await statsOf(path, lstat)) === null) return null;
  const there = await statsOf(path, stat);
  if (there && !there.isFile()) {
    throw invalid(`the output '${path}' is ${kindOfEntry(there)}`, 'Name a file', {
      param: 'output',
      received: path,
    });
  }
  if (!overwrite) throw alreadyThere(path);
  return there;
}

/** The error for an output that would replace a file. */
export function alreadyThere(path: string): OccupiedError {
  return new OccupiedError(
    `there is already something at '${path}'`,
    'Choose another path, or pass overwrite: true',
    { param: 'overwrite', received: false },
  );
}

/** The stats of a path; null if there is nothing, or a link that leads nowhere. */
async function statsOf(path: string, look: typeof stat | typeof lstat): Promise<Stats | null> {
  try {
    return (await look(path)) as Stats;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ELOOP') return null;
    throw pathError(path, error);
  }
}
