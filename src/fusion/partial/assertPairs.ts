import { assertObject, kindOf } from '../../checks';
import { invalid } from '../../errors';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { UnitPairs } from './comparedNetworks';

/**
 * Throws unless `pairs` has, for each group, a unit of B or −1 for each unit of A, no unit of B twice, and pairs inside
 * pairs of parents.
 */
export function assertPairs(
  pairs: UnitPairs,
  groupsA: readonly ResolvedGroup[],
  groupsB: readonly ResolvedGroup[],
): void {
  assertObject('pairs', pairs, 'Pass the pairs of partialMatch, by group');
  for (const own of groupsA) {
    const other = groupsB.find(({ name }) => name === own.name)!;
    assertList(own, other, pairs);
    if (own.parent !== null) assertInside(own, other, pairs);
  }
}

function assertList({ name, size }: ResolvedGroup, other: ResolvedGroup, pairs: UnitPairs): void {
  const list: unknown = Object.hasOwn(pairs, name) ? pairs[name] : undefined;
  if (!(list instanceof Int32Array) || list.length !== size) {
    const received = list instanceof Int32Array ? `${list.length} entries` : kindOf(list);
    throw invalid(
      `pairs of group '${name}' must be an Int32Array of ${size} entries, received ${received}`,
      'Pass the pairs of partialMatch for these networks',
      { param: 'pairs', received },
    );
  }
  const seen = new Set<number>();
  for (const unit of list) {
    if (unit === -1) continue;
    if (unit < 0 || unit >= other.size || seen.has(unit)) {
      throw invalid(
        `pairs of group '${name}' has ${unit}, ${seen.has(unit) ? 'twice' : `which is not a unit of b, 0 … ${other.size - 1}`}`,
        'Pass for each unit of a another unit of b, or −1',
        { param: 'pairs', received: unit },
      );
    }
    seen.add(unit);
  }
}

/** Throws unless units are paired inside units of their parents that are paired. */
function assertInside(own: ResolvedGroup, other: ResolvedGroup, pairs: UnitPairs): void {
  const above = pairs[own.parent!];
  const at = pairs[own.name].findIndex(
    (unit, i) => unit >= 0 && above[Math.floor(i / own.inner)] !== Math.floor(unit / other.inner),
  );
  if (at < 0) return;
  throw invalid(
    `pairs of group '${own.name}' has unit ${at} of a with unit ${pairs[own.name][at]} of b, whose units of '${own.parent}' are not paired`,
    'Pair units inside paired units of the parent',
    { param: 'pairs', received: pairs[own.name][at] },
  );
}
