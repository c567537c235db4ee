/** A permutation group: a set of axes that must be permuted together. */
export interface Group {
  /** What patterns call it. */
  readonly name: string;
  /**
   * The number of units, those of a fibred group counted over all of its parent's; null where it is
   * read off the params that the spec is used with.
   */
  readonly size: number | null;
  /**
   * None (absent): the group is *free*, any permutation will do. One: it is *fibred*, its units sit in
   * equal blocks inside the units of the parent (the dimensions inside each attention head) and go where
   * their block goes. Several: it is a *product*, whose every unit is a tuple of units of its parents; they
   * determine where it goes, so it has no permutation of its own.
   */
  readonly parents?: readonly GroupParent[];
}

/** What a group that is not free moves inside of. */
export interface GroupParent {
  /** The parent's name. */
  readonly group: string;
  /**
   * For a product: unit u has unit of[u] of this parent. Absent for a fibred group, whose units are in the
   * order of their blocks: unit u sits inside unit floor(u / (size / size of the parent)).
   */
  readonly of?: readonly number[];
}

/** What one axis of a parameter is made of. Groups enter it at the leaves, any number of times. */
export type AxisSpec = FixedAxis | GroupAxis | ProductAxis | ConcatAxis | EntriesAxis | PartAxis;

/** Positions that no group moves: `_`, or `4`. */
export interface FixedAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'fixed';
  /** How many positions; null where that is inferred. */
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
  /** Whether a network may lack the parameter (a bias, say). */
  readonly optional: boolean;
}

/**
 * Which axes of which parameters share which permutation group. Plain data: it survives
 * `structuredClone` and JSON. Written by `permutationSpec`, by the presets, or by hand.
 */
export interface PermutationSpec {
  /**
   * In order of first appearance, parents before what is inside them, which is the order `'forward'` of
   * the matchers.
   */
  readonly groups: readonly Group[];
  /** By the parameter's name, in the order of the model. */
  readonly params: Readonly<Record<string, ParameterSpec>>;
  /** Whether parameters that the spec does not name are an error or left as they are. */
  readonly unlisted: 'error' | 'fixed';
  /** What `traceSpec` found out beside the groups; `explainSpec` prints it. */
  readonly derivation?: SpecDerivation;
}

/** Why an axis, or a part of it, is fixed. */
export interface FixedReason {
  /** The parameter's name. */
  readonly param: string;
  /** An axis of its tensor. */
  readonly axis: number;
  /** Such as 'it reaches the output'. */
  readonly why: string;
}

/** Why a derived spec is as it is. */
export interface SpecDerivation {
  /** For each axis that is fixed, wholly or in part, the reason. */
  readonly fixed: readonly FixedReason[];
  /** What to know before relying on the spec. */
  readonly warnings: readonly string[];
}
