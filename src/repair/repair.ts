import { assertOptions } from '../checks';
import { named } from '../errors';
import { mixtureWeights } from '../merging/internal';
import type { Params } from '../params';
import { assertInputs } from '../params/internal';
import { createDeviceYieldPoint, longWork } from '../runtime';
import { assertParents } from './assertParents';
import { type OpenParent, repairMerged } from './repairMerged';
import type { RepairOptions } from './repairOptions';

/**
 * Repairs the statistics of a merged network's hidden units on data (REPAIR). The units of an averaged network vary
 * less than those of its parents, and more so in deeper layers. Each unit's pre-activation gets the mean and the
 * standard deviation
 *
 *     μ = Σ wᵢ μᵢ      σ = Σ wᵢ σᵢ
 *
 * of the parents, by a scale and a shift that are folded into the unit's weights and bias. No shape changes.
 * Layers are repaired in the order of the forward pass, and each is measured after the layers before it. The
 * channels of a convolution are measured over all positions. If a batch normalisation follows, its moving
 * statistics are recomputed instead, as by {@link resetBatchNorm}.
 *
 * The layers are found by tracing `forward`: dense layers, convolutions and other contractions with a kernel of
 * their own whose output has hidden units, that is, units of a permutation group. Logits are not hidden units.
 *
 * - A layer without a bias is scaled only; its progress then has `shifted: false`.
 * - A unit that does not vary keeps its scale.
 * - If a residual stream is not normalised, every layer that adds to it is repaired separately.
 * - A layer that is used several times has one set of statistics over all uses.
 * - A kernel is left as it is if something else uses it too (tied weights), or if it is computed from parameters
 *   other than by reshaping, transposing or slicing.
 *
 * @param merged - The network to repair, such as `interpolate(a, aligned, 0.5)`: a record of tensors of any
 * shapes; left as it is.
 * @param parents - The networks that were merged, aligned with each other, of the names and shapes of `merged`.
 * @param options - `forward` and `inputs`, tensors [N, …] or batches, are required; all others have defaults.
 * @returns New tensors for all parameters, of the shapes in `merged`; the caller disposes them.
 * @throws InvalidInputError when the networks differ, weights are negative or do not sum to 1, no layer can be
 * repaired, the operations of `forward` depend on values, or measured values are not finite. AbortError on abort.
 * @see Jordan et al. 2023, REPAIR: REnormalizing Permuted Activations for Interpolation Repair (arXiv
 * 2211.08403).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { interpolate, repair } from 'perm-lmc';
 *
 * const forward = ({ k1, b1, k2 }: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, k1 as tf.Tensor2D), b1)), k2 as tf.Tensor2D);
 * const network = () => ({ k1: tf.randomNormal([8, 16]), b1: tf.zeros([16]), k2: tf.randomNormal([16, 4]) });
 * const [a, b] = [network(), network()];
 * const merged = interpolate(a, b, 0.5);
 * const repaired = await repair(merged, [a, b], { forward, inputs: tf.randomNormal([500, 8]) });
 * ```
 */
export async function repair(
  merged: Params,
  parents: readonly Params[],
  options: RepairOptions,
): Promise<Params> {
  return named('repair', async () => {
    assertOptions(options, {
      forward: true,
      inputs: true,
      weights: true,
      batchSize: true,
      signal: true,
      onProgress: true,
    });
    const { forward, inputs, weights, batchSize = 250 } = options;
    const { signal, onProgress } = longWork(options);
    assertParents(merged, parents);
    const own = mixtureWeights(parents.length, { weights });
    assertInputs(inputs, batchSize);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const open: OpenParent = (i, work) => work(parents[i]);
    return repairMerged(merged, own, open, {
      ...{ forward, inputs, batchSize, signal, yieldPoint, onProgress },
    });
  });
}
