import type { PermutationSpec } from '../../symmetry';
import { groupsOfAxis, type ResolvedSpec } from '../../symmetry/internal';

/** The spec of some parameters of a network by themselves, with the sizes that the whole network gives to groups. */
export function partOfSpec(
  spec: PermutationSpec,
  { groups }: ResolvedSpec,
  names: readonly string[],
): PermutationSpec {
  const params = Object.fromEntries(
    names.flatMap((name) => (Object.hasOwn(spec.params, name) ? [[name, spec.params[name]]] : [])),
  );
  const used = new Set(
    Object.values(params).flatMap(({ axes }) => axes.flatMap((axis) => groupsOfAxis(axis))),
  );
  for (const { name, parents = [] } of [...spec.groups].reverse()) {
    if (used.has(name)) for (const { group } of parents) used.add(group);
  }
  const sizes = new Map(groups.map(({ name, size }) => [name, size]));
  const { derivation: _, ...rest } = spec;
  return {
    ...rest,
    params,
    groups: spec.groups
      .filter(({ name }) => used.has(name))
      .map((group) => ({ ...group, size: sizes.get(group.name) ?? group.size })),
  };
}
