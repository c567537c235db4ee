import type { AxisSpec, GroupAxis } from '../../symmetry';
import { groupsOfAxis } from '../../symmetry/internal';
import { simplifyAxis } from './simplifyAxis';
import type { FixedPart, TransformerSizes } from './transformer';

/** The reason for axes of heads whose number is unknown. */
export const UNKNOWN_HEADS = 'the shapes do not show the number of heads';

/** The sizes of a network, for the axes of its parameters. */
export interface KnownSizes {
  readonly sizes: TransformerSizes;
  /** The words that are fixed. */
  readonly fixed: Readonly<Record<string, FixedPart>>;
  /** The number of units of each group that no axis shows by itself; undefined if it is unknown. */
  readonly units: ReadonlyMap<string, number | undefined>;
}

/** An axis as it is in a spec, and the reasons for what is fixed. */
export interface WrittenAxis {
  readonly axis: AxisSpec;
  readonly reasons: readonly string[];
}

/** The axis of a spec for the axis of a family's pattern. */
export function writeAxis(axis: AxisSpec, known: KnownSizes): WrittenAxis {
  const words = groupsOfAxis(axis);
  if (words.some((word) => known.units.has(word) && known.units.get(word) === undefined)) {
    return { axis: { kind: 'fixed', size: null }, reasons: [UNKNOWN_HEADS] };
  }
  const reasons = new Set<string>();
  const written = simplifyAxis(axis, (leaf) => {
    const part = known.fixed[leaf.group];
    if (part === undefined) return writeGroup(leaf, known);
    const size = part.size === undefined ? null : (known.sizes[part.size] ?? null);
    if (size === 0) return null;
    reasons.add(part.why);
    return { kind: 'fixed', size };
  });
  return { axis: written ?? { kind: 'fixed', size: null }, reasons: [...reasons] };
}

/** The group without its parent's units if it has one unit in each of them; null if it has none. */
function writeGroup(leaf: GroupAxis, { units }: KnownSizes): AxisSpec | null {
  const own = units.get(leaf.group);
  if (own === 0) return null;
  const single = leaf.within !== undefined && own !== undefined && own === units.get(leaf.within);
  return single ? { kind: 'fixed', size: 1 } : leaf;
}
