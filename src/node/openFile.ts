import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { invalid } from '../errors';
import type { ByteSource } from '../io/internal';
import { aboutFile } from './aboutFile';
import { kindOfEntry } from './kindOfEntry';
import { lazyHandle } from './lazyHandle';
import { pathError } from './pathError';
import { readBytes } from './readBytes';
import { changedFile, isSame, isUnchanged, removedFile, type Stamp } from './stamp';

/** A file that is open for reading. */
export interface OpenFile extends ByteSource {
  /** The descriptor, which stays the same until the file is closed. */
  readonly descriptor: () => Promise<number>;
  /**
   * Throws if another program has written the file since it was opened. A file that was renamed over it does no harm:
   * the old one is read to its end.
   */
  readonly assertUnchanged: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Without the flag, opening a pipe would wait for a writer. Windows has no such flag. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file for reading. The caller closes it. Any number of files can be open, see {@link lazyHandle}. Every file
 * that the library reads is opened here.
 *
 * @throws InvalidInputError for a folder, a pipe, a device or a socket.
 */
export async function openFile(path: string): Promise<OpenFile> {
  let first: Stamp | undefined;
  const file = await lazyHandle(async () => {
    const { handle, stamp } = await openedAt(path).catch((error) => {
      throw first && error.code === 'ENOENT' ? removedFile(error) : error;
    });
    first ??= stamp;
    if (isSame(first, stamp) && isUnchanged(first, stamp)) return handle;
    await handle.close();
    throw changedFile();
  });
  const own = first!;
  return {
    size: Number(own.size),
    read: (begin, end, yieldPoint) =>
      file.use((handle) => readBytes({ handle }, { begin, end }, yieldPoint)),
    descriptor: async () => (await file.pinned()).fd,
    async assertUnchanged() {
      const now = await (file.isOpen()
        ? file.use((handle) => handle.stat({ bigint: true }))
        : stat(path, { bigint: true }).catch(() => null));
      // Without a handle, the path may lead to another file by now. What was read is still that of the old one.
      if (!now || !isSame(own, now) || isUnchanged(own, now)) return;
      aboutFile(path, () => {
        throw changedFile();
      });
    },
    close: () => file.close(),
  };
}

/** Opens a file. Its kind is checked first, because opening a device can start it. */
async function openedAt(path: string): Promise<{ handle: FileHandle; stamp: Stamp }> {
  const there = await stat(path, { bigint: true }).catch((error) => {
    throw pathError(path, error);
  });
  assertFile(path, there);
  const handle = await open(path, FLAGS);
  try {
    const stamp = await handle.stat({ bigint: true });
    assertFile(path, stamp);
    return { handle, stamp };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function assertFile(path: string, there: BigIntStats): void {
  if (there.isFile()) return;
  const remedy = there.isFIFO()
    ? 'Write what the pipe gives to a file, and pass the path of that'
    : 'Pass the path of a file';
  throw invalid(`this is ${kindOfEntry(there)}, not a file`, remedy, { received: path });
}
