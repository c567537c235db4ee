import type { Place, ResolvedGroup } from '../../symmetry/internal';

/**
 * The weights of the units of a producer's place. If producers before it are at the same positions and inside the units of a common
 * ancestor, they have the ancestor's weights, and those of this place are divided by them.
 *
 * @param before - The producers' places before it on the axis.
 * @param weights - The weights of the units of each group.
 */
export function producerWeights(
  { group, coupling }: Place,
  before: readonly Place[],
  weights: Readonly<Record<string, Float64Array>>,
  groups: readonly ResolvedGroup[],
): Float64Array {
  const weight = weights[group];
  const shared = before.flatMap((other) =>
    coupling?.cell === other.coupling?.cell && Object.hasOwn(coupling?.siblings ?? {}, other.group)
      ? [other.units / coupling!.siblings[other.group]]
      : [],
  );
  if (shared.length === 0) return weight;
  const units = Math.max(...shared);
  const ancestor = weights[ancestorWith(units, group, groups)];
  const inner = weight.length / units;
  return weight.map((each, unit) => each / (ancestor[Math.floor(unit / inner)] || 1));
}

/** The ancestor of a group that has this number of units. */
function ancestorWith(size: number, group: string, groups: readonly ResolvedGroup[]): string {
  let own = groups.find(({ name }) => name === group)!;
  while (own.size !== size && own.parent !== null) {
    const { parent } = own;
    own = groups.find(({ name }) => name === parent)!;
  }
  return own.name;
}
