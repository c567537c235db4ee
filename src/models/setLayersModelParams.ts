import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { assertFits } from './assertFits';
import { assertLayersModel } from './assertLayersModel';
import type { LayersModelLike } from './layersModelLike';
import { layerWeights } from './layerWeights';

/**
 * Writes params, such as permuted, merged or repaired ones, into a LayersModel. Every name and shape is checked
 * before anything is written. Weights with a constraint are projected onto it, as by the model's own `setWeights`.
 *
 * @param model - A built tf.LayersModel or tf.Sequential; its weights change.
 * @param params - A tensor for each of its weights, of the same shape and dtype, under the names of
 * `layersModelParams`; copied.
 * @throws InvalidInputError when `model` is not a LayersModel, or a parameter is missing, unknown or does not fit.
 *
 * @example
 * ```ts
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { interpolate, layersModelParams, setLayersModelParams } from 'perm-lmc';
 *
 * const build = () => tfl.sequential({ layers: [tfl.layers.dense({ units: 2, inputShape: [3] })] });
 * const [a, b, merged] = [build(), build(), build()];
 * setLayersModelParams(merged, interpolate(layersModelParams(a), layersModelParams(b), 0.5));
 * ```
 */
export function setLayersModelParams(model: LayersModelLike, params: Params): void {
  named('setLayersModelParams', () => {
    assertLayersModel(model);
    const weights = layerWeights(model);
    const values: Record<string, Tensor> = {};
    for (const { name, variable } of weights) values[name] = variable.read();
    assertFits(values, params);
    // Projection onto a constraint makes tensors that tfjs does not dispose.
    tidy(() => {
      for (const { name, variable } of weights) variable.write(params[name]);
    });
  });
}
