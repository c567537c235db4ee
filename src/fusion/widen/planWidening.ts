import { invalid } from '../../errors';
import type { JointUse, PermutationSpec } from '../../symmetry';
import type { ResolvedGroup } from '../../symmetry/internal';
import type { UnitSource } from '../embed/unitSource';
import { newUnits } from './newUnits';
import type { WideningSettings } from './wideningSettings';
import { widenJointUnits } from './widenJointUnits';

/** A group of the wider network. */
export interface WidenedGroup {
  readonly group: ResolvedGroup;
  /** The number of units in the wider network. */
  readonly size: number;
  /** True if the producers of new units must be zeros, because the units are read together. */
  readonly needsZeros: boolean;
  /** True if the units of the network, or of a group around them, become several copies. */
  readonly isCopied: boolean;
  readonly source: UnitSource;
}

/**
 * The units of each group of a wider network. Units of the network keep their order; new ones come after them, inside
 * each unit of the parent.
 *
 * @param sizes - The new number of units of each group.
 * @throws InvalidInputError when a group gets fewer units, blocks of different sizes, or units that cannot be added
 * without changing the function.
 */
export function planWidening(
  { groups }: PermutationSpec,
  resolved: readonly ResolvedGroup[],
  sizes: Readonly<Record<string, number>>,
  settings: WideningSettings,
): Map<string, WidenedGroup> {
  const joint = new Map(groups.map((group) => [group.name, group.joint ?? []]));
  const planned = new Map<string, WidenedGroup>();
  for (const group of resolved) {
    const above = group.parent === null ? null : planned.get(group.parent)!;
    const inner = widenedInner(group, sizes[group.name], above);
    const block = widenBlock(group, inner, joint.get(group.name)!, settings);
    planned.set(group.name, {
      group,
      size: sizes[group.name],
      needsZeros: joint.get(group.name)!.length > 0 && block.of.includes(-1),
      isCopied: above?.isCopied || block.share.some((share) => share !== 1),
      source: above === null ? block : insideParent(group, block, above.source),
    });
  }
  return planned;
}

/** The new number of units inside each unit of the parent. */
function widenedInner(group: ResolvedGroup, size: number, above: WidenedGroup | null): number {
  const inner = size / (above?.size ?? 1);
  if (!Number.isInteger(inner)) {
    throw invalid(
      `group '${group.name}' cannot have ${size} units, which is not a multiple of the ${above!.size} units of its parent '${group.parent}'`,
      'Give the number of units over all units of the parent',
      { param: 'sizes', received: size },
    );
  }
  if (inner >= group.inner) return inner;
  const where = above === null ? '' : ` inside each unit of '${group.parent}'`;
  throw invalid(
    `group '${group.name}' has ${group.inner} units${where}, and ${inner} are fewer`,
    'Make a network narrower with fold',
    { param: 'sizes', received: size },
  );
}

/** The units inside one unit of the parent. */
function widenBlock(
  group: ResolvedGroup,
  inner: number,
  uses: readonly JointUse[],
  settings: WideningSettings,
): UnitSource {
  if (inner === group.inner) return newUnits(inner, inner);
  if (uses.length > 0) return widenJointUnits(group, inner, uses, settings);
  return settings.fill === 'copy' ? copiedInTurn(group.inner, inner) : newUnits(group.inner, inner);
}

/** The units, then copies of them in turn. The copies of a unit share its consumers. */
function copiedInTurn(units: number, size: number): UnitSource {
  const of = Int32Array.from({ length: size }, (_, at) => at % units);
  const copies = new Int32Array(units);
  for (const unit of of) copies[unit]++;
  return { of, share: Float64Array.from(of, (unit) => 1 / copies[unit]), gain: 1 };
}

/** The units of a group from those inside one unit of its parent. */
function insideParent({ inner }: ResolvedGroup, block: UnitSource, parent: UnitSource): UnitSource {
  const of = Array.from(parent.of, (above) =>
    Array.from(block.of, (unit) => (above < 0 || unit < 0 ? -1 : above * inner + unit)),
  ).flat();
  const share = Array.from(parent.of, () => [...block.share]).flat();
  return { of: Int32Array.from(of), share: Float64Array.from(share), gain: block.gain };
}
