import { listNames } from '../../checks';
import { InvalidInputError, invalid } from '../../errors';
import { type PermutationSpec, resizeSpec } from '../../symmetry';
import { assertRoles, type ResolvedGroup } from '../../symmetry/internal';
import { assertFloats } from '../units/assertFloats';
import { assertSeparate } from '../units/assertSeparate';
import type { FoldOptions } from './foldOptions';
import { groupsInside } from './groupsInside';
import type { ResolvedNetwork } from './mergeNorms';

/** The number of units of each group after folding. */
export interface FoldPlan {
  readonly sizes: Readonly<Record<string, number>>;
  /** The groups that `ratio` does not fold, with the reasons. */
  readonly kept: Readonly<Record<string, string>>;
}

/** The options that a plan depends on. */
type PlanOptions = Required<Pick<FoldOptions, 'sizes' | 'inexact'>> & Pick<FoldOptions, 'ratio'>;

/**
 * The sizes of all groups: those given, then those by the ratio.
 *
 * @throws InvalidInputError when a given size is out of range, a group with one cannot be folded, or no group is left.
 */
export function foldPlan(
  spec: PermutationSpec,
  network: ResolvedNetwork,
  { sizes: given, ratio, inexact }: PlanOptions,
): FoldPlan {
  const { resolved } = network;
  const known = new Map(resolved.groups.map((group) => [group.name, group]));
  for (const name of Object.keys(given)) {
    if (!known.has(name)) throw unknownGroup(name, [...known.keys()]);
  }
  const sizes: Record<string, number> = {};
  const kept: Record<string, string> = {};
  for (const group of resolved.groups) {
    const { name, parent, inner } = group;
    const blocks = parent === null ? 1 : sizes[parent];
    const isGiven = Object.hasOwn(given, name);
    const own = isGiven
      ? innerSize(group, given[name], blocks)
      : Math.max(1, Math.round((ratio ?? 1) * inner));
    sizes[name] = blocks * own;
    if (own === inner) continue;
    const problem = obstacle(spec, network, group, inexact);
    if (problem === null) continue;
    if (isGiven) throw problem;
    sizes[name] = blocks * inner;
    kept[name] = problem.problem;
  }
  if (
    ratio !== undefined &&
    resolved.groups.every(({ name, size }) => Object.hasOwn(kept, name) || size < 2)
  ) {
    const [reason] = Object.values(kept);
    throw invalid(
      `no group can be folded${reason ? `: ${reason}` : ''}`,
      'Pass a spec with roles and with groups of several units',
      { param: 'spec' },
    );
  }
  return { sizes, kept };
}

/** The number of units in each block of a group, of a given number of units. */
function innerSize({ name, inner, parent }: ResolvedGroup, size: number, blocks: number): number {
  const own = size / blocks;
  if (Number.isInteger(own) && own >= 1 && own <= inner) return own;
  const multiple = parent === null ? '' : `, a multiple of the ${blocks} units of '${parent}'`;
  throw invalid(
    `sizes gives group '${name}' ${size} units, and folding leaves 1 … ${blocks * inner}${multiple}`,
    'Choose a size in this range; widen makes networks wider',
    { param: 'sizes', received: size },
  );
}

/** The reason that a group cannot be folded; null if it can. */
function obstacle(
  spec: PermutationSpec,
  { params, resolved }: ResolvedNetwork,
  { name, size, inner }: ResolvedGroup,
  inexact: PlanOptions['inexact'],
): InvalidInputError | null {
  const { joint = [] } = spec.groups.find((group) => group.name === name)!;
  // The maximum over units stays the same if the members of each merged unit agree.
  const changed = joint.filter((use) => use !== 'max');
  const inside = groupsInside(resolved, name);
  try {
    assertSeparate(name, changed, inexact, `Leave group '${name}' out`);
    assertRoles(resolved, 'folding', inside);
    assertFloats(params, resolved, inside);
    resizeSpec(spec, { [name]: size / inner });
    return null;
  } catch (error) {
    if (error instanceof InvalidInputError) return error;
    throw error;
  }
}

function unknownGroup(name: string, known: readonly string[]) {
  return invalid(
    `sizes names '${name}', which is not a group of the network`,
    `Its groups are ${listNames(known)}`,
    { param: 'sizes', received: name },
  );
}
