/** The make-up of one axis of a parameter. Groups enter it at the leaves, any number of times. */
export type AxisSpec = FixedAxis | GroupAxis | ProductAxis | ConcatAxis | EntriesAxis | PartAxis;

/** Positions that no group moves: `_`, or `4`. */
export interface FixedAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'fixed';
  /** The number of positions; null where it is inferred. */
  readonly size: number | null;
}

/** The units of a group, in order: `h`; or those inside one unit of its parent: `d[h]`. */
export interface GroupAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'group';
  /** The group's name. */
  readonly group: string;
  /**
   * The parent, which stands elsewhere in the same parameter and says inside which of its units: on the
   * same axis, as in `(h d[h])`, or on another, as in `e h d[h]`. Absent: all units of the group.
   */
  readonly within?: string;
}

/** A row-major product, as a flattened convolution or the gates of an LSTM: `(4 h)`. */
export interface ProductAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'product';
  /** From the slowest index to the fastest. */
  readonly factors: readonly AxisSpec[];
}

/** Segments one after another: `(a + b)`. */
export interface ConcatAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'concat';
  /** From the first position to the last. */
  readonly segments: readonly AxisSpec[];
}

/**
 * Positions written out, which no pattern can express. It is a whole axis, never a part of one.
 * Positions in no entry are fixed; two entries of one group share no position. An entry of a fibred or a
 * product group moves with its parents: they have no entries at its positions.
 */
export interface EntriesAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'entries';
  /** The number of positions: of the axis, or of the product of `axes`. */
  readonly size: number;
  /** Every appearance of every group. */
  readonly entries: readonly EntrySpec[];
  /**
   * The axes of the tensor over whose row-major product the positions run. It stands at the first of
   * them; the others are {@link PartAxis}. Absent: its own axis alone.
   */
  readonly axes?: readonly number[];
}

/** An axis whose positions are written out together with those of another. */
export interface PartAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'part';
  /** The axis at which the entries stand. */
  readonly of: number;
}

/** One appearance of a group on an axis, position by position. */
export interface EntrySpec {
  /** The group's name. */
  readonly group: string;
  /** Unit u sits at position `index[u]`. */
  readonly index: readonly number[];
}

/** The axes of one parameter. */
export interface ParameterSpec {
  /** One for each axis of the tensor, none for a scalar. */
  readonly axes: readonly AxisSpec[];
  /** True if a network may lack the parameter (a bias, say). */
  readonly optional: boolean;
}
