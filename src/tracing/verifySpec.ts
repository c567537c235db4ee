import { tidy } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { NetworkInput, Params } from '../params';
import { inputList } from '../params/internal';
import type { PermutationSpec } from '../symmetry';
import type { TracedForward } from './capture/tracedCall';
import { outputsOf } from './verification/forwardPass';
import {
  type SpecVerification,
  VERIFY_SPEC_OPTIONS,
  type VerifySpecOptions,
} from './verification/specVerification';
import { verifyGroups } from './verification/verifyGroups';

export type {
  OutputVerification,
  SpecVerification,
  VerifySpecOptions,
} from './verification/specVerification';

/**
 * Checks a spec against a network: permutes all groups at random, several times, and compares the outputs.
 * Where they differ, it finds the groups at fault by halving.
 *
 * Each output is judged by itself, and in it each feature, a position of an axis other than the batch:
 *
 * error = max (|f(Pθ) − f(θ)| − rounding)⁺ / spread
 *
 * spread is the standard deviation of the feature over samples and positions, or how much it changes with
 * other weights, whichever is smaller. rounding is the change that an error of rounding in each weight
 * makes, four times over, and four units of the value. So neither a large output nor an offset hides a
 * change of a small one; what varies too little for its precision is told in `warnings`.
 *
 * Kernels that select (top-k, argmax, non-maximum suppression) select as before where their input is the
 * same within rounding, so that ties do no harm. What they select from is judged as an output, in any order.
 *
 * @param spec - Any spec, derived or written by hand.
 * @param forward - The network's function of its params and one input, as at inference.
 * @param params - A network; left as it is.
 * @param inputs - One input (a tensor, or an array or a record of tensors) or an array of inputs, two samples
 * or more in all. An array of tensors is an array of inputs unless forward fails on the first tensor and runs
 * on the whole array.
 * @param options - All have defaults.
 * @throws InvalidInputError when the params do not fit the spec, or the outputs cannot be compared: forward
 * throws, is asynchronous, returns no tensor, or other values each time.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { type Params, permutationSpec, verifySpec } from 'perm-lmc';
 *
 * const params = { w1: tf.randomNormal([3, 8]), w2: tf.randomNormal([8, 2]) };
 * const forward = ({ w1, w2 }: Params, x: tf.Tensor) => tf.matMul(tf.relu(tf.matMul(x, w1)), w2);
 * const spec = permutationSpec({ w1: '_ h', w2: 'h _' });
 * (await verifySpec(spec, forward, params, tf.randomNormal([4, 3]))).ok; // true
 * ```
 */
export async function verifySpec(
  spec: PermutationSpec,
  forward: TracedForward,
  params: Params,
  inputs: NetworkInput | readonly NetworkInput[],
  options: VerifySpecOptions = {},
): Promise<SpecVerification> {
  return named('verifySpec', async () => {
    assertOptions(options, VERIFY_SPEC_OPTIONS);
    const list = inputList(inputs, (input) =>
      tidy(() => {
        outputsOf(() => forward(params, input));
      }),
    );
    return verifyGroups(spec, forward, params, list, options);
  });
}
