import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { invalid } from '../errors';
import { type OpenFile, openFile } from './openFile';
import { pathError } from './pathError';
import { together } from './together';
import { type SizeLimit, wholeBytes } from './wholeBytes';

const EXTERNAL = 'external data';

const LIMIT: SizeLimit = {
  most: 2 ** 32, // an array of Node 20 holds no more
  why: `more than ${2 ** 32}`,
  remedy: 'Save the model with its external data in several files',
};

/**
 * Reads the files that a model names as its external data.
 *
 * @param model - The path of the model.
 * @param locations - Paths from the folder of the model, as they stand in the model.
 * @returns The bytes of each file, by location.
 * @throws InvalidInputError if a file is missing, too large or outside of the folder, also by a link.
 */
export async function readBeside(
  model: string,
  locations: readonly string[],
  yieldPoint?: () => Promise<void>,
): Promise<Record<string, Uint8Array<ArrayBuffer>>> {
  const files: [string, Uint8Array<ArrayBuffer>][] = [];
  const opened: OpenFile[] = [];
  try {
    for (const location of locations) {
      const file = await openFile(await findBeside(model, location));
      opened.push(file);
      files.push([location, await wholeBytes(file, LIMIT, yieldPoint)]);
    }
    await together(opened).assertUnchanged();
    return Object.fromEntries(files);
  } finally {
    await together(opened).close();
  }
}

/**
 * The real path of a file that a model names. Throws unless it is inside the folder of the model.
 *
 * @param what - The file, for errors.
 */
export async function findBeside(
  model: string,
  location: string,
  what = EXTERNAL,
): Promise<string> {
  assertInside(location, what);
  const folder = await realpath(dirname(model));
  const path = await realpath(join(folder, location)).catch((cause) => {
    throw ['ENOENT', 'ENOTDIR'].includes(String((cause as NodeJS.ErrnoException).code))
      ? missing(location, what, cause)
      : pathError(join(folder, location), cause);
  });
  if (isInside(folder, path)) return path;
  throw invalid(
    `its ${what} '${location}' is a link to '${path}', outside of the folder of the model`,
    'Copy the file itself into the folder',
    { param: 'location', received: location },
  );
}

/** Throws if a location is absolute or leads out of the folder. */
export function assertInside(location: string, what = EXTERNAL): void {
  const parts = location.split(/[\\/]/);
  const isPlain =
    !/^[\\/]|^[a-z]:|\0/i.test(location) &&
    !parts.includes('..') &&
    !['', '.'].includes(parts[parts.length - 1]);
  if (isPlain) return;
  throw invalid(
    `its ${what} is at '${location}', which is not a path inside the folder of the model`,
    `Save the model again with its ${what} beside it`,
    { param: 'location', received: location },
  );
}

/** True if a real path is inside a real folder. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '' && way.split(/[\\/]/)[0] !== '..' && !isAbsolute(way);
}

function missing(location: string, what: string, cause: unknown) {
  return invalid(
    `its ${what} '${location}' is missing`,
    'Put the file where the model names it, in the same folder',
    { param: 'location', received: location, cause },
  );
}
