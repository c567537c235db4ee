import { assertObject, listNames, shown } from '../checks';
import { invalid, named } from '../errors';
import { mapParams } from '../params/internal';
import { assertSpec } from './assertSpec';
import type { ParameterSpec } from './axisSpec';
import type { Group } from './group';
import type { PermutationSpec } from './permutationSpec';
import { resizeEntries } from './resizeEntries';

/**
 * The same spec for a network of other widths: groups with other numbers of units. Numbers in patterns, which no group
 * moves, stay. A group inside a resized one keeps its number of units inside each unit, unless it is named too.
 *
 * @param spec - A spec with sizes, such as one that `traceSpec` derived from a network.
 * @param sizes - The new number of units of some groups by name; null to read it from the params. As everywhere, the
 * size of a group inside another is its number over all units of the other.
 * @returns A new spec.
 * @throws InvalidInputError when `sizes` names no group of the spec or a product of groups, a size is no integer ≥ 1,
 * blocks of a group inside another would have different sizes, or the positions of a resized group are written out and
 * not in order.
 *
 * @example
 * ```ts
 * import { formatSpec, permutationSpec, resizeSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ kernel: '_ h>', bias: 'h>' }, { sizes: { h: 32 } });
 * resizeSpec(spec, { h: 64 }).groups; // [{ name: 'h', size: 64 }]
 * ```
 */
export function resizeSpec(
  spec: PermutationSpec,
  sizes: Readonly<Record<string, number | null>>,
): PermutationSpec {
  return named('resizeSpec', () => {
    assertSpec(spec);
    assertNewSizes(spec, sizes);
    const groups = resizeGroups(spec.groups, sizes);
    const sizeOf = new Map(groups.map(({ name, size }) => [name, size]));
    const params = mapParams(
      spec.params,
      ({ axes, optional }, param): ParameterSpec => ({
        axes: axes.map((axis, at) =>
          axis.kind === 'entries' ? resizeEntries({ param, axis: at }, axis, sizeOf) : axis,
        ),
        optional,
      }),
    );
    const resized = { ...spec, groups, params };
    assertSpec(resized);
    return resized;
  });
}

function assertNewSizes(
  { groups }: PermutationSpec,
  sizes: Readonly<Record<string, number | null>>,
): void {
  assertObject('sizes', sizes, 'Pass the new number of units of groups, such as { h: 64 }');
  const known = new Map(groups.map((group) => [group.name, group]));
  for (const [name, size] of Object.entries(sizes)) {
    const group = known.get(name);
    const isProduct = (group?.parents ?? []).length > 1;
    if (!group || isProduct) {
      throw invalid(
        `sizes names '${name}', which is ${isProduct ? 'a product of other groups' : 'not a group of the spec'}`,
        `Its groups are: ${groups
          .filter(({ parents = [] }) => parents.length < 2)
          .map((each) => `'${each.name}'`)
          .join(', ')}`,
        { param: 'sizes', received: name },
      );
    }
    if (size === null || (Number.isSafeInteger(size) && size >= 1)) continue;
    throw invalid(
      `sizes gives group '${name}' ${shown(size)} units`,
      'Give an integer ≥ 1, or null to read it from the params',
      { param: 'sizes', received: size },
    );
  }
}

/** The groups with their new sizes. A group inside a resized one keeps its units inside each unit. */
function resizeGroups(
  groups: readonly Group[],
  sizes: Readonly<Record<string, number | null>>,
): Group[] {
  const resized = new Map<string, Resized>();
  return groups.map((group) => {
    const { name, size: before, parents = [] } = group;
    const above = parents.map((parent) => resized.get(parent.group)!);
    if (parents.length > 1 && above.some(isChanged)) throw listedTuples(group);
    const after = Object.hasOwn(sizes, name)
      ? sizes[name]
      : parents.length === 1
        ? scaled(before, above[0])
        : before;
    resized.set(name, { before, after });
    return { ...group, size: after };
  });
}

/** The sizes of a group before and after. */
interface Resized {
  readonly before: number | null;
  readonly after: number | null;
}

function isChanged({ before, after }: Resized): boolean {
  return before !== after || after === null;
}

/** The size of a group with the same number of units inside each unit of its parent; null if it is not known. */
function scaled(size: number | null, { before, after }: Resized): number | null {
  if (size === null || before === after) return size;
  return before === null || after === null ? null : (size / before) * after;
}

function listedTuples({ name, parents = [] }: Group) {
  return invalid(
    `group '${name}' is a product of ${listNames(parents.map(({ group }) => group))}, whose units are listed for their present sizes`,
    'Derive a spec from a network of the new sizes with traceSpec',
    { param: 'sizes', received: name },
  );
}
