import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { named } from '../errors';
import type { PermutationSpec } from '../symmetry';
import type { LayersModelLike } from './layersModelLike';
import {
  LAYERS_MODEL_SPEC_OPTIONS,
  type LayersModelSpecOptions,
  networkOfLayers,
} from './layersModelNetwork';

/**
 * The spec of a LayersModel, for params as `layersModelParams` reads them: the spec of `layersModelNetwork`,
 * derived by tracing one forward pass and verified.
 *
 * @param model - A built tf.LayersModel or tf.Sequential; it is left as it is.
 * @param options - `input` or `inputShape` for sizes that the model leaves open, a record as `input` and `outputs`
 * to begin and end at inner layers, and the options of `traceSpec`.
 * @throws InvalidInputError as `layersModelNetwork` does.
 *
 * @example
 * ```ts
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { formatSpec, layersModelSpec } from 'perm-lmc';
 *
 * const model = tfl.sequential({
 *   layers: [
 *     tfl.layers.dense({ units: 16, activation: 'relu', inputShape: [4] }),
 *     tfl.layers.dense({ units: 3 }),
 *   ],
 * });
 * formatSpec(await layersModelSpec(model)); // dense_1/kernel is '4 dense_1', …
 * ```
 */
export async function layersModelSpec(
  model: LayersModelLike,
  options: LayersModelSpecOptions = {},
): Promise<PermutationSpec> {
  return named('layersModelSpec', async () => {
    assertOptions(options, LAYERS_MODEL_SPEC_OPTIONS);
    const { params, spec } = await networkOfLayers(model, options);
    dispose(params);
    return spec;
  });
}
