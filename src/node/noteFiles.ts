import { stat } from 'node:fs/promises';
import { aboutFile } from './aboutFile';
import { changedFile, isSame, isUnchanged, type Stamp } from './stamp';

/**
 * Notes files that several steps read, one after another. Returns a check, which throws unless the paths still lead to
 * the same files with the same contents.
 */
export async function noteFiles(paths: readonly string[]): Promise<() => Promise<void>> {
  const noted = new Map<string, Stamp>();
  for (const path of paths) noted.set(path, await stat(path, { bigint: true }));
  return async () => {
    for (const [path, before] of noted) {
      const now = await stat(path, { bigint: true }).catch(() => null);
      if (now && isSame(before, now) && isUnchanged(before, now)) continue;
      aboutFile(path, () => {
        throw changedFile();
      });
    }
  };
}
