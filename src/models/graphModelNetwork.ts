import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { assertOptions, type OptionTable } from '../checks';
import { about, named } from '../errors';
import type { PermutationSpec } from '../symmetry';
import { adviceWithout, nodesInWords } from './adviceWithout';
import { assertGraphModel } from './assertGraphModel';
import { deriveModelSpec, MODEL_SPEC_OPTIONS, type ModelSpecOptions } from './deriveModelSpec';
import { graphModelForward } from './graphModelForward';
import type { GraphModelInput, GraphModelLike } from './graphModelLike';
import { copyGraphWeights } from './graphModelParams';
import { isSelection } from './graphSection';
import { modelGraph, nodeNamed, upstream } from './modelGraph';
import type { DeclaredInput } from './modelInput';
import type { ModelNetwork } from './modelNetwork';

/** Options of `graphModelNetwork` and `graphModelSpec`. */
export interface GraphModelSpecOptions extends ModelSpecOptions<GraphModelInput> {
  /**
   * A batch to trace with: a tensor, an array in the order of the model's inputs, or a record by name; the caller
   * disposes it. A record may name inner nodes. Each tensor then takes the place of that node's output, so the
   * network can begin behind nodes that only run asynchronously. Default: random numbers of the shapes and dtypes
   * that the model declares.
   */
  input?: GraphModelInput;
  /**
   * The names of the nodes at which the network ends. Use it for graphs whose outputs are selected or need control
   * flow (non-maximum suppression, top-k). Default: the model's own outputs.
   */
  outputs?: readonly string[];
}

/** The names of the options of `graphModelNetwork` and `graphModelSpec`. */
export const GRAPH_MODEL_SPEC_OPTIONS = {
  ...MODEL_SPEC_OPTIONS,
  outputs: true,
} as const satisfies OptionTable<GraphModelSpecOptions>;

/**
 * A GraphModel as a network of this library: its params, its forward function, and its spec, derived by
 * tracing one forward pass and verified.
 *
 * Other models of the same graph need no spec of their own. Read them with `graphModelParams` and run them with
 * the same `forward`. Write the result into a model with `setGraphModelParams`.
 *
 * @typeParam Output - The return type of the model's predict: a tensor, an array or a record of tensors.
 * @param model - A model from `tf.loadGraphModel`; it is left as it is.
 * @param options - `input` or `inputShape` for sizes that the model leaves open, a record as `input` and `outputs`
 * to begin and end at inner nodes, and the options of `traceSpec`.
 * @returns `params`, which the caller disposes; `forward(params, x)`, for a batch x or an array or a record of
 * them; and `spec`.
 * @throws InvalidInputError when `model` is not a GraphModel, was disposed or does not run on the input, a name is
 * not a node of the graph, or the graph needs `executeAsync`. The error then names the nodes that need it and what
 * to pass instead.
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
    assertOptions(options, GRAPH_MODEL_SPEC_OPTIONS);
    return networkOfGraph<Output>(model, options);
  });
}

/** The network of a graph model. Errors get the name of the public function that was called. */
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
    return { params, forward, spec: withSelections(model, spec, outputs) };
  } catch (error) {
    dispose(params);
    throw error;
  }
}

/** The spec, with a warning if the outputs are selected by value. */
function withSelections(
  model: GraphModelLike,
  spec: PermutationSpec,
  outputs: readonly string[] | undefined,
): PermutationSpec {
  const graph = modelGraph(model);
  if (!graph || !spec.derivation) return spec;
  const ends = outputs?.flatMap((name) => nodeNamed(graph, name) ?? []) ?? graph.outputs;
  const selections = [...upstream(ends)].filter(isSelection);
  const advice = adviceWithout(isSelection, model, graph, ends);
  if (advice === '') return spec;
  const warning = `the outputs are selected by value (${nodesInWords(selections)}): to compare the values they are selected from, pass ${advice}`;
  const { derivation } = spec;
  return { ...spec, derivation: { ...derivation, warnings: [...derivation.warnings, warning] } };
}

function declaredInputs({ inputs }: GraphModelLike): DeclaredInput[] {
  return inputs
    .filter(({ dtype }) => dtype !== 'resource') // Variables that the model captured.
    .map(({ name, shape, dtype }) => ({
      name,
      dtype,
      shape: shape?.map((size) => (size < 0 ? null : size)),
    }));
}
