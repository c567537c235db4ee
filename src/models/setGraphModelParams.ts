import { clone, io, keep, type Tensor } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { assertFits } from './assertFits';
import { assertGraphModel } from './assertGraphModel';
import type { GraphModelLike } from './graphModelLike';
import { graphWeights } from './graphWeights';

/**
 * Writes params, such as permuted or merged ones, into a GraphModel. Every name and shape is checked before anything
 * is written. The model's own tensors are disposed. Its `save` then writes the new weights, as float32.
 *
 * @param model - A model from `tf.loadGraphModel`; its weights change.
 * @param params - A tensor for each of its float32 weights, of the same shape, under the names of
 * `graphModelParams`; copied.
 * @throws InvalidInputError when `model` is not a GraphModel, or a parameter is missing, unknown or does not fit.
 *
 * @example
 * ```ts given=graphModel
 * import { graphModelNetwork, permute, randomPermutations, setGraphModelParams } from 'perm-lmc';
 *
 * const { params, spec } = await graphModelNetwork(model);
 * await setGraphModelParams(model, permute(spec, params, randomPermutations(spec, params)));
 * ```
 */
export async function setGraphModelParams(model: GraphModelLike, params: Params): Promise<void> {
  return named('setGraphModelParams', async () => {
    assertGraphModel(model);
    const weights = graphWeights(model);
    assertFits(
      Object.fromEntries(weights.map(({ name, list, place }) => [name, list[place]])),
      params,
    );
    for (const { name, list, place } of weights) {
      const replaced = list[place];
      list[place] = keep(clone(params[name])); // A surrounding tf.tidy must not dispose it.
      replaced.dispose();
    }
    recognise(model);
    await replaceFile(model);
  });
}

/** The state that tfjs-converter keeps besides the weights. */
interface Kept {
  /** Executors dispose tensors by id, except those of their weights. */
  readonly executor?: { weightMap: Readonly<Record<string, Tensor[]>> };
  readonly initializer?: { weightMap: Readonly<Record<string, Tensor[]>> };
  /** The files that the model was loaded from. `save` writes them. */
  artifacts?: io.ModelArtifacts;
}

/** Makes the model's executors store the ids of its weights again, as on loading. */
function recognise(model: GraphModelLike): void {
  const { executor, initializer } = model as Kept;
  for (const runner of [executor, initializer]) if (runner) runner.weightMap = model.weights;
}

/** Writes the model's current weights into the files that it keeps. */
async function replaceFile(model: GraphModelLike): Promise<void> {
  const kept = model as Kept;
  if (!kept.artifacts) return;
  const named = Object.entries(model.weights).map(([name, [tensor]]) => ({ name, tensor }));
  const { data, specs } = await io.encodeWeights(named);
  const { getWeightStream: _, ...files } = kept.artifacts;
  kept.artifacts = { ...files, weightData: data, weightSpecs: specs };
}
