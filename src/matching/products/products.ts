import type { Permutations } from '../../permutation';
import type { Appearance, Movement, Term } from '../weights/term';

/** The objective S(P) = Σ_w ⟨A_w, (P B)_w⟩. */
export interface Objective {
  /** The terms, each counted once. */
  readonly terms: readonly Term[];
  /** ⟨A_w, (P B)_w⟩ for each of these terms. */
  innerProducts(terms: readonly Term[], permutations: Permutations): Promise<Float64Array>;
}

/** What some places add to the gram of their group. */
export interface GramPart<Matrix> {
  readonly places: readonly Appearance[];
  /** Their sum, where it is known; computed and given back at once where it is null. */
  readonly value: Matrix | null;
}

/**
 * Who computes what two networks have in common: products of their weights, on the user's backend
 * ({@link backendProducts}) or on typed arrays with kernels of our own ({@link packedProducts}). It is
 * the one seam between the matchers and the engines; both sides agree within rounding.
 *
 * The gram of a group: G[i, j] = Σ over the terms and places of the group of
 * ⟨unit i of A, unit j of B̃⟩, where B̃ is B with every permutation applied but the one at that place.
 * With all other groups held, the objective is Σ_i G[i, p[i]] plus a constant, provided that no
 * parameter has the group twice (see {@link isQuadratic}). Row-major n × n, rows A's units, columns B's.
 *
 * @typeParam Matrix - A part of a gram, kept where it was computed until it is disposed.
 */
export interface Products<Matrix> extends Objective {
  /** How many bytes may be kept between steps: the size of the two networks' voting parameters, or less. */
  readonly bytes: number;
  /** What some places of a group add to its gram, at least one. */
  sum(places: readonly Appearance[], permutations: Permutations): Promise<Matrix>;
  /**
   * The same after the group of another place of the term has moved some of its units, by a product
   * over those units alone, A·(B̃_after − B̃_before). Uses `matrix` up, also where it throws.
   */
  corrected(
    matrix: Matrix,
    place: Appearance,
    movement: Movement,
    permutations: Permutations,
  ): Promise<Matrix>;
  /**
   * The gram of a group of n units, its parts added up in their order. It holds until the next one is
   * asked for.
   */
  gram(
    n: number,
    parts: readonly GramPart<Matrix>[],
    permutations: Permutations,
  ): Promise<Float32Array>;
  /** Gives a matrix back. */
  dispose(matrix: Matrix): void;
}
