import type { FileHandle } from 'node:fs/promises';

/** A handle that is open when it is needed. */
export interface LazyHandle {
  /** Runs work with the handle, which is opened if need be. */
  readonly use: <Result>(work: (handle: FileHandle) => Promise<Result>) => Promise<Result>;
  /** The handle, which then stays open until it is closed. */
  readonly pinned: () => Promise<FileHandle>;
  readonly isOpen: () => boolean;
  readonly close: () => Promise<void>;
}

/** A handle and the number of those who use it. */
interface Entry {
  readonly open: () => Promise<FileHandle>;
  handle: Promise<FileHandle> | null;
  users: number;
}

/** The most handles that stay open unused. A process has few: often 256 or 1024, and a checkpoint can have more shards. */
const MOST_UNUSED = 16;

/** The entries with an open handle that is not used, the longest unused first. */
const unused = new Set<Entry>();

/**
 * A handle that is open now, and is opened again when it is needed after others took its place. The caller closes it.
 *
 * @param open - Opens the file. Called again, it throws unless the file is the same.
 */
export async function lazyHandle(open: () => Promise<FileHandle>): Promise<LazyHandle> {
  const entry: Entry = { open, handle: null, users: 0 };
  await acquire(entry);
  await release(entry);
  return {
    async use(work) {
      const handle = await acquire(entry);
      try {
        return await work(handle);
      } finally {
        await release(entry);
      }
    },
    pinned: () => acquire(entry),
    isOpen: () => entry.handle !== null,
    close: () => shut(entry),
  };
}

async function acquire(entry: Entry): Promise<FileHandle> {
  unused.delete(entry);
  entry.users++;
  entry.handle ??= opened(entry);
  const { handle } = entry;
  try {
    return await handle;
  } catch (error) {
    entry.users--;
    if (entry.handle === handle) entry.handle = null;
    throw error;
  }
}

async function release(entry: Entry): Promise<void> {
  if (--entry.users > 0 || entry.handle === null) return;
  unused.add(entry);
  await shutUnused(MOST_UNUSED);
}

/** Opens a file. Where the process has no descriptor left, unused ones are given back first. */
async function opened({ open }: Entry): Promise<FileHandle> {
  try {
    return await open();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if ((code !== 'EMFILE' && code !== 'ENFILE') || unused.size === 0) throw error;
    await shutUnused(0);
    return open();
  }
}

/** Closes unused handles until at most `most` are left. */
async function shutUnused(most: number): Promise<void> {
  while (unused.size > most) {
    const [longest] = unused;
    await shut(longest);
  }
}

async function shut(entry: Entry): Promise<void> {
  const { handle } = entry;
  unused.delete(entry);
  entry.handle = null;
  await (await handle)?.close();
}
