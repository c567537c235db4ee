import type { BigIntStats, Stats } from 'node:fs';

/** The kind of what is at a path and is no file, with its article. */
export function kindOf(there: Stats | BigIntStats): string {
  if (there.isDirectory()) return 'a folder';
  if (there.isFIFO()) return 'a pipe';
  if (there.isSocket()) return 'a socket';
  return 'a device';
}
