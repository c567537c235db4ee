import { about } from '../errors';
import { readTextFile } from '../node/internal';
import { UsageError } from './exit';

/** The longest text that is read, in bytes. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads a text file.
 *
 * @param what - The expected content, for errors: `spec`.
 */
export async function readText(what: string, path: string): Promise<string> {
  try {
    return await about(`the ${what} '${path}'`, () => readTextFile(path, MOST_BYTES));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const hint =
      what === 'spec' ? ", and no preset of that name: 'perm-lmc spec' lists the presets" : '';
    throw new UsageError(`there is no ${what} file '${path}'${hint}`);
  }
}
