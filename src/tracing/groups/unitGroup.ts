import type { Space } from '../labels/constraints';

/** Units that permute: free, inside the units of one parent, or determined by several parents. */
export interface UnitGroup {
  readonly size: number;
  readonly parents: readonly ParentMap[];
  /** The digits of its units: over free groups and over those inside the units of others. */
  readonly slots: readonly Slot[];
}

/** Unit u belongs to unit `of[u]` of a group. */
export interface ParentMap {
  readonly group: number;
  readonly of: Int32Array;
}

/**
 * One digit of the units of a group: a unit of a free group, or the number of a unit of a fibred group
 * inside its parent's unit.
 */
export interface Slot {
  readonly group: number;
  readonly count: number;
  /** By unit. */
  readonly digits: Int32Array;
}

/** Where the units of groups sit in a space. */
export interface SpaceLayout {
  /** The group at each position, −1 where nothing moves. */
  readonly groups: Int32Array;
  /** Its unit there. */
  readonly units: Int32Array;
  /** Positions of one number hold each unit of one group once. */
  readonly classes: Int32Array;
}

/** The group of all permutations that relations allow. */
export interface Symmetries {
  /** Parents before children. */
  readonly groups: readonly UnitGroup[];
  /** The layout of a space, or null where it has nothing to do with the parameters. */
  layout(space: Space): SpaceLayout | null;
  /** Why nothing moves at some positions of a space that are not fixed themselves. */
  reason(space: Space): string;
}

/** What may not move in a space, besides what the space says. */
export interface Pin {
  readonly space: Space;
  /** By position: it moves only to such of the same number. −1: anywhere. */
  readonly kinds: Int32Array;
  readonly why: string;
}
