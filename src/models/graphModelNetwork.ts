import { dispose, type NamedTensorMap, type Tensor } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';

import { about, named } from '../errors';
import type { PermutationSpec } from '../symmetry';
import { assertGraphModel } from './assertGraphModel';

import { deriveModelSpec, MODEL_SPEC_OPTIONS, type ModelSpecOptions } from './deriveModelSpec';
import { adviceWithout, nodesInWords } from './graphAdvice';
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
   * A batch to trace with: a tensor, several in the order of the model's inputs, or a record of tensors by
   * name. A record may name inner nodes: each tensor takes the place of that node's output, so that the
   * network begins behind what only runs asynchronously. It stays the caller's. Default: random numbers of
   * the shapes and dtypes that the model declares.
   */
  input?: GraphModelInput;
  /**
   * The names of the nodes at which the network ends, for graphs that go on with control flow or selections
   * (non-maximum suppression, top-k). Default: the model's own outputs.
   */
  outputs?: readonly string[];
}

/** The names of the options of `graphModelNetwork` and `graphModelSpec`. */
export const GRAPH_MODEL_SPEC_OPTIONS = {
  ...MODEL_SPEC_OPTIONS,
  outputs: true,
} as const satisfies Record<keyof GraphModelSpecOptions, true>;

/**
 * A GraphModel as a network of this library: its params, its forward function, and its spec, derived by
 * tracing one forward pass and verified.
 *
 * Other models of the same graph need no spec of their own: read them by `graphModelParams`, and run
 * them by the same `forward`. Write the outcome into a model by `setGraphModelParams`.
 *
 * @typeParam Output - What the model's predict returns: a tensor, an array of them, or a record.
 * @param model - What tf.loadGraphModel resolves to; it is left as it is.
 * @param options - `input` or `inputShape` where the model leaves sizes open, `input` by the names of nodes
 * and `outputs` to begin and end at inner nodes, and those of `traceSpec`.
 * @returns `params`, which the caller disposes; `forward(params, x)`, whose x is a batch, an array or a
 * record of them; and `spec`.
 * @throws InvalidInputError when it is no such model, was disposed, does not run on the input, a name is no
 * node of the graph, or the graph needs `executeAsync`: the error names the nodes that are the reason and
 * what to pass instead.
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
    return { params, forward, spec: withSelections(model, spec, outputs) };
  } catch (error) {
    dispose(params);
    throw error;
  }
}

/** The spec with a warning where the outputs are selected by value, which verification cannot see through. */
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
  const warning = `the outputs are selected by value (${nodesInWords(selections)}): to compare what is selected from, pass ${advice}`;
  const { derivation } = spec;
  return { ...spec, derivation: { ...derivation, warnings: [...derivation.warnings, warning] } };
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
