import {
  closeSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { keepAccess } from '../keepAccess';
import { dropTemporary, temporaryFor } from '../temporaryPaths';

/**
 * Writes a text to a file, which is replaced as a whole and passes on its permissions. It is written at once, because a
 * match leaves little time between its steps.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = temporaryFor(path);
  try {
    writeNew(temporary, path, text);
    renameSync(temporary, path);
  } finally {
    rmSync(temporary, { force: true });
    dropTemporary(temporary);
  }
}

function writeNew(temporary: string, path: string, text: string): void {
  const replaced = statSync(path, { throwIfNoEntry: false });
  const file = openSync(temporary, 'wx', replaced ? 0o600 : 0o666);
  try {
    writeFileSync(file, text);
    if (replaced) keepAccess(file, replaced);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
