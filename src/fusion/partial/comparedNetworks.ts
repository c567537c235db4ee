import type { ResolvedGroup, ResolvedSpec } from '../../symmetry/internal';
import type { PlacedView } from '../units/placedView';

/** One of two networks of different widths. */
export interface SizedNetwork {
  readonly resolved: ResolvedSpec;
  /** The view of each parameter that is compared. */
  readonly views: ReadonlyMap<string, PlacedView>;
  /** The values of the parameters that are compared, row-major as stored. */
  readonly values: ReadonlyMap<string, Float32Array>;
}

/** A group in both networks. */
export interface GroupPair {
  readonly name: string;
  readonly parent: string | null;
  readonly a: ResolvedGroup;
  readonly b: ResolvedGroup;
  /** The number of pairs inside each pair of units of the parent; of all pairs, for a free group. */
  readonly pairs: number;
  /** The groups inside the units of this one. */
  readonly children: readonly GroupPair[];
}

/** Two networks with what is compared of them. */
export interface ComparedNetworks {
  readonly a: SizedNetwork;
  readonly b: SizedNetwork;
  /** The names of the parameters that are compared. */
  readonly names: readonly string[];
  /** The groups that are inside no other, in the order of the spec. */
  readonly families: readonly GroupPair[];
}

/** Pairs of units by group, `[units of A]`: the unit of B, or −1. */
export type UnitPairs = Readonly<Record<string, Int32Array>>;

/** A group and all groups inside it. */
export function membersOf(group: GroupPair): GroupPair[] {
  return [group, ...group.children.flatMap(membersOf)];
}
