import { fchmodSync, fchownSync, fstatSync, type Stats } from 'node:fs';

/**
 * Gives a new file the owner, the group and the permissions of the file that it replaces. Where the group cannot be
 * given, members of the new one may do no more than everybody.
 *
 * @param file - The descriptor of the new file.
 */
export function keepAccess(file: number, { uid, gid, mode }: Stats): void {
  const own = fstatSync(file);
  const isGroup =
    isPermitted(() => fchownSync(file, uid, gid)) ||
    own.gid === gid ||
    isPermitted(() => fchownSync(file, own.uid, gid));
  const group = isGroup ? mode & 0o070 : mode & ((mode & 0o007) << 3);
  isPermitted(() => fchmodSync(file, (mode & 0o707) | group));
}

/** The errors of a change that this user may not make, or that the file system does not know. */
const NOT_PERMITTED: unknown[] = ['EPERM', 'EACCES', 'EINVAL', 'ENOSYS', 'ENOTSUP'];

function isPermitted(change: () => void): boolean {
  try {
    change();
    return true;
  } catch (error) {
    if (NOT_PERMITTED.includes((error as NodeJS.ErrnoException).code)) return false;
    throw error;
  }
}
