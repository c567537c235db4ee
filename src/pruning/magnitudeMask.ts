import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { assertRecord, assertTensor } from '../params/internal';
import { createDeviceYieldPoint } from '../runtime';
import { amountOf, assertScope, type PruningScope } from './amountOf';
import { assertMaskOf, prunableNames } from './assertMask';
import { isPrunable, type PrunableFilter } from './isPrunable';
import { prunedMask } from './prunedMask';

/** Options of {@link magnitudeMask}: either `sparsity` or `count`; all others have defaults. */
export interface MagnitudeMaskOptions {
  /**
   * The fraction of the prunable weights to prune in total, in [0, 1). Of n weights, round(sparsity · n) are
   * pruned, halves rounded up: n is the number of all weights, or under scope `'layer'` of each parameter's.
   */
  sparsity?: number;
  /**
   * The number of weights to prune in total. Under scope `'layer'` it is divided in proportion to the
   * parameters' sizes: round(x · nᵢ) each, with the x for which the sum is right.
   */
  count?: number;
  /** Compares all prunable weights together, or those of each parameter separately. Default `'global'`. */
  scope?: PruningScope;
  /** Chooses the parameters that are pruned, by name and tensor. Default {@link isPrunable}. */
  prunable?: PrunableFilter;
  /** The mask of the weights that are pruned already. They stay pruned and are counted. Default: none. */
  mask?: Params;
  /** Aborts the work, which then rejects with the signal's reason. */
  signal?: AbortSignal;
}

/**
 * The mask that prunes the weights of least magnitude: exactly k of them,
 *
 *     m_i = 0 for the k weights of least |w_i|, 1 for the others
 *
 * A mask is params with the names and shapes of those that it masks, in float32: 1 for a weight that is kept and
 * 0 for a weight that is pruned. Parameters that are not prunable are all ones. So `permute(spec, mask,
 * permutations)` moves a mask as it moves the weights, and θ ⊙ m ({@link applyMask}) is the masked network.
 *
 * Among equal magnitudes the first are pruned: by the parameters' order in the record, then by flat index. The
 * same weights give the same mask on every backend. If no such tie crosses the threshold, pruning commutes with
 * permuting.
 *
 * @param params - A network; left as it is.
 * @param options - `sparsity` or `count`; all others have defaults.
 * @returns New tensors for all parameters; the caller disposes them.
 * @throws InvalidInputError when the amount is out of range or less than `mask` prunes already, no parameter
 * is prunable, a prunable tensor is not float32 or holds values that are not finite, or `mask` has other names
 * or shapes than the params, has other values than 0 and 1, or prunes a parameter that is not prunable.
 * AbortError on abort.
 * @see Frankle & Carbin 2019, The lottery ticket hypothesis (arXiv 1803.03635).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { magnitudeMask } from 'perm-lmc';
 *
 * const params = { kernel: tf.tensor2d([[1, -4], [-2, 3]]), bias: tf.tensor1d([0, 0]) };
 * const mask = await magnitudeMask(params, { sparsity: 0.5 });
 * await mask.kernel.data(); // Float32Array [0, 1, 0, 1]
 * await mask.bias.data(); // Float32Array [1, 1]
 * ```
 */
export async function magnitudeMask(
  params: Params,
  options: MagnitudeMaskOptions,
): Promise<Params> {
  return named('magnitudeMask', async () => {
    assertOptions(options, {
      sparsity: true,
      count: true,
      scope: true,
      prunable: true,
      mask: true,
      signal: true,
    });
    const { sparsity, count, scope = 'global', prunable = isPrunable, mask, signal } = options;
    const amount = amountOf(sparsity, count);
    assertScope(scope);
    assertRecord('params', params);
    for (const [name, tensor] of Object.entries(params)) assertTensor(name, tensor);
    if (mask !== undefined) assertMaskOf(params, mask);
    const names = prunableNames(params, prunable);
    const yieldPoint = createDeviceYieldPoint(signal);
    const made = await prunedMask(params, {
      names,
      mask: mask ?? null,
      amount,
      scope,
      yieldPoint,
    });
    return made.mask;
  });
}
