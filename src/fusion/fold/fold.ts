import { assertOptions } from '../../checks';
import { named } from '../../errors';
import type { Params } from '../../params';
import { createDeviceYieldPoint, longWork } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { resolveSpec } from '../../symmetry/internal';
import { assertFoldOptions } from './assertFoldOptions';
import { FOLD_OPTIONS, type FoldOptions, type FoldResult } from './foldOptions';
import { foldPlan } from './foldPlan';
import { foldUnits } from './foldUnits';

/**
 * Makes a network smaller without data: similar units of each group are merged into one (model folding). The producers
 * of the members are averaged and their consumers added,
 *
 *     w = Σ aᵢ wᵢ,  Σ aᵢ = 1        o = Σ oᵢ
 *
 * so the function stays the same where the members of each cluster agree, whatever their consumers. Groups are folded
 * in the order of the spec; each is compared with the merged inputs of the groups before it. Whole heads are merged
 * with each other, dimension by dimension, and dimensions inside each head.
 *
 * Batch normalisations are found by their names, as `estimateBatchNorm` finds them. Units are compared by what kernel
 * and normalisation compute together, and the merged variance is estimated from the cosines of the filters (Fold-AR,
 * `variance`). With unlabelled inputs, `resetBatchNorm` on the result is better.
 *
 * A group is refused that is read together, such as a residual stream under a layer norm (`inexact` allows it), or
 * that is on an axis without a role or with both. `ratio` leaves such groups as they are and lists them in `kept`.
 *
 * Extra memory: the network twice, and 32·n² bytes for a group of n units.
 *
 * @param spec - The axes that share each group, with their roles.
 * @param params - The network, a record of float32 tensors of any shapes; left as it is.
 * @param options - `sizes` or `ratio` is required; the others have defaults.
 * @returns The smaller network, its spec, and the clusters.
 * @throws InvalidInputError before any work, when the params do not fit the spec, a size or an option is out of range,
 * a group in `sizes` cannot be folded, or its weights are not finite. AbortError on abort.
 * @see Wang et al. 2025, Forget the data and fine-tuning! Just fold the network to compress (arXiv 2502.10216).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { fold, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ w: '_ h>', o: '>h _' });
 * // Three units: the first two compute the same.
 * const network = { w: tf.tensor2d([[1, 1, -2]]), o: tf.tensor2d([[2], [3], [1]]) };
 * const { params, clusters } = await fold(spec, network, { sizes: { h: 2 } });
 * clusters.h; // Int32Array [0, 0, 1]
 * await params.o.data(); // Float32Array [5, 1]
 * ```
 */
export async function fold(
  spec: PermutationSpec,
  params: Params,
  options: FoldOptions,
): Promise<FoldResult> {
  return named('fold', async () => {
    assertOptions(options, FOLD_OPTIONS);
    const { sizes, ratio, allocate = 'error', method = 'pairs' } = options;
    const { variance = 'norms', epsilon = 1e-5, inexact = [], restarts = 10, seed = 0 } = options;
    const { signal, onProgress } = longWork(options);
    assertFoldOptions({
      sizes,
      ratio,
      allocate,
      method,
      variance,
      epsilon,
      inexact,
      restarts,
      seed,
    });
    const resolved = resolveSpec(spec, params);
    const plan = foldPlan(spec, { params, resolved }, { sizes: sizes ?? {}, ratio, inexact });
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    return foldUnits(spec, { params, resolved }, plan, {
      ...{
        given: sizes ?? {},
        ratio: ratio ?? 1,
        allocate,
        method,
        variance,
        epsilon,
        restarts,
        seed,
      },
      ...{ yieldPoint, onProgress },
    });
  });
}
