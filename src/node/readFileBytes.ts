import { invalid } from '../errors';
import { openFile } from './openFile';
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
  const { handle, size } = await openFile(path);
  try {
    if (size > most) {
      throw invalid(`the file has ${size} bytes, ${why}`, remedy, { received: size });
    }
    return await readBytes({ handle }, { begin: 0, end: size }, yieldPoint);
  } finally {
    await handle.close();
  }
}
