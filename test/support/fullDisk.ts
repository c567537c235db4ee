import type * as files from 'node:fs/promises';

/** The failure of the disk, if there is one: its code, and the bytes that it still takes. */
const disk: { failure: { code: string; after: number } | null } = { failure: null };

/** The module with files that fail as {@link onFullDisk} says, for `vi.mock('node:fs/promises', …)`. */
export function withFullDisk(original: typeof files): typeof files {
  const open = async (...words: Parameters<typeof files.open>): Promise<files.FileHandle> => {
    const handle = await original.open(...words);
    const { failure } = disk;
    if (failure === null || !String(words[1]).startsWith('wx')) return handle;
    const write = handle.write.bind(handle) as (
      ...each: unknown[]
    ) => ReturnType<typeof handle.write>;
    handle.write = (async (bytes: Uint8Array, offset: number, length: number) => {
      if (failure.after === 0) {
        throw Object.assign(new Error(`${failure.code}: write`), { code: failure.code });
      }
      const taken = Math.min(failure.after, length);
      failure.after -= taken;
      return write(bytes, offset, taken); // A full disk takes what it can first.
    }) as typeof handle.write;
    return handle;
  };
  return { ...original, open };
}

/** Runs `work` on a disk that takes so many bytes. */
export async function onFullDisk<Result>(
  after: number,
  work: () => Promise<Result>,
  code = 'ENOSPC',
): Promise<Result> {
  disk.failure = { code, after };
  try {
    return await work();
  } finally {
    disk.failure = null;
  }
}
