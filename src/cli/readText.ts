import { open } from 'node:fs/promises';
import { UsageError } from './exit';

/** The longest text that is read, in bytes. */
const MOST_BYTES = 2 ** 28;

/**
 * Reads a text file.
 *
 * @param what - The expected content, for errors: `spec`.
 */
export async function readText(what: string, path: string): Promise<string> {
  const handle = await opened(what, path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw new UsageError(`the ${what} '${path}' is not a file`);
    if (stat.size > MOST_BYTES) {
      throw new UsageError(`the ${what} '${path}' has ${stat.size} bytes, more than ${MOST_BYTES}`);
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await handle.readFile());
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(`the ${what} '${path}' is not UTF-8 text`);
    throw error;
  } finally {
    await handle.close();
  }
}

async function opened(what: string, path: string) {
  try {
    return await open(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    const hint =
      what === 'spec' ? ", and no preset of that name: 'perm-lmc spec' lists the presets" : '';
    throw new UsageError(`there is no ${what} file '${path}'${hint}`);
  }
}
