import { type PrefixMapping, prefixMapping } from '../params';
import type { Listing } from './listCheckpoints';

/** The prefix to rename where the names of two checkpoints differ by it alone; null if they do not. */
export function prefixBetween(a: Listing, b: Listing): PrefixMapping | null {
  const mapping = prefixMapping(Object.keys(a.shapes), Object.keys(b.shapes));
  if (!mapping) return null;
  const { from, to } = mapping;
  // Removing a prefix fits more specs than adding one.
  return from === '' ? { from: to, to: from } : mapping;
}
