import { assertOptions, kindOf, type OptionTable } from '../checks';
import { invalid, named } from '../errors';
import type { NetworkInput, Params } from '../params';
import type { PermutationSpec } from '../symmetry';
import { traceForward } from './capture/trace';
import type { TracedForward } from './capture/tracedCall';
import { assertVerifyOptions } from './verification/assertVerifyOptions';
import { VERIFY_SPEC_OPTIONS, type VerifySpecOptions } from './verification/specVerification';
import { verifyGroups } from './verification/verifyGroups';

export type { TracedForward } from './capture/tracedCall';

/** Options of {@link traceSpec}. */
export interface TraceSpecOptions extends VerifySpecOptions {
  /**
   * True to permute every group at random and compare the outputs. Groups that change them are fixed, with a
   * warning. A forward that draws random numbers is refused: a trace cannot distinguish them from constants.
   * Default true.
   */
  verify?: boolean;
  /** More inputs to verify with, for example of other sizes. Default none. */
  inputs?: readonly NetworkInput[];
}

/** The names of the options of {@link traceSpec}. */
export const TRACE_SPEC_OPTIONS = {
  ...VERIFY_SPEC_OPTIONS,
  verify: 'boolean',
  inputs: true,
} as const satisfies OptionTable<TraceSpecOptions>;

/**
 * Derives the spec of a network from a run of its forward pass: the axes of parameters that may be permuted
 * together without changing the output. Works on any code that calls tfjs kernels: convolutions, flattening,
 * normalisation, residual streams, recurrence, attention heads.
 *
 * Each kernel ties axes together. In y = relu(x·W) the columns of W may move if the rows of the next weights
 * move with them. x + f(x) ties two outputs. With a softmax over attention scores, heads may move, and so may
 * the dimensions inside each head. Axes that reach the output or meet an axis of the input are fixed.
 * `explainSpec` gives the reason for each fixed axis.
 *
 * The spec holds for the branches that the run took. Give a recurrent network two steps or more, and one input
 * for each length that changes the operations.
 *
 * @param forward - The network's function of `params` and `input`, synchronous and in inference mode
 * (`training = false`). It returns a tensor, or arrays and records of tensors. Weights that are not in `params`
 * are constants.
 * @param params - The network: tensors or variables of any shapes, left as they are. Parameters of a dtype other
 * than float32 are fixed.
 * @param input - A small batch: a tensor [batch, …], or an array or a record of tensors.
 * @param options - All have defaults.
 * @returns The spec, with all sizes and its `derivation`.
 * @throws InvalidInputError when `forward` is not a function, throws (the error is the `cause`), is asynchronous,
 * returns no tensor, uses none of the params, or draws random numbers.
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
 * Ainsworth, Hayase, Srinivasa 2023, Git Re-Basin (arXiv 2209.04836), defines such specs and writes them by hand.
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
    assertVerifyOptions(options);
    if (!Array.isArray(inputs)) {
      throw invalid(
        `inputs must be an array of further inputs, received ${kindOf(inputs)}`,
        'Pass each as forward takes it, or leave them out',
        { param: 'inputs', received: inputs },
      );
    }
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
