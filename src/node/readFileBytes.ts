import { open } from 'node:fs/promises';
import { invalid } from '../errors';
import { readBytes } from './readBytes';

/** A limit of the size of a file. */
export interface SizeLimit {
  /** The most bytes that the file may have. */
  readonly bytes: number;
  /** The reason, as a part of a sentence. */
  readonly reason: string;
  readonly remedy: string;
}

/** The bytes of a whole file. `yieldPoint` is awaited between reads. */
export async function readFileBytes(
  path: string,
  yieldPoint?: () => Promise<void>,
  limit?: SizeLimit,
): Promise<Uint8Array<ArrayBuffer>> {
  const handle = await open(path);
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) {
      throw invalid('this is not a file', 'Pass the path of a file', { received: path });
    }
    if (limit && stat.size > limit.bytes) {
      throw invalid(`the file has ${stat.size} bytes, ${limit.reason}`, limit.remedy, {
        received: stat.size,
      });
    }
    return await readBytes({ handle }, { begin: 0, end: stat.size }, yieldPoint);
  } finally {
    await handle.close();
  }
}
