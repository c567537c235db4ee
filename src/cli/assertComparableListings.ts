import { mayLack } from '../node/internal';
import { assertSameNames, assertSameShape, type Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { prefixFlag } from './flags';
import type { Listing } from './listCheckpoint';

/** Throws unless two checkpoints have the names that the spec requires, and the same shapes. */
export function assertComparableListings(spec: PermutationSpec, a: Listing, b: Listing): void {
  const paths = [`'${a.path}'`, `'${b.path}'`] as const;
  const required = ({ shapes }: Listing): Shapes =>
    Object.fromEntries(
      Object.entries(shapes).filter(
        ([name]) => Object.hasOwn(spec.params, name) && !mayLack(spec, name),
      ),
    );
  assertSameNames(required(a), required(b), paths, (mapping) => `add ${prefixFlag(mapping)}`);
  for (const [name, shape] of Object.entries(a.shapes)) {
    if (Object.hasOwn(b.shapes, name)) {
      assertSameShape(name, shape, b.shapes[name], paths);
    }
  }
}
