import { InvalidInputError } from '../../errors';
import type { Params } from '../../params';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { assertSpec, groupsOfAxis, resolveSpec } from '../../symmetry/internal';

/**
 * A spec for a network of other widths: the spec itself if its sizes fit, else the spec with all sizes read from the
 * network, as far as positions are not written out.
 *
 * @throws InvalidInputError when the network does not fit the spec at any sizes.
 */
export function specOfNetwork(spec: PermutationSpec, params: Params): PermutationSpec {
  assertSpec(spec);
  try {
    resolveSpec(spec, params);
    return spec;
  } catch (error) {
    const sized = sizedGroups(spec);
    if (!(error instanceof InvalidInputError) || sized.length === 0) throw error;
    const free = resizeSpec(spec, Object.fromEntries(sized.map((name) => [name, null])));
    resolveSpec(free, params);
    return free;
  }
}

/** The groups with sizes that are not on positions written out, nor related to such groups. */
function sizedGroups({ groups, params }: PermutationSpec): string[] {
  const axes = Object.values(params).flatMap((parameter) => parameter.axes);
  const listed = new Set(
    axes.flatMap((axis) => (axis.kind === 'entries' ? groupsOfAxis(axis) : [])),
  );
  for (const { name, parents = [] } of [...groups].reverse()) {
    if (listed.has(name)) for (const { group } of parents) listed.add(group);
  }
  for (const { name, parents = [] } of groups) {
    if (parents.some(({ group }) => listed.has(group))) listed.add(name);
  }
  return groups
    .filter(({ name, size }) => size !== null && !listed.has(name))
    .map(({ name }) => name);
}
