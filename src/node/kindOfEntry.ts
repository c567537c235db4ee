import type { BigIntStats, Stats } from 'node:fs';

/** The kind of an entry of a folder that is not a file, with its article. */
export function kindOfEntry(there: Stats | BigIntStats): string {
  if (there.isDirectory()) return 'a folder';
  if (there.isFIFO()) return 'a pipe';
  if (there.isSocket()) return 'a socket';
  return 'a device';
}
