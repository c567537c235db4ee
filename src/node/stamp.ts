import type { BigIntStats } from 'node:fs';
import { invalid } from '../errors';

/** The fields by which a file and its contents are known. */
export type Stamp = Pick<BigIntStats, 'dev' | 'ino' | 'size' | 'mtimeNs'>;

/** True if both are stamps of one file, whatever its contents. */
export function isSame(one: Stamp, other: Stamp): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** True if the file has not been written between the stamps. */
export function isUnchanged(one: Stamp, other: Stamp): boolean {
  return one.size === other.size && one.mtimeNs === other.mtimeNs;
}

/** The error for a file that was written while it was in use. */
export function changedFile() {
  return invalid(
    'the file was changed while it was in use: old and new values would be mixed',
    'Try again when no other program is writing it',
  );
}

/** The error for a file that was removed while it was in use. */
export function removedFile(cause: unknown) {
  return invalid(
    'the file was removed while it was in use',
    'Put it back, and try again when no other program is writing it',
    { cause },
  );
}
