import { open } from 'node:fs/promises';
import { invalid } from '../errors';
import { readBytes } from './readBytes';

/**
 * The bytes of a whole file. `yieldPoint` is awaited between reads.
 *
 * @param most - The most bytes that the file may have.
 * @param why - The reason for the limit, with a remedy.
 */
export async function readFileBytes(
  path: string,
  most: number,
  [why, remedy]: readonly [why: string, remedy: string],
  yieldPoint?: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw invalid('this is not a file', 'Pass the path of a file', { received: path });
    }
    if (stat.size > most) {
      throw invalid(`the file has ${stat.size} bytes, ${why}`, remedy, { received: stat.size });
    }
    return await readBytes({ handle }, { begin: 0, end: stat.size }, yieldPoint);
  } finally {
    await handle.close();
  }
}
