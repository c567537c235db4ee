import { tidy } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { NetworkInput, Params } from '../params';
import { inputList } from '../params/internal';
import { withFastProducts } from '../runtime';
import type { PermutationSpec } from '../symmetry';
import type { TracedForward } from './capture/tracedCall';
import { assertVerifyOptions } from './verification/assertVerifyOptions';
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
 * If they differ, the groups at fault are found by halving.
 *
 * Each output is compared separately. So is each of its features: the positions of an axis other than the batch.
 *
 * error = max (|f(Pθ) − f(θ)| − rounding)⁺ / spread
 *
 * spread is the smaller of two numbers: the standard deviation of the feature over samples and positions, and
 * its change under other weights. rounding is four times the change caused by a rounding error in each weight,
 * plus four units of rounding of the value. A change of a small output is therefore seen beside a large output
 * or an offset. An output that varies too little for its precision gets a warning.
 *
 * Kernels that select (top-k, argmax, non-maximum suppression) select as before if their input is the same within
 * rounding, so ties are harmless. The values they select from are compared as an output, in any order.
 *
 * @param spec - Any spec, derived or written by hand.
 * @param forward - The network's function of its params and one input, in inference mode.
 * @param params - A network, a record of tensors of the shapes in the spec; left as it is.
 * @param inputs - One input (a tensor [batch, …], or an array or a record of tensors) or an array of inputs, two
 * samples or more in all. An array of tensors is an array of inputs unless `forward` fails on the first tensor
 * and runs on the whole array.
 * @param options - All have defaults.
 * @throws InvalidInputError when the params do not fit the spec, or the outputs cannot be compared: `forward`
 * throws, is asynchronous, returns no tensor, or returns other values each time. AbortError on abort.
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
    assertVerifyOptions(options);
    const list = inputList(inputs, (input) =>
      tidy(() => {
        outputsOf(() => withFastProducts(() => forward(params, input)));
      }),
    );
    return verifyGroups(spec, forward, params, list, options);
  });
}
