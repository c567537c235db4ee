import type { PrefixMapping } from '../params';
import { UsageError } from './exit';
import { FLAGS } from './flags';
import type { Listing } from './listCheckpoints';

/** Throws if no checkpoint has a prefix that the flags rename. */
export function assertPrefixesUsed(
  mappings: readonly PrefixMapping[],
  listings: readonly Listing[],
): void {
  for (const { from } of listings.length > 0 ? mappings : []) {
    const isUsed = listings.some(({ stored, shapes }) =>
      [stored, Object.keys(shapes)].some((names) => names.every((name) => name.startsWith(from))),
    );
    const isRenamed = listings.some(({ stored, shapes }) => Object.keys(shapes)[0] !== stored[0]);
    if (isUsed || isRenamed) continue;
    throw new UsageError(
      `${FLAGS.renamePrefix} received '${from}', but no checkpoint has it before all names: '${listings[0].stored[0]}' in '${listings[0].path}'`,
    );
  }
}
