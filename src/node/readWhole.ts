import { open } from 'node:fs/promises';
import { invalid } from '../errors';
import { readBytes } from './readBytes';

/** All bytes of a file. `yieldPoint` is awaited between reads. */
export async function readWhole(
  path: string,
  yieldPoint: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw invalid(`'${path}' is not a file`, 'Pass the path of a file', { received: path });
    }
    return await readBytes({ handle }, { begin: 0, end: stat.size }, yieldPoint);
  } finally {
    await handle.close();
  }
}
