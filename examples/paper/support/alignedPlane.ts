import * as tf from '@tensorflow/tfjs-core';
import {
  type Evaluate,
  type LossPlaneReport,
  lossPlane,
  type Params,
  type PermutationSpec,
  permutationsFrom,
  permute,
  type StrongConnectivityReport,
} from 'perm-lmc';

/** The plane through three networks, loaded by these functions and permuted. */
export async function alignedPlane(
  networks: readonly (() => Promise<Params>)[],
  permutations: StrongConnectivityReport['permutations'],
  options: {
    readonly spec: PermutationSpec;
    readonly evaluate: Evaluate<'loss' | 'error'>;
    readonly points: number;
  },
): Promise<LossPlaneReport<'loss' | 'error'>> {
  const { spec, evaluate, points } = options;
  const aligned: Params[] = [];
  for (const [i, load] of networks.entries()) {
    const params = await load();
    aligned.push(permute(spec, params, permutationsFrom(permutations[i])));
    tf.dispose(params);
  }
  const [a, b, c] = aligned;
  const plane = await lossPlane(a, b, c, evaluate, { points });
  tf.dispose(aligned);
  return plane;
}
