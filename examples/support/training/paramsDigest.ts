import { createHash } from 'node:crypto';
import type { Params } from 'perm-lmc';

/** A SHA-256 of the names, shapes and values of parameters, in any order of their names; null if there are none. */
export async function paramsDigest(params: Params | undefined): Promise<string | null> {
  if (params === undefined || Object.keys(params).length === 0) return null;
  const hash = createHash('sha256');
  for (const name of Object.keys(params).sort()) {
    const values = await params[name].data();
    hash.update(`${name}[${params[name].shape}]`);
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return hash.digest('hex');
}
