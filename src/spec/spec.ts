/** A permutation group: a set of axes that must be permuted together. */
export interface Group {
  readonly name: string;
  /** The number of units; null where it is read off the params that the spec is used with. */
  readonly size: number | null;
}

/**
 * What one axis of a parameter is made of. Groups enter an axis at the leaves, any number of times:
 *
 * - `fixed`: positions that no group moves; size null where it is inferred (`_`).
 * - `group`: the units of a group, in order.
 * - `product`: a row-major product of factors, as a flattened convolution or the gates of an LSTM.
 * - `concat`: segments one after another.
 * - `entries`: positions written out. Unit u of the group sits at `index[u]` of every entry; positions
 *   in no entry are fixed. Two entries of one group share no position.
 */
export type AxisSpec =
  | { readonly kind: 'fixed'; readonly size: number | null }
  | { readonly kind: 'group'; readonly group: string }
  | { readonly kind: 'product'; readonly factors: readonly AxisSpec[] }
  | { readonly kind: 'concat'; readonly segments: readonly AxisSpec[] }
  | { readonly kind: 'entries'; readonly size: number; readonly entries: readonly EntrySpec[] };

/** One appearance of a group on an axis, position by position: unit u sits at `index[u]`. */
export interface EntrySpec {
  readonly group: string;
  readonly index: readonly number[];
}

/** The axes of one parameter. */
export interface ParameterSpec {
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
