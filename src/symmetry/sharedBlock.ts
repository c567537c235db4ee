import type { GroupParent } from './group';
import { ancestorsOf, type GroupTable, unitsOfGroup } from './groupTable';

/**
 * The number of units of the first parent of a product inside each unit of the innermost shared ancestor whose unit
 * is the same for both parents in every tuple; null if there is no such ancestor.
 */
export function sharedBlock(
  first: GroupParent,
  second: GroupParent,
  table: GroupTable,
): number | null {
  const units = (group: string) => unitsOfGroup(table, group);
  const above = ancestorsOf(table, second.group);
  const shared = ancestorsOf(table, first.group).find((name) => {
    if (!above.includes(name)) return false;
    const [x, y] = [first, second].map(({ group }) => units(group) / units(name));
    return first.of!.every(
      (unit, tuple) => Math.floor(unit / x) === Math.floor(second.of![tuple] / y),
    );
  });
  return shared === undefined ? null : units(first.group) / units(shared);
}
