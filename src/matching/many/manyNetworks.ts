import type { Permutations } from '../../permutation';
import type { ResolvedSpec } from '../../symmetry/internal';
import type { MatchedNetworks } from '../weights/matchedNetworks';
import type { Term } from '../weights/term';

/** The name of a sum in messages. */
export const SUM = 'the sum of the others';

/** A network whose values can be read until it is disposed. */
export interface OpenNetwork {
  dispose(): void;
}

/**
 * The seam between joint matching and the engines: networks that are opened one at a time, and their sums. An
 * engine is `packedMany` (typed arrays) or `backendMany` (tensors of the user's backend).
 */
export interface ManyNetworks<Network extends OpenNetwork = OpenNetwork> {
  /** The number of networks. */
  readonly count: number;
  readonly resolved: ResolvedSpec;
  /** The included parameters. */
  readonly included: readonly string[];
  /** The terms of the objective, of each pair of networks and of each network with a sum of others. */
  readonly terms: readonly Term[];
  /** Opens a network. It is checked when it is opened for the first time. */
  open(network: number): Promise<Network>;
  /** Two open networks, for a match of b to a. */
  pair(a: Network, b: Network): MatchedNetworks;
  /** A sum of no networks. */
  emptySum(): NetworkSum<Network>;
}

/** The sum T = Σ Pᵢθᵢ of networks with their units moved. */
export interface NetworkSum<Network extends OpenNetwork = OpenNetwork> {
  /** Adds P θ. */
  add(network: Network, permutations: Permutations): Promise<void>;
  /** Moves a network of the sum: adds P' θ − P θ. */
  move(network: Network, before: Permutations, after: Permutations): Promise<void>;
  /**
   * A network θ as B and the sum of the others as A: T − P θ for a network in the sum, T for another, with null
   * for its permutations. The sum must not change until the caller has disposed the result.
   */
  against(network: Network, permutations: Permutations | null): MatchedNetworks;
  /** True if another sum of the same networks is equal but for rounding that no match could see. */
  agrees(other: NetworkSum<Network>): boolean | Promise<boolean>;
  dispose(): void;
}
