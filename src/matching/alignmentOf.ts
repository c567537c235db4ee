import { listsBy } from '../params/internal';

/**
 * The alignment of two networks, ⟨A, P B⟩ / (‖A‖ ‖B‖), in [−1, 1]. It is 1 where P B is A times a positive
 * number, and 0 where one of the networks is zero everywhere or nothing is compared.
 */
export interface AlignmentChange {
  /** With B as it was given: P is the identity, also where the match started elsewhere. */
  readonly before: number;
  /** With the permutations found. */
  readonly after: number;
}

/**
 * The alignment of two networks over all values that groups move, and over the values that each group
 * moves: those of its own units and of the groups inside them.
 */
export interface MatchAlignment extends AlignmentChange {
  /** The alignment over the values that each group moves, by group. */
  readonly groups: Readonly<Record<string, AlignmentChange>>;
}

/** Sums over values of A and B that the same groups move. */
export interface MovedSums {
  /** The groups that move them. */
  readonly groups: readonly string[];
  /** ⟨A, B⟩. */
  readonly before: number;
  /** ⟨A, P B⟩. */
  readonly after: number;
  /** ‖A‖². */
  readonly squaresA: number;
  /** ‖B‖². */
  readonly squaresB: number;
}

/** The alignment of all values, and of those that each of the groups moves. */
export function alignmentOf(groups: readonly string[], sums: readonly MovedSums[]): MatchAlignment {
  const movedBy = listsBy(sums, (each) => each.groups);
  return {
    ...changeOver(sums),
    groups: Object.fromEntries(
      groups.map((group) => [group, changeOver(movedBy.get(group) ?? [])]),
    ),
  };
}

function changeOver(sums: readonly MovedSums[]): AlignmentChange {
  const total = (of: 'before' | 'after' | 'squaresA' | 'squaresB') =>
    sums.reduce((sum, each) => sum + each[of], 0);
  const norms = Math.sqrt(total('squaresA')) * Math.sqrt(total('squaresB'));
  return { before: ratio(total('before'), norms), after: ratio(total('after'), norms) };
}

/** product / norms, kept in [−1, 1] against rounding; 0 where the norms are 0. */
function ratio(product: number, norms: number): number {
  return norms > 0 ? Math.max(-1, Math.min(1, product / norms)) : 0;
}
