import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { invalid } from '../errors';
import { keepAccess } from './keepAccess';
import { alreadyThere, type Replaced, replacedAt } from './replacedAt';
import { addTemporary, dropTemporary } from './temporaryPaths';

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
 * Writes files as {@link writeWhole} does. They are renamed in their order when all of them are written. The last is the
 * one that names the others: where it replaces a file, new ones beside it have the permissions of that.
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
      const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
      addTemporary(temporary);
      temporaries.push(temporary);
      await writeNew(temporary, replaced[i] ?? main, write);
    }
    await assertInputs?.();
    putInPlace(temporaries, files, overwrite);
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

/** Puts all files in place at once, so that no signal comes between. If one fails, new files are removed again. */
function putInPlace(
  temporaries: readonly string[],
  files: readonly WholeFile[],
  overwrite: boolean,
): void {
  const added: string[] = [];
  try {
    for (const [i, { path, overwrite: own = overwrite }] of files.entries()) {
      if (own) renameSync(temporaries[i], path);
      else {
        placeNew(temporaries[i], path);
        added.push(path);
      }
    }
  } catch (error) {
    for (const path of added) rmSync(path, { force: true });
    throw error;
  }
}

/**
 * Puts a file where nothing is. Only one of several writers can make a link at a path; a check followed by a rename
 * could replace the file of another one.
 */
function placeNew(temporary: string, path: string): void {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw alreadyThere(path);
    renameOverClaim(temporary, path); // Some file systems have no links.
  }
}

/** Creates an empty file at `path`, which only one writer can, and replaces it. */
function renameOverClaim(temporary: string, path: string): void {
  try {
    closeSync(openSync(path, 'wx'));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? alreadyThere(path) : error;
  }
  try {
    renameSync(temporary, path);
  } catch (error) {
    rmSync(path, { force: true });
    throw error;
  }
}

/** Throws if two files would be one, also where case does not count. */
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

const CHUNK_BYTES = 2 ** 24; // well below the 2 GiB that one write may take

/** Writes bytes at the current position. `yieldPoint` is awaited between writes. */
export async function writeBytes(
  handle: FileHandle,
  bytes: Uint8Array,
  yieldPoint: () => Promise<void>,
): Promise<void> {
  let done = 0;
  while (done < bytes.length) {
    await yieldPoint();
    const wanted = Math.min(CHUNK_BYTES, bytes.length - done);
    done += (await handle.write(bytes, done, wanted)).bytesWritten;
  }
}
