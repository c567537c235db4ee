import { dispose } from '@tensorflow/tfjs-core';
import { assertNumber, assertOptions } from '../../checks';
import { named } from '../../errors';
import type { Params } from '../../params';
import { createDeviceYieldPoint, longWork } from '../../runtime';
import type { PermutationSpec } from '../../symmetry';
import { specOfNetwork } from '../embed/specOfNetwork';
import { resolvePair } from '../partial/resolvePair';
import { combineUnits } from '../units/combineUnits';
import { assertTransportable } from './assertTransportable';
import { movedNetwork } from './movedNetwork';
import type { OtFusionOptions } from './otFusionOptions';
import type { TransportPlan } from './transportPlan';

/** The result of {@link otFusion}. */
export interface OtFusionResult {
  /** The merged network, of a's width: new tensors; the caller disposes them. */
  readonly params: Params;
  /** The spec with the sizes of a. */
  readonly spec: PermutationSpec;
  /** By group, the transport between the units of a and those of b. */
  readonly plans: Readonly<Record<string, TransportPlan>>;
}

/**
 * Merges a network into another of the same or another width by optimal transport of its units (OT fusion). For each
 * group, in the order of the spec,
 *
 *     T = argmin ⟨T, C⟩,     C_ij = |a_i − b_j|,     T·1 = μ = 1/n_A,     Tᵀ·1 = ν = 1/n_B
 *
 * exactly, where a_i and b_j are the weights that produce the units, and what they read of b has been moved to the units
 * of a. Then the units of b move along T: producers become diag(1/μ)·T·W, the mean of the units that arrive, and
 * consumers T·diag(1/ν)·V, their sum, so that each unit of b is read once in all. The result is (1−α)·A + α·B̃.
 *
 * At equal widths T is a permutation, and B̃ computes the function of b. So it does if the units of b that arrive at
 * a unit of a compute the same.
 *
 * Weights that read units of later groups or of the group itself are not compared, nor are parameters of batch
 * normalisations. Their variances are averaged, which is too large: recompute them with `resetBatchNorm`. Extra memory:
 * b three times, and 24·n_A·n_B bytes for a group.
 *
 * @param spec - The axes that share each group, with their roles.
 * @param a - The network whose width the result has, such as `a.kernel` `[inputs, n_A]`.
 * @param b - Another of the same names, such as `b.kernel` `[inputs, n_B]`. Both are left as they are.
 * @param options - All have defaults.
 * @throws InvalidInputError before any work, when the networks do not fit the spec, alpha is out of range, or a group
 * is inside another, is read together, or is on an axis without a role or with both; and when a weight is not finite.
 * AbortError on abort.
 * @see Singh and Jaggi 2020, Model Fusion via Optimal Transport (arXiv 1910.05653).
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { otFusion, permutationSpec } from 'perm-lmc';
 *
 * const spec = permutationSpec({ in: '_ h>', out: '>h _' });
 * const a = { in: tf.tensor2d([[2], [0]]), out: tf.tensor2d([[6]]) };
 * const b = { in: tf.tensor2d([[2, 2], [0, 0]]), out: tf.tensor2d([[3], [5]]) };
 * const { params, plans } = await otFusion(spec, a, b);
 * plans.h.mass; // Float64Array [0.5, 0.5]
 * await params.out.data(); // Float32Array [7]: ½·6 + ½·(3 + 5)
 * ```
 */
export async function otFusion(
  spec: PermutationSpec,
  a: Params,
  b: Params,
  options: OtFusionOptions = {},
): Promise<OtFusionResult> {
  return named('otFusion', async () => {
    assertOptions(options, { alpha: true, signal: true, onProgress: true });
    const { alpha = 0.5 } = options;
    const { signal, onProgress } = longWork(options);
    const isShare = (value: number) => value >= 0 && value <= 1;
    assertNumber('alpha', alpha, isShare, 'a number in [0, 1]', 'Leave it out for 0.5');
    const pair = resolvePair(spec, a, b);
    assertTransportable(pair.specA, pair.resolvedA);
    const yieldPoint = createDeviceYieldPoint(signal);
    await yieldPoint();
    const { moved, plans } = await movedNetwork(spec, pair, yieldPoint, onProgress);
    try {
      const inUnitsOfA = { ...b, ...moved };
      const networks = [
        { spec: pair.specA, params: a, maps: {}, weight: 1 - alpha },
        { spec: specOfNetwork(spec, inUnitsOfA), params: inUnitsOfA, maps: {}, weight: alpha },
      ];
      const { params } = await combineUnits(networks, 'optimal transport', yieldPoint);
      return { params, spec: pair.specA, plans };
    } finally {
      dispose(moved);
    }
  });
}
