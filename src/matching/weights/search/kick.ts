import type { Permutation, Permutations } from '../../../permutation';
import { indices, shuffled } from '../../../permutation/internal';
import type { RandomSource } from '../../../runtime';
import type { ResolvedGroup } from '../../../symmetry/internal';

/** Permutations with some units of one or two groups shuffled, and the names of these groups. */
export interface Kick {
  readonly permutations: Permutations;
  /** The shuffled groups. Groups inside them have moved with them. */
  readonly groups: readonly string[];
}

/** The share of a group's units that a kick shuffles: a fifth, half, or all. */
const SHARES = [1 / 5, 1 / 2, 1];

/**
 * Shuffles a part of one group, or in one of four cases of two groups. A group inside another is shuffled
 * inside one block; groups inside the shuffled units move with them.
 *
 * @param groups - All groups, parents before the groups inside them.
 * @param movable - Those that may be shuffled, of two units or more: {@link movableGroups}.
 */
export function kick(
  groups: readonly ResolvedGroup[],
  movable: readonly ResolvedGroup[],
  permutations: Permutations,
  random: RandomSource,
): Kick {
  const count = Math.min(movable.length, random.below(4) === 0 ? 2 : 1);
  const chosen = shuffled(indices(movable.length), random).slice(0, count);
  const shuffledGroups = Array.from(chosen, (at) => movable[at]);
  let moved = permutations;
  for (const group of shuffledGroups) {
    const share = SHARES[random.below(SHARES.length)];
    moved = shuffleUnits(groups, moved, group, unitsToShuffle(group, share, random));
  }
  return { permutations: moved, groups: shuffledGroups.map(({ name }) => name) };
}

/** Positions of a random block of the group: a share of them, at least two. */
function unitsToShuffle(
  { inner, size }: ResolvedGroup,
  share: number,
  random: RandomSource,
): Int32Array {
  const block = random.below(size / inner);
  const positions = indices(inner).map((i) => block * inner + i);
  const count = Math.max(2, Math.round(inner * share));
  return shuffled(positions, random).slice(0, Math.min(count, inner));
}

/** Moves the units at the given positions of a group one position on, with all groups inside them. */
function shuffleUnits(
  groups: readonly ResolvedGroup[],
  permutations: Permutations,
  group: ResolvedGroup,
  positions: Int32Array,
): Permutations {
  const sources = indices(group.size);
  positions.forEach((at, i) => {
    sources[at] = positions[(i + 1) % positions.length];
  });
  return { ...permutations, ...movedFamily(groups, permutations, group, sources) };
}

/** The permutations of a group and of those inside it, with position i taken from position sources[i]. */
function movedFamily(
  groups: readonly ResolvedGroup[],
  permutations: Permutations,
  group: ResolvedGroup,
  sources: Int32Array,
): Record<string, Permutation> {
  const own = { [group.name]: sources.map((from) => permutations[group.name][from]) };
  const children = groups.filter(({ parent }) => parent === group.name);
  const inside = children.map((child) => {
    const m = child.inner;
    const units = Int32Array.from(
      { length: child.size },
      (_, k) => sources[Math.floor(k / m)] * m + (k % m),
    );
    return movedFamily(groups, permutations, child, units);
  });
  return Object.assign(own, ...inside);
}
