import type { JointUse, PermutationSpec } from '../symmetry';

/** The spec with joint uses of groups. `usesOf` gives those of a group by its name, none for most. */
export function withJointUses(
  spec: PermutationSpec,
  usesOf: (group: string) => readonly JointUse[],
): PermutationSpec {
  return {
    ...spec,
    groups: spec.groups.map((group) => {
      const joint = usesOf(group.name);
      return joint.length === 0 ? group : { ...group, joint };
    }),
  };
}

/** The joint uses in a transformer whose layer norms are over `streams`: those, and the keys of its attentions. */
export function usesOfTransformer(
  streams: ReadonlySet<string>,
): (group: string) => readonly JointUse[] {
  return (group) => {
    if (streams.has(group)) return ['layerNorm'];
    return group.endsWith('.keys') ? ['dotProduct'] : [];
  };
}
