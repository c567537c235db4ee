import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isMainThread, threadId } from 'node:worker_threads';

/** The folder of this process, in which each thread has its own. It is removed when the process ends. */
const root = join(tmpdir(), `perm-lmc-fuzz-${process.pid}`);
if (isMainThread) process.on('exit', removeScratch);

/** Writes a file into the folder of this thread. Returns its path. */
export function scratchFile(name: string, contents: Uint8Array | string): string {
  const path = join(root, `${threadId}`, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return path;
}

/** Removes all files of this process. Processes of vitest end without the event that does so. */
export function removeScratch(): void {
  rmSync(root, { recursive: true, force: true });
}
