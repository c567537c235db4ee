import { assertObject, listNames, shown } from '../../checks';
import { invalid } from '../../errors';
import type { ResolvedGroup } from '../../symmetry/internal';

/**
 * The new size of every group. A group that is not named keeps its number of units, inside each unit of its parent if
 * it has one.
 *
 * @throws InvalidInputError when `sizes` names no group, or a size is no integer ≥ 1.
 */
export function widenedSizes(
  groups: readonly ResolvedGroup[],
  sizes: Readonly<Record<string, number>>,
): Record<string, number> {
  assertObject('sizes', sizes, 'Pass the number of units of groups, such as { h: 64 }');
  const names = groups.map(({ name }) => name);
  for (const [name, size] of Object.entries(sizes)) {
    const isKnown = names.includes(name);
    if (isKnown && Number.isSafeInteger(size) && size >= 1) continue;
    throw invalid(
      isKnown
        ? `sizes gives group '${name}' ${shown(size)} units`
        : `sizes names '${name}', which is not a group of the network`,
      isKnown ? 'Give an integer ≥ 1' : `Its groups are ${listNames(names)}`,
      { param: 'sizes', received: size },
    );
  }
  const widened: Record<string, number> = {};
  for (const { name, parent, inner } of groups) {
    const blocks = parent === null ? 1 : widened[parent];
    widened[name] = Object.hasOwn(sizes, name) ? sizes[name] : blocks * inner;
  }
  return widened;
}
