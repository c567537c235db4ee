import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** The folder for the files of this process. It is removed when the process or the thread ends. */
export const scratchFolder = join(tmpdir(), `perm-lmc-fuzz-${process.pid}`);
process.on('exit', () => rmSync(scratchFolder, { recursive: true, force: true }));

/** Writes a file into the folder. Returns its path. */
export function scratchFile(name: string, contents: Uint8Array | string): string {
  const path = join(scratchFolder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
  return path;
}
