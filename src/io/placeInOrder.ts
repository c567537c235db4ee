import { sizeOf } from '../params/internal';
import { type StoredDtype, storedBits } from './storedDtype';

/**
 * Assigns each tensor its byte range in the data of a file. Larger elements come first, so that every
 * tensor begins at a multiple of its element's size.
 */
export function placeInOrder<Entry extends { dtype: StoredDtype; shape: readonly number[] }>(
  entries: readonly Entry[],
): (Entry & { begin: number; end: number })[] {
  let end = 0;
  return [...entries]
    .sort((a, b) => storedBits(b.dtype) - storedBits(a.dtype))
    .map((entry) => {
      const begin = end;
      end += (sizeOf(entry.shape) * storedBits(entry.dtype)) / 8;
      return { ...entry, begin, end };
    });
}
