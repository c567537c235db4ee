import { recogniseShapes } from '../architectures/internal';
import type { PrefixMapping } from '../params';
import { commonPrefixes } from './commonPrefixes';
import type { Listing } from './listCheckpoints';

/**
 * The prefix to remove from the names of a checkpoint so that its architecture is recognised; null if it is recognised
 * with its prefix, or not even so.
 *
 * @param family - The only family to try. Default: all.
 */
export function prefixBeforeSpec(
  { shapes, config }: Listing,
  family?: string,
): PrefixMapping | null {
  const isFound = (prefix: string) => {
    const bare = Object.entries(shapes).map(([name, shape]) => [name.slice(prefix.length), shape]);
    return recogniseShapes({ shapes: Object.fromEntries(bare), config }, family).found.length > 0;
  };
  if (isFound('')) return null;
  const from = commonPrefixes(Object.keys(shapes)).find(isFound);
  return from === undefined ? null : { from, to: '' };
}
