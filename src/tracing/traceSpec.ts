import { assertOptions } from '../checks';
import { named } from '../errors';
import type { NetworkInput, Params } from '../params';
import type { PermutationSpec } from '../symmetry';
import { traceForward } from './capture/trace';
import type { TracedForward } from './capture/tracedCall';
import { VERIFY_SPEC_OPTIONS, type VerifySpecOptions } from './verification/specVerification';
import { verifyGroups } from './verification/verifyGroups';

export type { TracedForward } from './capture/tracedCall';

/** Options of {@link traceSpec}. */
export interface TraceSpecOptions extends VerifySpecOptions {
  /**
   * Permutes every group at random and compares the outputs; groups that change them are fixed and the
   * derivation says so. It also refuses a forward that draws random numbers, which a trace cannot tell
   * from constants. Default true.
   */
  verify?: boolean;
  /** More inputs to verify with, of other sizes, say. Default none. */
  inputs?: readonly NetworkInput[];
}

/** The names of the options of {@link traceSpec}. */
export const TRACE_SPEC_OPTIONS = {
  ...VERIFY_SPEC_OPTIONS,
  ...{ verify: true, inputs: true },
} as const satisfies Record<keyof TraceSpecOptions, true>;

/**
 * Derives the spec of a network from one run of its forward pass: which axes of which parameters may be
 * permuted together so that the output stays the same. Works on whatever calls tfjs kernels, whoever
 * wrote it: convolutions, flattening, normalisation, residual streams, recurrence, attention heads.
 *
 * Each kernel tells what must move alike: y = relu(x·W) lets the columns of W move if the rows of the
 * next weights do; x + f(x) ties two outputs; a softmax over attention scores leaves heads to move, and
 * the dimensions inside each head by themselves. What reaches the output or meets the axes of the input
 * is fixed. Of all permutations that leave the network as it is those of this form are found, and
 * `explainSpec` tells why an axis is fixed.
 *
 * The spec holds for the branches that the run took. Give a recurrent network two steps or more, and an
 * input for each length that changes what is computed.
 *
 * @param forward - Synchronous, as at inference (`training = false`); it gets `params` and `input`, and
 * returns a tensor or any arrays and records of tensors. Weights that it holds besides are constants.
 * @param params - A network, variables or tensors; left as it is. Parameters that are no float32 are fixed.
 * @param input - A small batch: a tensor, or an array or a record of tensors.
 * @param options - All have defaults.
 * @returns The spec, with sizes filled in and its `derivation`.
 * @throws InvalidInputError when `forward` is no function, throws (the cause is attached), is
 * asynchronous, returns no tensor, uses none of the params or draws random numbers.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import { type Params, traceSpec } from 'perm-lmc';
 *
 * const params = {
 *   'conv/kernel': tf.randomNormal([3, 3, 1, 4]), 'conv/bias': tf.zeros([4]),
 *   'dense/kernel': tf.randomNormal([6 * 6 * 4, 10]),
 * };
 * const forward = (p: Params, x: tf.Tensor4D) => {
 *   const h = tf.conv2d(x, p['conv/kernel'] as tf.Tensor4D, 1, 'valid');
 *   const a = tf.relu(tf.add(h, p['conv/bias']));
 *   return tf.matMul(tf.reshape(a, [x.shape[0], -1]), p['dense/kernel']);
 * };
 * const spec = await traceSpec(forward, params, tf.randomNormal([2, 8, 8, 1]));
 * spec.params['dense/kernel']; // the pattern '(36 conv) 10'
 * ```
 *
 * Ainsworth, Hayase, Srinivasa 2023, Git Re-Basin (arXiv 2209.04836) defines such specs, written by hand.
 */
export async function traceSpec(
  forward: TracedForward,
  params: Params,
  input: NetworkInput,
  options: TraceSpecOptions = {},
): Promise<PermutationSpec> {
  return named('traceSpec', async () => {
    assertOptions(options, TRACE_SPEC_OPTIONS);
    const { verify = true, inputs = [], ...verification } = options;
    let trace = traceForward(forward, params, input);
    if (!verify) return trace.spec;
    for (;;) {
      const found = await verifyGroups(
        trace.spec,
        forward,
        params,
        [input, ...inputs],
        verification,
      );
      if (found.ok) return withWarnings(trace.spec, found.warnings);
      const why = 'moving it changed the outputs';
      trace = trace.withPinned(new Map(Object.keys(found.groups).map((name) => [name, why])));
    }
  });
}

function withWarnings(spec: PermutationSpec, more: readonly string[]): PermutationSpec {
  const { fixed, warnings } = spec.derivation!;
  return { ...spec, derivation: { fixed, warnings: [...warnings, ...more] } };
}
