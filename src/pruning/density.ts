import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { assertMask, assertPrunesOnly, countZeros, prunableNames, readMask } from './assertMask';
import { isPrunable, type PrunableFilter } from './isPrunable';

/** The part of a set of weights that is kept. */
export interface DensityCount {
  /** The number of weights. */
  readonly weights: number;
  /** The number of weights that are kept. */
  readonly kept: number;
  /** kept / weights; 1 if there are no weights. */
  readonly density: number;
}

/** The report of {@link density}: the prunable weights in total, and by parameter. Plain data. */
export interface MaskDensity extends DensityCount {
  /** For each prunable parameter. */
  readonly parameters: Readonly<Record<string, DensityCount>>;
}

/** Options of the functions that count prunable weights of masks. */
export interface MaskCountOptions {
  /** Chooses the parameters that are counted: pass what the mask was made with. Default {@link isPrunable}. */
  prunable?: PrunableFilter;
}

/**
 * The fraction of the prunable weights that a mask keeps, in total and by parameter. Parameters that are never
 * pruned, such as biases, are not counted: a mask of `magnitudeMask(params, { sparsity: 0.8 })` has density 0.2.
 *
 * @param mask - Zeros and ones, as {@link magnitudeMask} makes it; left as it is.
 * @param options - All have defaults.
 * @throws InvalidInputError when the mask is not float32, has other values than 0 and 1, prunes a parameter
 * that is not prunable, or has no prunable parameter.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { density } from 'perm-lmc';
 *
 * const mask = { kernel: tf.tensor2d([[0, 1], [0, 0]]), bias: tf.ones([2]) };
 * (await density(mask)).density; // 0.25
 * (await density(mask)).parameters.kernel; // { weights: 4, kept: 1, density: 0.25 }
 * ```
 */
export async function density(mask: Params, options: MaskCountOptions = {}): Promise<MaskDensity> {
  return named('density', async () => {
    assertOptions(options, { prunable: true });
    const { prunable = isPrunable } = options;
    assertMask(mask);
    const names = prunableNames(mask, prunable);
    const values = await readMask(mask);
    assertPrunesOnly(names, values);
    const counts = names.map((name) => {
      const weights = values[name].length;
      return [name, densityOf(weights, weights - countZeros(values[name]))] as const;
    });
    const total = (key: 'weights' | 'kept') =>
      counts.reduce((sum, [, count]) => sum + count[key], 0);
    return {
      ...densityOf(total('weights'), total('kept')),
      parameters: Object.fromEntries(counts),
    };
  });
}

function densityOf(weights: number, kept: number): DensityCount {
  return { weights, kept, density: weights === 0 ? 1 : kept / weights };
}
