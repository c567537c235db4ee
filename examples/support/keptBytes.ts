import { createHash } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/**
 * The bytes of the file at `path` if their SHA-256 is this, otherwise those that `make` returns, which are written
 * to it. So a damaged file is made again; if what is made has another checksum, it is an error.
 */
export function keptBytes(path: string, sha256: string, make: () => Uint8Array): Uint8Array {
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    if (checksumOf(bytes) === sha256) return bytes;
  }
  const bytes = make();
  const found = checksumOf(bytes);
  if (found !== sha256) {
    throw new Error(
      `${path}: its contents should have the SHA-256 ${sha256}, and have ${found}. Delete the folder, so that its source is fetched again`,
    );
  }
  // Another process may read the file or write it, too: it is renamed when it is complete.
  const part = `${path}.${process.pid}.part`;
  writeFileSync(part, bytes);
  renameSync(part, path);
  return bytes;
}

function checksumOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
