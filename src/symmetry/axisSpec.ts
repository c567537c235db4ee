import type { Role } from './role';

/** The composition of one axis of a parameter: a tree with groups at its leaves. */
export type AxisSpec = FixedAxis | GroupAxis | ProductAxis | ConcatAxis | EntriesAxis | PartAxis;

/** Positions that no group moves: `_`, or `4`. */
export interface FixedAxis {
  /** The variant of {@link AxisSpec}. */
  readonly kind: 'fixed';
  /** The number of positions; null if it is inferred. */
  readonly size: number | null;
}

/** The units of a group in order, `h`, or those inside one unit of its parent, `d[h]`. */
export interface GroupAxis {
  /** The variant of {@link AxisSpec}. */
  readonly kind: 'group';
  /** The group's name. */
  readonly group: string;
  /**
   * The parent, whose index selects the unit. It is on the same axis, as in `(h d[h])`, or on another axis of
   * the same parameter, as in `e h d[h]`. Absent: all units of the group.
   */
  readonly within?: string;
  /** The role of the parameter for the units, `h>`, `>h` or `>h>`. Absent: not said. */
  readonly role?: Role;
}

/** A row-major product, such as a flattened convolution or the gates of an LSTM: `(4 h)`. */
export interface ProductAxis {
  /** The variant of {@link AxisSpec}. */
  readonly kind: 'product';
  /** From the slowest index to the fastest. */
  readonly factors: readonly AxisSpec[];
}

/** A concatenation of segments: `(a + b)`. */
export interface ConcatAxis {
  /** The variant of {@link AxisSpec}. */
  readonly kind: 'concat';
  /** From the first position to the last. */
  readonly segments: readonly AxisSpec[];
}

/**
 * Positions written out, for what no pattern can express. They make up a whole axis, never a part of one.
 * Positions in no entry are fixed, and no position is in two entries. An entry of a fibred or a product group moves
 * with its parents. Positions that two groups move are units of a product of both.
 */
export interface EntriesAxis {
  /** The variant of {@link AxisSpec}. */
  readonly kind: 'entries';
  /** The number of positions of the axis, or of the product of `axes`. */
  readonly size: number;
  /** All appearances of all groups. */
  readonly entries: readonly EntrySpec[];
  /**
   * The axes of the tensor whose row-major product the positions index. The entries are at the first of them;
   * the others are {@link PartAxis}. Absent: the entries' own axis only.
   */
  readonly axes?: readonly number[];
}

/** An axis whose positions are written out at another axis. */
export interface PartAxis {
  /** The variant of {@link AxisSpec}. */
  readonly kind: 'part';
  /** The axis that holds the entries. */
  readonly of: number;
}

/** One appearance of a group on an axis, position by position. */
export interface EntrySpec {
  /** The group's name. */
  readonly group: string;
  /** `[units]`: unit u is at position `index[u]`. */
  readonly index: readonly number[];
  /** The role of the parameter for the units; for a product group, for those of each parent. Absent: not said. */
  readonly role?: Role;
}

/** The axes of one parameter. */
export interface ParameterSpec {
  /** One for each axis of the tensor; empty for a scalar. */
  readonly axes: readonly AxisSpec[];
  /** True if a network may lack the parameter (a bias, say). */
  readonly optional: boolean;
}
