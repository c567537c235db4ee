/** A permutation group: a set of axes that must be permuted together. */
export interface Group {
  /** The name in patterns. */
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

/** A group inside whose units another moves. */
export interface GroupParent {
  /** The parent's name. */
  readonly group: string;
  /**
   * For a product: unit u has unit of[u] of this parent. Absent for a fibred group, whose units are in the
   * order of their blocks: unit u sits inside unit floor(u / (size / size of the parent)).
   */
  readonly of?: readonly number[];
}
