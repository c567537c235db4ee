import type { FileHandle } from 'node:fs/promises';

const CHUNK_BYTES = 2 ** 24; // well below the 2 GiB that one write may take

/**
 * Writes bytes. `yieldPoint` is awaited between writes.
 *
 * @param at - Their place in the file. Default: the current position.
 */
export async function writeBytes(
  handle: FileHandle,
  bytes: Uint8Array,
  yieldPoint: () => Promise<void>,
  at?: number,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    await yieldPoint();
    const wanted = Math.min(CHUNK_BYTES, bytes.length - done);
    done += (await handle.write(bytes, done, wanted, at === undefined ? null : at + done))
      .bytesWritten;
  }
}
