import type { JointUse } from './jointUse';

/** A permutation group: the units that several axes share and that are permuted together. */
export interface Group {
  /** The name in patterns. */
  readonly name: string;
  /**
   * The number of units; for a fibred group the total over all units of its parent. Null if it is read from
   * the params.
   */
  readonly size: number | null;
  /**
   * - None (absent): the group is *free*. Any permutation is allowed.
   * - One: it is *fibred*. Its units are in equal blocks inside the units of the parent (the dimensions inside
   *   each attention head) and move with their block.
   * - Several: it is a *product*. Each unit is a tuple of units of the parents, whose permutations determine its
   *   movement, so the group has no permutation of its own and is no parent. The tuples are all combinations of
   *   units, or all whose units are inside the same unit of a common ancestor.
   */
  readonly parents?: readonly GroupParent[];
  /**
   * The ways in which the network reads the units together, other than by the linear maps of consumers. Absent: none
   * is known. Permuting needs none; functions that add, remove or merge units do.
   */
  readonly joint?: readonly JointUse[];
}

/** The parent of a group. */
export interface GroupParent {
  /** The parent's name. */
  readonly group: string;
  /**
   * For a product, `[units]`: the tuple of unit u contains unit of[u] of this parent. Absent for a fibred group,
   * whose units are in the order of their blocks: unit u is inside unit floor(u / (size / size of the parent)).
   */
  readonly of?: readonly number[];
}
