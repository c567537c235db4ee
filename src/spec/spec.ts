/** A permutation group: a set of axes that must be permuted together. */
export interface Group {
  /** What patterns call it. */
  readonly name: string;
  /** The number of units; null where it is read off the params that the spec is used with. */
  readonly size: number | null;
}

/** What one axis of a parameter is made of. Groups enter it at the leaves, any number of times. */
export type AxisSpec = FixedAxis | GroupAxis | ProductAxis | ConcatAxis | EntriesAxis;

/** Positions that no group moves: `_`, or `4`. */
export interface FixedAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'fixed';
  /** How many positions; null where that is inferred. */
  readonly size: number | null;
}

/** The units of a group, in order: `h`. */
export interface GroupAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'group';
  /** The group's name. */
  readonly group: string;
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
 * Positions in no entry are fixed; two entries of one group share no position.
 */
export interface EntriesAxis {
  /** Tells the variants of {@link AxisSpec} apart. */
  readonly kind: 'entries';
  /** The number of positions of the axis. */
  readonly size: number;
  /** Every appearance of every group. */
  readonly entries: readonly EntrySpec[];
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
  /** In order of first appearance, which is the order `'forward'` of the matchers. */
  readonly groups: readonly Group[];
  /** By the parameter's name, in the order of the model. */
  readonly params: Readonly<Record<string, ParameterSpec>>;
  /** Whether parameters that the spec does not name are an error or left as they are. */
  readonly unlisted: 'error' | 'fixed';
}

/** The names of the groups on an axis, in order of appearance, repeats included. */
export function groupsOfAxis(axis: AxisSpec): string[] {
  switch (axis.kind) {
    case 'fixed':
      return [];
    case 'group':
      return [axis.group];
    case 'product':
      return axis.factors.flatMap(groupsOfAxis);
    case 'concat':
      return axis.segments.flatMap(groupsOfAxis);
    case 'entries':
      return axis.entries.map(({ group }) => group);
  }
}

/** The groups of a spec's parameters in order of first appearance, their sizes left open. */
export function groupsOfParams(params: Readonly<Record<string, ParameterSpec>>): Group[] {
  const names = Object.values(params).flatMap(({ axes }) => axes.flatMap(groupsOfAxis));
  return [...new Set(names)].map((name) => ({ name, size: null }));
}
