import { isRecord, listNames, shown } from '../../checks';
import { invalid } from '../../errors';
import type { JointUse, PermutationSpec } from '../../symmetry';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { GroupPair } from './comparedNetworks';
import type { MergedSize } from './mergedSize';

/**
 * The groups of two networks as families, with the number of pairs that gives them the merged size.
 *
 * @throws InvalidInputError when a size is out of reach: below the wider network, above both together, of no group, or
 * changed for a group whose units are read together.
 */
export function pairGroups(
  { groups }: PermutationSpec,
  a: readonly ResolvedGroup[],
  b: readonly ResolvedGroup[],
  size: MergedSize,
): GroupPair[] {
  if (isRecord(size)) assertKnown(a, size);
  const joint = new Map(groups.map((group) => [group.name, group.joint ?? []]));
  return groupsInside(null, 1);

  function groupsInside(parent: string | null, blocks: number): GroupPair[] {
    return a
      .filter((group) => group.parent === parent)
      .map((own) => {
        const { name } = own;
        const other = b.find((group) => group.name === name)!;
        const uses = joint.get(name)!;
        if (uses.length > 0 && own.inner !== other.inner) throw readTogether(own, other, uses);
        const merged = mergedSize(own, other, { size, blocks, isJoint: uses.length > 0 });
        const pairs = own.inner + other.inner - merged;
        return {
          name,
          parent,
          a: own,
          b: other,
          pairs,
          children: groupsInside(name, blocks * merged),
        };
      });
  }
}

/** The settings of the merged size of a group. */
interface SizeSetting {
  readonly size: MergedSize;
  /** The merged number of units of the parent; 1 for a free group. */
  readonly blocks: number;
  readonly isJoint: boolean;
}

/** The merged number of units inside each unit of the parent. */
function mergedSize(
  a: ResolvedGroup,
  b: ResolvedGroup,
  { size, blocks, isJoint }: SizeSetting,
): number {
  const least = Math.max(a.inner, b.inner);
  const most = isJoint ? least : a.inner + b.inner;
  if (isRecord(size)) {
    if (!Object.hasOwn(size, a.name)) return least;
    const merged = size[a.name] / blocks;
    if (Number.isInteger(merged) && merged >= least && merged <= most) return merged;
    throw outOfReach(a.name, size[a.name], { least, most, blocks });
  }
  if (isJoint || a.parent !== null) return least;
  const share = size === 'max' ? 0 : size === 'sum' ? 1 : size;
  return least + Math.round(share * (most - least));
}

function assertKnown(
  groups: readonly ResolvedGroup[],
  size: Readonly<Record<string, number>>,
): void {
  const known = groups.map(({ name }) => name);
  const unknown = Object.keys(size).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw invalid(
    `size names '${unknown}', which is not a group of the networks`,
    `Their groups are ${listNames(known)}`,
    { param: 'size', received: unknown },
  );
}

function outOfReach(
  group: string,
  received: number,
  { least, most, blocks }: { least: number; most: number; blocks: number },
) {
  const range = `${least * blocks} … ${most * blocks}`;
  const step = blocks === 1 ? '' : `, a multiple of the ${blocks} units of its parent`;
  return invalid(
    `group '${group}' cannot have ${shown(received)} units after the merge`,
    least === most
      ? `Leave it at ${least * blocks}: its units are read together, so all are paired`
      : `Pass an integer in ${range}${step}`,
    { param: 'size', received },
  );
}

function readTogether(a: ResolvedGroup, b: ResolvedGroup, uses: readonly JointUse[]) {
  const [narrower, wider] = a.size < b.size ? ['a', b] : ['b', a];
  return invalid(
    `group '${a.name}' has ${a.size} units in a and ${b.size} in b, and the network reads its units together (${uses.join(', ')})`,
    `Widen ${narrower} first: widen(spec, ${narrower}, { ${a.name}: ${(wider as ResolvedGroup).size} })`,
    { param: a.name, received: b.size },
  );
}
