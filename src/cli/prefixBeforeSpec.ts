import { recogniseShapes } from '../architectures/internal';
import type { PrefixMapping } from '../params';
import { commonPrefixes } from '../params/internal';
import type { Listing } from './listCheckpoints';

/**
 * The prefix to remove from the names of checkpoints so that the architecture of the first is recognised; null if it is
 * recognised with its prefix, or not even so, or if a checkpoint has the prefix before some of its names only.
 *
 * @param family - The only family to try. Default: all.
 */
export function prefixBeforeSpec(
  listings: readonly Listing[],
  family?: string,
): PrefixMapping | null {
  const [{ shapes, config }] = listings;
  const isFound = (prefix: string) => {
    const bare = Object.entries(shapes).map(([name, shape]) => [name.slice(prefix.length), shape]);
    return recogniseShapes({ shapes: Object.fromEntries(bare), config }, family).found.length > 0;
  };
  if (isFound('')) return null;
  const isBeforeAllOrNone = (prefix: string) =>
    listings.every(({ shapes }) => {
      const names = Object.keys(shapes);
      const count = names.filter((name) => name.startsWith(prefix)).length;
      return count === 0 || count === names.length;
    });
  const from = commonPrefixes(Object.keys(shapes)).filter(isBeforeAllOrNone).find(isFound);
  return from === undefined ? null : { from, to: '' };
}
