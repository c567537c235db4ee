import type { FileHandle } from 'node:fs/promises';
import { invalid } from '../errors';

const CHUNK_BYTES = 2 ** 24; // well below the 2 GiB that one read may return

/** Reads the bytes of a file from `begin` to before `end`. `yieldPoint` is awaited between reads. */
export async function readBytes(
  { handle }: { readonly handle: FileHandle },
  { begin, end }: { begin: number; end: number },
  yieldPoint?: () => Promise<void>,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = newBytes(end - begin);
  let done = 0;
  while (done < bytes.length) {
    await yieldPoint?.();
    const wanted = Math.min(CHUNK_BYTES, bytes.length - done);
    const { bytesRead } = await handle.read(bytes, done, wanted, begin + done);
    if (bytesRead === 0) {
      const problem = `the file shrank while it was read: expected at least ${end} bytes, received ${begin + done}`;
      throw invalid(problem, 'Read it again when no other program is writing it', {
        received: begin + done,
      });
    }
    done += bytesRead;
  }
  return bytes;
}

function newBytes(count: number): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(count);
  } catch (cause) {
    throw invalid(
      `${count} bytes that are read together do not fit in memory`,
      'Split the tensor, or free memory',
      { received: count, cause },
    );
  }
}
