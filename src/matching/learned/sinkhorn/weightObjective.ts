import {
  dispose,
  mul,
  neg,
  squaredDifference,
  sub,
  sum,
  type Tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import type { Params } from '../../../params';
import { readAndDispose } from '../../../runtime';
import { permuteResolved, type ResolvedSpec } from '../../../symmetry/internal';
import type { SoftObjective } from './softObjective';

/** An objective of the weights alone. */
export type WeightObjective = 'similarity' | 'distance';

/**
 * −S = −Σ_w ⟨A_w, θ_w(P)⟩, or the mean of |A_w − θ_w(P)|² over all values.
 *
 * @param names - The included parameters that groups move.
 */
export function weightObjective(
  resolved: ResolvedSpec,
  a: Params,
  b: Params,
  kind: WeightObjective,
  names: readonly string[],
): SoftObjective {
  const size = names.reduce((total, name) => total + a[name].size, 0) || 1; // No group: a distance of 0.
  const lossOf = (soft: Params) => (kind === 'similarity' ? minusS(soft) : meanDistance(soft));
  return {
    async lossAt(soft) {
      const upstream = tidy(() =>
        Object.fromEntries(names.map((name) => [name, upstreamOf(a[name], soft[name])])),
      );
      try {
        return { loss: await lossOf(soft), upstream };
      } catch (error) {
        dispose(upstream);
        throw error;
      }
    },
    async measure(permutations) {
      const permuted = permuteResolved(resolved, b, permutations);
      try {
        return await lossOf(permuted);
      } finally {
        dispose(permuted);
      }
    },
  };

  function upstreamOf(own: Tensor, soft: Tensor): Tensor {
    return kind === 'similarity' ? neg(own) : mul(sub(soft, own), 2 / size);
  }

  async function minusS(soft: Params): Promise<number> {
    return -(await total((own, other) => mul(own, other), soft));
  }

  async function meanDistance(soft: Params): Promise<number> {
    return (await total((own, other) => squaredDifference(own, other), soft)) / size;
  }

  async function total(of: (own: Tensor, soft: Tensor) => Tensor, soft: Params): Promise<number> {
    let all = 0;
    for (const name of names) {
      const [value] = await readAndDispose(tidy(() => sum(of(a[name], soft[name]))));
      all += value;
    }
    return all;
  }
}
