import { assertOptions } from '../checks';
import { named } from '../errors';
import type { Params } from '../params';
import { assertPrunesOnly, assertSameMasks, prunableNames, readMask } from './assertMask';
import type { MaskCountOptions } from './density';
import { isPrunable } from './isPrunable';

/** The weights that two masks have in common. */
export interface OverlapCount {
  /** The number of weights. */
  readonly weights: number;
  /** The number of weights that both masks keep. */
  readonly intersection: number;
  /** The number of weights that at least one of them keeps. */
  readonly union: number;
  /** intersection / union, in [0, 1]; 1 if the union is empty. */
  readonly jaccard: number;
}

/** The report of {@link maskOverlap}: the prunable weights in total, and by parameter. Plain data. */
export interface MaskOverlap extends OverlapCount {
  /** For each prunable parameter. */
  readonly parameters: Readonly<Record<string, OverlapCount>>;
}

/**
 * The overlap of two masks (Jaccard index). For the sets A and B of the weights that they keep,
 *
 *     J(A, B) = |A ∩ B| / |A ∪ B|
 *
 * in total and by parameter, over the prunable weights. Two independent random masks of density d have
 * J ≈ d / (2 − d). Compare with that, or with {@link randomMask}, before calling an overlap large.
 *
 * @param a - A mask.
 * @param b - Another mask of the same names and shapes. Both are left as they are.
 * @param options - All have defaults.
 * @throws InvalidInputError when the masks differ in names or shapes, are not float32, have other
 * values than 0 and 1, prune a parameter that is not prunable, or have no prunable parameter.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { maskOverlap } from 'perm-lmc';
 *
 * const a = { kernel: tf.tensor2d([[0, 0, 1, 1]]) };
 * const b = { kernel: tf.tensor2d([[0, 1, 0, 1]]) };
 * (await maskOverlap(a, b)).jaccard; // 1 / 3
 * ```
 */
export async function maskOverlap(
  a: Params,
  b: Params,
  options: MaskCountOptions = {},
): Promise<MaskOverlap> {
  return named('maskOverlap', async () => {
    assertOptions(options, { prunable: true });
    const { prunable = isPrunable } = options;
    assertSameMasks(a, b);
    const names = prunableNames(a, prunable);
    const keptByA = await readMask(a, 'a');
    const keptByB = await readMask(b, 'b');
    for (const values of [keptByA, keptByB]) assertPrunesOnly(names, values);
    const counts = names.map((name) => [name, compare(keptByA[name], keptByB[name])] as const);
    const total = (key: 'weights' | 'intersection' | 'union') =>
      counts.reduce((sum, [, count]) => sum + count[key], 0);
    return {
      ...overlapOf(total('weights'), total('intersection'), total('union')),
      parameters: Object.fromEntries(counts),
    };
  });
}

function compare(a: Float32Array, b: Float32Array): OverlapCount {
  let intersection = 0;
  let union = 0;
  for (let i = 0; i < a.length; i++) {
    intersection += a[i] * b[i];
    union += Math.max(a[i], b[i]);
  }
  return overlapOf(a.length, intersection, union);
}

function overlapOf(weights: number, intersection: number, union: number): OverlapCount {
  return { weights, intersection, union, jaccard: union === 0 ? 1 : intersection / union };
}
