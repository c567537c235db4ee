import { mayLack } from '../node/internal';
import { assertSameNames, assertSameShape, type Shapes } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import { groupsOfAxis } from '../symmetry/internal';
import { UsageError } from './exit';
import { prefixFlag } from './flags';
import type { Listing } from './listCheckpoints';

/**
 * Throws unless two checkpoints have the names that the spec requires, and the same shapes. They may differ in rows that
 * the spec does not permute, if the flags say what to do.
 */
export function assertComparableListings(
  spec: PermutationSpec,
  a: Listing,
  b: Listing,
  { embeddings }: { readonly embeddings?: 'first' | 'overlap' },
): void {
  const paths = [`'${a.path}'`, `'${b.path}'`] as const;
  const required = ({ shapes }: Listing): Shapes =>
    Object.fromEntries(
      Object.entries(shapes).filter(
        ([name]) => Object.hasOwn(spec.params, name) && !mayLack(spec, name),
      ),
    );
  assertSameNames(required(a), required(b), paths, (mapping) => `add ${prefixFlag(mapping)}`);
  for (const [name, shape] of Object.entries(a.shapes)) {
    if (!Object.hasOwn(b.shapes, name)) continue;
    if (!hasOtherRows(name, a, b) || movesRows(spec, name)) {
      assertSameShape(name, shape, b.shapes[name], paths);
    } else if (embeddings === undefined) {
      throw new UsageError(
        `'${name}' has ${shape[0]} rows in '${a.path}' and ${b.shapes[name][0]} in '${b.path}', as where a vocabulary has grown. Add --embeddings overlap to merge the rows that both have if the same row has the same meaning, such as the same token, or --embeddings first to keep those of the first`,
      );
    }
  }
}

/** True if a tensor differs in its number of rows alone. */
export function hasOtherRows(name: string, a: Listing, b: Listing): boolean {
  const [[rows, ...inner], [others, ...otherInner]] = [a.shapes[name], b.shapes[name]];
  return (
    rows !== undefined &&
    others !== undefined &&
    rows !== others &&
    inner.join() === otherInner.join()
  );
}

function movesRows({ params }: PermutationSpec, name: string): boolean {
  const [axis] = Object.hasOwn(params, name) ? params[name].axes : [];
  return axis !== undefined && groupsOfAxis(axis).length > 0;
}
