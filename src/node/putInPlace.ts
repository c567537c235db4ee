import { closeSync, linkSync, openSync, renameSync, rmSync } from 'node:fs';
import { alreadyThere } from './replacedAt';

/** A file that is written and has its place. */
interface PlacedFile {
  readonly temporary: string;
  readonly path: string;
  /** True to replace a file that is at the path. */
  readonly overwrite: boolean;
}

/**
 * Moves temporary files to their paths in one synchronous step, so that no signal comes between. If one fails, the new
 * files that are in place are removed.
 *
 * @throws OccupiedError if there is a file at the path of one that must not replace another.
 */
export function putInPlace(files: readonly PlacedFile[]): void {
  const added: string[] = [];
  try {
    for (const { temporary, path, overwrite } of files) {
      if (overwrite) renameSync(temporary, path);
      else {
        placeNew(temporary, path);
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
