import { dispose } from '@tensorflow/tfjs-core';
import { mixture } from '../../../merging/internal';
import type { Params } from '../../../params';
import type { Permutations } from '../../../permutation';
import { permuteResolved, type ResolvedSpec } from '../../../symmetry/internal';

/** Several networks Xᵢ = Pᵢθᵢ with their units moved, the first as it is, and their mixtures. */
export interface MovedNetworks {
  /** Pᵢ, [networks]. */
  readonly permutations: readonly Permutations[];
  /** Replaces Pᵢ of a network other than the first. */
  move(network: number, permutations: Permutations): void;
  /** Σ wᵢXᵢ: params that are valid until the next call of a method. */
  mixed(weights: readonly number[]): Params;
  dispose(): void;
}

/** Networks with these permutations. Each but the first takes the memory of a copy, and so does the last mixture. */
export function movedNetworks(
  resolved: ResolvedSpec,
  networks: readonly Params[],
  start: readonly Permutations[],
): MovedNetworks {
  const permutations = [...start];
  const moved = networks.map((params, i) =>
    i === 0 ? params : permuteResolved(resolved, params, start[i]),
  );
  let last: { readonly weights: readonly number[]; readonly params: Params } | null = null;
  const forget = () => {
    if (last) dispose(last.params);
    last = null;
  };
  return {
    permutations,
    move(network, own) {
      forget();
      dispose(moved[network]);
      moved[network] = permuteResolved(resolved, networks[network], own);
      permutations[network] = own;
    },
    mixed(weights) {
      if (last && weights.every((weight, i) => weight === last!.weights[i])) return last.params;
      forget();
      last = { weights, params: mixture(moved, weights, { integers: 'first' }) };
      return last.params;
    },
    dispose() {
      forget();
      dispose(moved.slice(1));
    },
  };
}
