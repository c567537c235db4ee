import { assertObject, assertOptions } from '../../checks';
import { named } from '../../errors';
import type { Params } from '../../params';
import { assertInputs, assertSameNames, assertSameShape, mapParams } from '../../params/internal';
import type { ResetBatchNormOptions } from '../../repair';
import { measureContractions, type RepairData, repairTowards } from '../../repair/internal';
import { createDeviceYieldPoint, longWork } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { resolveSpec, shapesOf } from '../../symmetry/internal';
import { combinedShapes } from '../units/combinedShapes';
import { clusterMaps } from './clusterMaps';
import { clusterTargets, type FoldedNetwork } from './clusterTargets';
import type { FoldResult } from './foldOptions';

/**
 * Repairs the statistics of a folded network's hidden units on unlabelled data, as `repair` does for an average. The
 * pre-activation of each merged unit gets the mean and the standard deviation
 *
 *     μ = Σ aᵢ μᵢ      σ = Σ |aᵢ| σᵢ / Σ |aᵢ|
 *
 * of its members i in the parent, with the weights aᵢ of their producers, by a scale and a shift of its kernel and
 * bias. A unit that stayed alone gets its own statistics back. If a batch normalisation follows, its moving statistics
 * are recomputed instead, as by `resetBatchNorm`. Layers are found and repaired as by `repair`;
 * one that is folded to a single unit stays as it is.
 *
 * @param spec - The spec that `fold` was called with.
 * @param folded - The result of `fold`; its params are left as they are.
 * @param parent - The network that was folded; left as it is.
 * @param options - `forward` and `inputs`, tensors [N, …] or batches, are required; all others have defaults.
 * `forward` runs both networks, so it must read sizes from the shapes of its tensors.
 * @returns New tensors for all parameters, of the shapes in `folded.params`; the caller disposes them.
 * @throws InvalidInputError when the fold does not come from the parent, no layer can be repaired, `forward` runs other
 * operations for one network than for the other, or measured values are not finite. AbortError on abort.
 * @see Jordan et al. 2023, REPAIR (arXiv 2211.08403).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fold, permutationSpec, repairFolded } from 'perm-lmc';
 *
 * const spec = permutationSpec({ w: '_ h>', b: 'h>', o: '>h _' });
 * const network = { w: tf.randomNormal([8, 16]), b: tf.zeros([16]), o: tf.randomNormal([16, 4]) };
 * const forward = ({ w, b, o }: tf.NamedTensorMap, x: tf.Tensor) =>
 *   tf.matMul(tf.relu(tf.add(tf.matMul(x as tf.Tensor2D, w as tf.Tensor2D), b)), o as tf.Tensor2D);
 * const folded = await fold(spec, network, { ratio: 0.5 });
 * const inputs = tf.randomNormal([500, 8]);
 * const repaired = await repairFolded(spec, folded, network, { forward, inputs });
 * ```
 */
export async function repairFolded(
  spec: PermutationSpec,
  folded: Pick<FoldResult, 'params' | 'spec' | 'clusters' | 'weights'>,
  parent: Params,
  options: ResetBatchNormOptions,
): Promise<Params> {
  return named('repairFolded', async () => {
    assertOptions(options, {
      forward: true,
      inputs: true,
      batchSize: true,
      signal: true,
      onProgress: true,
    });
    const { forward, inputs, batchSize = 250 } = options;
    const { signal, onProgress } = longWork(options);
    const network = foldedNetwork(spec, folded, parent);
    assertInputs(inputs, batchSize);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const data: RepairData = { forward, inputs, batchSize, signal, yieldPoint, onProgress };
    return repairTowards(folded.params, data, async (layers) =>
      layers.length === 0
        ? new Map()
        : clusterTargets(network, layers, await measureContractions(parent, data)),
    );
  });
}

/** @throws InvalidInputError when the fold does not come from the parent. */
function foldedNetwork(
  spec: PermutationSpec,
  folded: Pick<FoldResult, 'params' | 'spec' | 'clusters' | 'weights'>,
  parent: Params,
): FoldedNetwork {
  const remedy = 'Pass what fold returned';
  assertObject('folded', folded, remedy);
  const { clusters, weights } = folded;
  assertObject('folded.clusters', clusters, remedy);
  assertObject('folded.weights', weights, remedy);
  const resolved = resolveSpec(spec, parent);
  resolveSpec(folded.spec, folded.params);
  const maps = clusterMaps(resolved.groups, { clusters, weights });
  const names = ['the fold of parent', 'folded.params'] as const;
  const sizes = mapParams(maps, ({ size }) => size);
  const shapes = combinedShapes(spec, shapesOf(parent), folded.spec, sizes);
  const own = shapesOf(folded.params);
  assertSameNames(shapes, own, names, ({ from, to }) => `rename '${from}' to '${to}'`);
  for (const name of Object.keys(shapes)) assertSameShape(name, shapes[name], own[name], names);
  return { parent, resolved, folded, maps };
}
