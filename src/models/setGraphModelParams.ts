import { clone, io, keep, type Tensor } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { assertFits } from './assertFits';
import { assertGraphModel } from './assertGraphModel';
import type { GraphModelLike } from './graphModelLike';
import { graphWeights } from './graphWeights';

/**
 * Writes params into a GraphModel: permuted or merged ones, under the names of `graphModelParams`. Every
 * name and shape is checked before anything is written. The model's own tensors are replaced and
 * disposed; what its `save` writes is replaced too, the weights then being stored as float32.
 *
 * @param model - What tf.loadGraphModel resolves to; its weights change.
 * @param params - A tensor for each of its floating weights, of the same shape; copied.
 * @throws InvalidInputError when the model is none, or a parameter is missing, unknown or does not fit.
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
      list[place] = keep(clone(params[name])); // A tidy around this call must not dispose it.
      replaced.dispose();
    }
    recognise(model);
    await replaceFile(model);
  });
}

/** What tfjs-converter keeps beside the weights. */
interface Kept {
  /** They dispose tensors by id, except those of their weights. */
  readonly executor?: { weightMap: Readonly<Record<string, Tensor[]>> };
  readonly initializer?: { weightMap: Readonly<Record<string, Tensor[]>> };
  /** The files that the model was loaded from, which it saves again. */
  artifacts?: io.ModelArtifacts;
}

/** Lets the model's executors take down the ids of its weights again, as when it was loaded. */
function recognise(model: GraphModelLike): void {
  const { executor, initializer } = model as Kept;
  for (const runner of [executor, initializer]) if (runner) runner.weightMap = model.weights;
}

/** Puts the weights that the model has now into the files that it keeps. */
async function replaceFile(model: GraphModelLike): Promise<void> {
  const kept = model as Kept;
  if (!kept.artifacts) return;
  const named = Object.entries(model.weights).map(([name, [tensor]]) => ({ name, tensor }));
  const { data, specs } = await io.encodeWeights(named);
  const { getWeightStream: _, ...files } = kept.artifacts;
  kept.artifacts = { ...files, weightData: data, weightSpecs: specs };
}
