import { clone, tensor, tidy } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { WeightOptions } from '../merging';
import { mixtureWeights } from '../merging/internal';
import type { Params } from '../params';
import { mapParams } from '../params/internal';
import { read } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import { resolveSpec, shapesOf } from '../symmetry/internal';
import { assertParents } from './assertParents';
import { estimateVariance } from './estimate/estimateVariance';
import { normProducers } from './estimate/normProducers';

/** Options of {@link estimateBatchNorm}: the weights of the parents in the merged network, as for `average`. */
export interface EstimateBatchNormOptions extends WeightOptions {}

/** The result of {@link estimateBatchNorm}. */
export interface EstimatedBatchNorm {
  /** The merged network with estimated variances: new tensors; the caller disposes them. */
  readonly params: Params;
  /** The variances that were estimated. */
  readonly estimated: readonly string[];
  /** The variances of `merged` that are left as they are, because the kernel before them was not found. */
  readonly interpolated: readonly string[];
}

/**
 * Estimates the moving variances of a merged network's batch normalisations without data. The weighted mean of the
 * parents' variances is too large, because the inputs of matched units are only partly correlated. With the cosines ρ
 * of the filters before the normalisation
 *
 *     var = Σᵢⱼ wᵢ wⱼ ρᵢⱼ √(vᵢ vⱼ)
 *
 * The moving means Σ wᵢμᵢ of `merged` are kept. The estimate is exact for a first layer on uncorrelated inputs of
 * equal variance, and if all parents are equal. In deeper layers it is approximate: use {@link resetBatchNorm} if there
 * are unlabelled inputs.
 *
 * Batch normalisations are found by name: `….running_mean` and `….running_var` with kernels in PyTorch's layout
 * (outputs on the first axis), or `…/moving_mean` and `…/moving_variance` with kernels in tfjs's (outputs on the last
 * axis, depthwise kernels on the last two). The kernel before one is the only one with its group on the output axis.
 * In a residual stream it is the one that the names show (`conv1` and `bn1`, `downsample.0` and `downsample.1`), or
 * else the last one before the normalisation in the spec. A normalisation of a concatenation has a kernel for each
 * segment.
 *
 * @param spec - The axes that share each group.
 * @param merged - The mean of the parents, such as `interpolate(a, aligned, 0.5)`: a record of tensors of any shapes;
 * left as it is. For `interpolate(a, aligned, alpha)` pass the weights [1 − alpha, alpha].
 * @param parents - The networks that were merged, aligned with each other, of the names and shapes of `merged`.
 * @param options - All have defaults.
 * @returns The network, and the names of the variances that were and were not estimated.
 * @throws InvalidInputError when the networks differ or do not fit the spec, or, without `anyWeights`, weights are
 * negative or do not sum to 1.
 * @see Jordan et al. 2023, REPAIR (arXiv 2211.08403), for the statistics on data.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { estimateBatchNorm, interpolate, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ 'conv/kernel': '_ h', 'bn/moving_mean': 'h', 'bn/moving_variance': 'h' });
 * const network = (filter: number[]) => ({
 *   'conv/kernel': tf.tensor2d(filter, [2, 1]),
 *   'bn/moving_mean': tf.zeros([1]),
 *   'bn/moving_variance': tf.ones([1]),
 * });
 * const parents = [network([1, 0]), network([0.6, 0.8])];
 * const merged = interpolate(parents[0], parents[1], 0.5);
 * const { params } = await estimateBatchNorm(spec, merged, parents);
 * await params['bn/moving_variance'].data(); // Float32Array [0.8]
 * ```
 */
export async function estimateBatchNorm(
  spec: PermutationSpec,
  merged: Params,
  parents: readonly Params[],
  options: EstimateBatchNormOptions = {},
): Promise<EstimatedBatchNorm> {
  return named('estimateBatchNorm', async () => {
    assertOptions(options, { weights: true, anyWeights: 'boolean' });
    const { weights, anyWeights } = options;
    const resolved = resolveSpec(spec, merged);
    assertParents(merged, parents);
    const own = mixtureWeights(parents.length, { weights, anyWeights });
    const shapes = shapesOf(merged);
    const readParent = (parent: number, name: string) => read(parents[parent][name]);
    const variances = new Map<string, Float64Array>();
    const interpolated: string[] = [];
    for (const { variance, producers } of normProducers(resolved, shapes)) {
      if (producers === null) interpolated.push(variance);
      else {
        const norm = { variance, producers };
        variances.set(variance, await estimateVariance(norm, own, shapes, readParent));
      }
    }
    const params = tidy(() =>
      mapParams(merged, (each, name) => {
        const values = variances.get(name);
        return values ? tensor(Float32Array.from(values), each.shape, 'float32') : clone(each);
      }),
    );
    return { params, estimated: [...variances.keys()], interpolated };
  });
}
