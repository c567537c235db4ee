import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { about, named } from '../errors';
import { deriveModelSpec, type ModelSpecOptions } from './deriveModelSpec';
import { graphModelForward } from './graphModelForward';
import { assertGraphModel, type GraphModelInput, type GraphModelLike } from './graphModelLike';
import { copyGraphWeights } from './graphModelParams';
import type { DeclaredInput } from './modelInput';
import type { ModelNetwork } from './modelNetwork';

/** Options of `graphModelNetwork` and `graphModelSpec`. */
export interface GraphModelSpecOptions extends ModelSpecOptions<GraphModelInput> {
  /**
   * The nodes at which the network ends, for graphs that go on with control flow (non-maximum suppression,
   * say), which only runs asynchronously. Default: the model's own outputs.
   */
  outputs?: readonly string[];
}

/**
 * A GraphModel as a network of this library: its params, its forward function, and its spec, derived by
 * tracing one forward pass and verified.
 *
 * Other models of the same graph need no spec of their own: read them by `graphModelParams`, and run
 * them by the same `forward`. Write the outcome into a model by `setGraphModelParams`.
 *
 * @typeParam Output - What the model's predict returns: a tensor, an array of them, or a record.
 * @param model - What tf.loadGraphModel resolves to; it is left as it is.
 * @param options - `input` or `inputShape` where the model leaves sizes open, `outputs` to end before
 * control flow, and those of `traceSpec`.
 * @returns `params`, which the caller disposes; `forward(params, x)`, whose x is a batch, an array or a
 * record of them; and `spec`.
 * @throws InvalidInputError when it is no such model, was disposed, needs `executeAsync`, or does not run
 * on the input.
 *
 * @example
 * ```ts given=graphModel
 * import { graphModelNetwork, graphModelParams, weightMatch } from 'perm-lmc';
 *
 * const { params: a, forward, spec } = await graphModelNetwork(model);
 * const { permutations } = await weightMatch(spec, a, graphModelParams(otherModel));
 * ```
 */
export async function graphModelNetwork<Output extends Tensor | Tensor[] | NamedTensorMap = Tensor>(
  model: GraphModelLike,
  options: GraphModelSpecOptions = {},
): Promise<ModelNetwork<GraphModelInput, Output>> {
  return named('graphModelNetwork', async () => {
    return networkOfGraph<Output>(model, options);
  });
}

/** The same, in the name of the function that was called. */
export async function networkOfGraph<Output extends Tensor | Tensor[] | NamedTensorMap>(
  model: GraphModelLike,
  { outputs, ...options }: GraphModelSpecOptions,
): Promise<ModelNetwork<GraphModelInput, Output>> {
  assertGraphModel(model);
  const params = copyGraphWeights(model);
  try {
    const run = graphModelForward<Output>(model, outputs);
    const forward: typeof run = (own, x) =>
      named('graphModelNetwork', () => about('forward', () => run(own, x)));
    const spec = await deriveModelSpec(forward, params, () => declaredInputs(model), options);
    return { params, forward, spec };
  } catch (error) {
    dispose(params);
    throw error;
  }
}

function declaredInputs({ inputs }: GraphModelLike): DeclaredInput[] {
  return inputs
    .filter(({ dtype }) => dtype !== 'resource') // Variables that the model captured itself.
    .map(({ name, shape, dtype }) => ({
      name,
      dtype,
      shape: shape?.map((size) => (size < 0 ? null : size)),
    }));
}
