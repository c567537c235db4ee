import { assertSameNames, assertSameShape } from '../params/internal';
import type { Listing } from './listCheckpoint';

/** Throws unless two checkpoints have the same names and shapes: before any of them is matched. */
export function assertComparableListings(a: Listing, b: Listing): void {
  const paths = [`'${a.path}'`, `'${b.path}'`] as const;
  assertSameNames(a.shapes, b.shapes, paths, () => 'add --rename-prefix');
  for (const [name, shape] of Object.entries(a.shapes)) {
    assertSameShape(name, shape, b.shapes[name], paths);
  }
}
