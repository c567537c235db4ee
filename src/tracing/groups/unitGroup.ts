import type { Space } from '../labels/constraints';

/** Units that are permuted as one: freely, inside the units of one parent, or as several parents determine. */
export interface UnitGroup {
  readonly size: number;
  readonly parents: readonly ParentMap[];
  /** The digits of its units, one for each free or fibred group that they depend on. */
  readonly slots: readonly Slot[];
}

/** A map of units to a parent group: unit u belongs to its unit `of[u]`. */
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
  /** The number of values of the digit. */
  readonly count: number;
  /** The digit of each unit. */
  readonly digits: Int32Array;
}

/** The positions of groups' units in a space. */
export interface SpaceLayout {
  /** The group at each position; −1 for a fixed position. */
  readonly groups: Int32Array;
  /** The unit of that group at each position; −1 for a fixed position. */
  readonly units: Int32Array;
  /** The class of each position. The positions of a class hold each unit of one group once. */
  readonly classes: Int32Array;
  /** The groups of the space, in order of their first positions. */
  readonly present: readonly number[];
}

/** All permutations that relations allow. */
export interface Symmetries {
  /** The groups, parents before children. */
  readonly groups: readonly UnitGroup[];
  /** The layout of a space; null if it is fixed or unrelated to the parameters. */
  layout(space: Space): SpaceLayout | null;
  /** The reason why some positions of a space do not move. */
  reason(space: Space): string;
}

/** A restriction on the positions of a space, besides its own `fixed` and `seed`. */
export interface Pin {
  readonly space: Space;
  /** A number for each position. A position only moves to positions of the same number; −1 for no restriction. */
  readonly kinds: Int32Array;
  readonly why: string;
}
