import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { PermutationSpec } from '../symmetry';
import type { GraphModelLike } from './graphModelLike';
import {
  GRAPH_MODEL_SPEC_OPTIONS,
  type GraphModelSpecOptions,
  networkOfGraph,
} from './graphModelNetwork';

/**
 * The spec of a GraphModel, for params as `graphModelParams` reads them: the spec of `graphModelNetwork`,
 * derived by tracing one forward pass and verified.
 *
 * @param model - A model from `tf.loadGraphModel`; it is left as it is.
 * @param options - `input` or `inputShape` for sizes that the model leaves open, a record as `input` and `outputs`
 * to begin and end at inner nodes, and the options of `traceSpec`.
 * @throws InvalidInputError as `graphModelNetwork` does.
 *
 * @example
 * ```ts given=graphModel
 * import { formatSpec, graphModelSpec } from 'perm-lmc';
 *
 * formatSpec(await graphModelSpec(model));
 * ```
 */
export async function graphModelSpec(
  model: GraphModelLike,
  options: GraphModelSpecOptions = {},
): Promise<PermutationSpec> {
  return named('graphModelSpec', async () => {
    assertOptions(options, GRAPH_MODEL_SPEC_OPTIONS);
    const { params, spec } = await networkOfGraph(model, options);
    dispose(params);
    return spec;
  });
}
