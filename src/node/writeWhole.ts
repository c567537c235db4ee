import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import { keepAccess } from './keepAccess';
import { putInPlace } from './putInPlace';
import { type Replaced, replacedAt } from './replacedAt';
import { dropTemporary, temporaryFor } from './temporaryPaths';

/** A file to write. */
export interface WholeFile {
  readonly path: string;
  /** True to replace a file that is there. Default: as for all files that are written together. */
  readonly overwrite?: boolean;
  /** Writes the whole content. */
  readonly write: (handle: FileHandle) => Promise<void>;
}

/** Settings for writing files. */
export interface WriteSettings {
  /** True to replace files that are there. If false, such a file is an error. */
  readonly overwrite: boolean;
  /** Awaited when all is written and nothing is in place yet. Throws if files that were read have changed. */
  readonly assertInputs?: (() => Promise<void>) | undefined;
}

/**
 * Writes a file through a temporary file in the same folder, which is renamed at the end. The path never
 * has an incomplete file, and a failure leaves no file behind. A file that is replaced passes on its permissions. A
 * link is replaced itself, not the file that it leads to.
 *
 * @param write - Writes the whole content.
 */
export function writeWhole(
  { path, ...settings }: WriteSettings & Pick<WholeFile, 'path'>,
  write: WholeFile['write'],
): Promise<void> {
  return writeTogether([{ path, write }], settings);
}

/**
 * Writes files as {@link writeWhole} does. They are renamed in their order when all of them are written. The last
 * one names the others: if it replaces a file, new files beside it get the permissions of that file.
 */
export async function writeTogether(
  files: readonly WholeFile[],
  { overwrite, assertInputs }: WriteSettings,
): Promise<void> {
  assertApart(files);
  const replaced: Replaced[] = [];
  for (const file of files) replaced.push(await replacedAt(file.path, file.overwrite ?? overwrite));
  const main = replaced[replaced.length - 1];
  const temporaries: string[] = [];
  try {
    for (const [i, { path, write }] of files.entries()) {
      const temporary = temporaryFor(path);
      temporaries.push(temporary);
      await writeNew(temporary, replaced[i] ?? main, write);
    }
    await assertInputs?.();
    putInPlace(
      files.map(({ path, overwrite: own = overwrite }, i) => ({
        temporary: temporaries[i],
        path,
        overwrite: own,
      })),
    );
  } finally {
    for (const temporary of temporaries) {
      // A failure to remove it must not hide the error before; it stays noted.
      await rm(temporary, { force: true }).then(
        () => dropTemporary(temporary),
        () => {},
      );
    }
  }
}

async function writeNew(
  path: string,
  replaced: Replaced,
  write: WholeFile['write'],
): Promise<void> {
  // Until it has the permissions of the file that it replaces, only this user can read it.
  const handle = await open(path, 'wx+', replaced ? 0o600 : 0o666).catch((error) => {
    throw Object.assign(error, { path: dirname(path) }); // The name of the temporary file would tell users nothing.
  });
  try {
    await write(handle);
    if (replaced) keepAccess(handle.fd, replaced);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Throws if two paths would be one file, also on a disk that ignores case. */
function assertApart(files: readonly WholeFile[]): void {
  const seen = new Map<string, string>();
  for (const { path } of files) {
    const key = join(path).normalize('NFC').toLowerCase();
    const other = seen.get(key);
    if (other !== undefined) {
      throw invalid(
        `two files of the output would be one: '${other}' and '${path}'`,
        'Give them names that differ in more than case',
        { received: path },
      );
    }
    seen.set(key, path);
  }
}
