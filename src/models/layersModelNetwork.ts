import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import { assertOptions, type OptionTable } from '../checks';
import { about, named } from '../errors';
import { assertLayersModel } from './assertLayersModel';
import { deriveModelSpec, MODEL_SPEC_OPTIONS, type ModelSpecOptions } from './deriveModelSpec';
import { embeddedIds } from './embeddedIds';
import { layersModelForward } from './layersModelForward';
import type { LayersModelInput, LayersModelLike } from './layersModelLike';
import { copyLayerWeights } from './layersModelParams';
import type { DeclaredInput } from './modelInput';
import type { ModelNetwork } from './modelNetwork';

/** Options of `layersModelNetwork` and `layersModelSpec`. */
export interface LayersModelSpecOptions extends ModelSpecOptions<LayersModelInput> {
  /**
   * A batch to trace with: a tensor, an array in the order of the model's inputs, or a record by name; the caller
   * disposes it. A record may name inner layers, by their own names or by those in params (`dense_1`). Each tensor
   * then takes the place of that layer's output. Default: random numbers of the shapes and dtypes that the model
   * declares. Inputs of an embedding get ids that it has.
   */
  input?: LayersModelInput;
  /** The names of the layers at which the network ends. Default: the model's own outputs. */
  outputs?: readonly string[];
}

/** The names of the options of `layersModelNetwork` and `layersModelSpec`. */
export const LAYERS_MODEL_SPEC_OPTIONS = {
  ...MODEL_SPEC_OPTIONS,
  outputs: true,
} as const satisfies OptionTable<LayersModelSpecOptions>;

/**
 * A LayersModel as a network of this library: its params, its forward function, and its spec, derived by tracing
 * one forward pass and verified. Every layer that reads its weights through `read()` when called is supported,
 * including custom ones.
 *
 * Other models of the same architecture need no spec of their own. Read them with `layersModelParams` and run them
 * with the same `forward`. Write the result into a model with `setLayersModelParams`.
 *
 * @typeParam Output - The return type of the model's predict: a tensor, or `Tensor[]` for several outputs.
 * @param model - A built tf.LayersModel or tf.Sequential; it is left as it is.
 * @param options - `input` or `inputShape` for sizes that the model leaves open, a record as `input` and `outputs`
 * to begin and end at inner layers, and the options of `traceSpec`.
 * @returns `params`, which the caller disposes; `forward(params, x)`, inference on a whole batch x, an array of
 * batches in the order of the inputs, or a record of them by the names of layers; and `spec`.
 * @throws InvalidInputError when `model` is not a LayersModel, has no layers yet, was disposed, is stateful or does
 * not run on the input, or a name is not a layer of the model.
 *
 * @example
 * ```ts
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { layersModelNetwork, layersModelParams, permute, setLayersModelParams, weightMatch } from 'perm-lmc';
 *
 * const build = () =>
 *   tfl.sequential({
 *     layers: [
 *       tfl.layers.conv2d({ filters: 6, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
 *       tfl.layers.flatten(),
 *       tfl.layers.dense({ units: 3 }),
 *     ],
 *   });
 * const [modelA, modelB] = [build(), build()];
 * const { params: a, spec } = await layersModelNetwork(modelA);
 * const b = layersModelParams(modelB);
 * const { permutations } = await weightMatch(spec, a, b);
 * setLayersModelParams(modelB, permute(spec, b, permutations));
 * ```
 */
export async function layersModelNetwork<Output extends Tensor | Tensor[] = Tensor>(
  model: LayersModelLike,
  options: LayersModelSpecOptions = {},
): Promise<ModelNetwork<LayersModelInput, Output>> {
  return named('layersModelNetwork', async () => {
    assertOptions(options, LAYERS_MODEL_SPEC_OPTIONS);
    return networkOfLayers<Output>(model, options);
  });
}

/** The network of a layers model. Errors get the name of the public function that was called. */
export async function networkOfLayers<Output extends Tensor | Tensor[]>(
  model: LayersModelLike,
  { outputs, ...options }: LayersModelSpecOptions,
): Promise<ModelNetwork<LayersModelInput, Output>> {
  assertLayersModel(model);
  const params = copyLayerWeights(model);
  try {
    const run = layersModelForward<Output>(model, outputs);
    const forward: typeof run = (own, x) =>
      named('layersModelNetwork', () => about('forward', () => run(own, x)));
    const spec = await deriveModelSpec(forward, params, () => declaredInputs(model), options);
    return { params, forward, spec };
  } catch (error) {
    dispose(params);
    throw error;
  }
}

function declaredInputs({ inputs, layers }: LayersModelLike): DeclaredInput[] {
  return inputs.map((input) => ({
    name: input.name,
    shape: input.shape,
    dtype: input.dtype,
    idsBelow: embeddedIds(layers, input),
  }));
}
