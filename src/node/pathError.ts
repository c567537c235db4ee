import { basename } from 'node:path';
import { invalid } from '../errors';

/** The error for a path that no file can have. Other errors of the operating system are returned as they are. */
export function pathError(path: string, error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ENAMETOOLONG') {
    const name = basename(path);
    return invalid(
      `the path '${path}' is too long for the file system: its last name has ${Buffer.byteLength(name)} bytes`,
      'Choose names of at most 255 bytes',
      { received: path, cause: error },
    );
  }
  if (code === 'ELOOP') {
    return invalid(
      `the path '${path}' leads through links in a circle`,
      'Pass the path of the file itself',
      { received: path, cause: error },
    );
  }
  return error;
}
