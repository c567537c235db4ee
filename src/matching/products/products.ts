import type { Permutations } from '../../permutation';
import type { Appearance, Movement, Term } from '../weights/term';

/** The objective S(P) = Σ_w ⟨A_w, (P B)_w⟩. */
export interface Objective {
  /** The terms, each counted once. */
  readonly terms: readonly Term[];
  /** ⟨A_w, (P B)_w⟩ of each of these terms: `[terms]`. */
  innerProducts(terms: readonly Term[], permutations: Permutations): Promise<Float64Array>;
}

/** The part of a group's gram that some places add. */
export interface GramPart<Matrix> {
  readonly places: readonly Appearance[];
  /** The sum over the places, `[units × units]`, if it is known; null to have it computed for this gram alone. */
  readonly value: Matrix | null;
}

/**
 * The engine for products of two networks' weights: on the user's backend ({@link backendProducts}) or on
 * typed arrays with our own kernels ({@link packedProducts}). Both agree within rounding. Matchers reach the
 * engines through this interface alone.
 *
 * The gram of a group: G[i, j] = Σ over the terms and places of the group of
 * ⟨unit i of A, unit j of B̃⟩, where B̃ is B with every permutation applied but the one at that place.
 * With all other groups held, the objective is Σ_i G[i, p[i]] plus a constant, provided that no
 * parameter has the group twice (see {@link isQuadratic}). G is `[n × n]`, row-major, A's units × B's units.
 *
 * @typeParam Matrix - A part of a gram, kept where it was computed until it is disposed.
 */
export interface Products<Matrix> extends Objective {
  /** The bytes that may be kept between steps: at most the size of the two networks' included parameters. */
  readonly bytes: number;
  /** The part of a group's gram that some places add, one or more: `[n × n]`. */
  sum(places: readonly Appearance[], permutations: Permutations): Promise<Matrix>;
  /**
   * The part of one place after the group of another place of its term has moved some units, from the part
   * before: matrix + A · (B̃_after − B̃_before)ᵀ, over those units alone. It consumes `matrix`, also where it throws.
   */
  corrected(
    matrix: Matrix,
    place: Appearance,
    movement: Movement,
    permutations: Permutations,
  ): Promise<Matrix>;
  /**
   * The gram of a group of n units, `[n × n]`: its parts added up in their order. It is valid until the next
   * call.
   */
  gram(
    n: number,
    parts: readonly GramPart<Matrix>[],
    permutations: Permutations,
  ): Promise<Float32Array>;
  /** A copy of a matrix, for {@link Products.corrected} to consume. */
  copy(matrix: Matrix): Matrix;
  /** Disposes a matrix. */
  dispose(matrix: Matrix): void;
  /** Gives back the memory of the last gram, which is not valid any more. */
  release(): void;
}
