import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * A function that is called for each temporary file or folder: before it is created (`isThere` true), and when it is
 * gone or has become an output (`isThere` false).
 */
export type TemporaryListener = (path: string, isThere: boolean) => void;

/** The temporary files and folders that exist now, or are about to, by absolute path. */
const present = new Set<string>();

const listeners = new Set<TemporaryListener>();

/** Notes and returns the path of a new temporary file for an output, in the same folder. */
export function temporaryFor(output: string): string {
  const path = join(dirname(output), `.${randomUUID()}.tmp`);
  addTemporary(path);
  return path;
}

/** Notes a temporary file or folder. Called before it is created, so that a signal never finds one that is unknown. */
export function addTemporary(path: string): void {
  present.add(resolve(path));
  for (const listener of listeners) listener(resolve(path), true);
}

/** Forgets a temporary file or folder that is gone, or has become an output. */
export function dropTemporary(path: string): void {
  if (!present.delete(resolve(path))) return;
  for (const listener of listeners) listener(resolve(path), false);
}

/** The absolute paths of the temporary files and folders that exist now. */
export function temporaryPaths(): readonly string[] {
  return [...present];
}

/** Tells a listener of temporary files and folders, including those that exist. Returns a function that ends this. */
export function onTemporary(listener: TemporaryListener): () => void {
  listeners.add(listener);
  for (const path of present) listener(path, true);
  return () => {
    listeners.delete(listener);
  };
}

/**
 * Removes temporary files and folders at once, for a process that is about to end. What cannot be removed is left.
 *
 * @param paths - Default: all that exist now. Another thread passes those that its listener was told of.
 */
export function removeTemporaries(paths: readonly string[] = temporaryPaths()): void {
  for (const path of paths) {
    try {
      rmSync(path, { recursive: true, force: true });
    } catch {
      continue; // The process ends whether or not the rest is there.
    }
    dropTemporary(path);
  }
}
