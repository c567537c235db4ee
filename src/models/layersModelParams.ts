import { clone, dispose } from '@tensorflow/tfjs-core';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertLayersModel } from './assertLayersModel';
import type { LayersModelLike } from './layersModelLike';
import { layerWeights } from './layerWeights';

/**
 * All weights of a LayersModel as params, including moving statistics, in the order of its layers.
 *
 * Their names follow from the architecture, so two instances have the same ones. (The automatic names of tfjs count
 * up from instance to instance.) A name is that of the layer, if you chose one, else its class and a running
 * number; then the weight's own: `conv2d_1/kernel`. Layers inside others add to the path:
 * `encoder/dense_1/kernel`, `bidirectional_1/forward/recurrent_kernel`.
 *
 * @param model - A built tf.LayersModel or tf.Sequential; it is left as it is.
 * @returns Copies that the caller disposes with `tf.dispose(params)`. They share the model's memory until its
 * weights change, and keep their values then.
 * @throws InvalidInputError when `model` is not a LayersModel, has no layers yet, was disposed, or is stateful.
 *
 * @example
 * ```ts
 * import * as tf from '@tensorflow/tfjs-core';
 * import * as tfl from '@tensorflow/tfjs-layers';
 * import { layersModelParams } from 'perm-lmc';
 *
 * const model = tfl.sequential({
 *   layers: [tfl.layers.dense({ units: 4, inputShape: [3] }), tfl.layers.dense({ units: 2, name: 'head' })],
 * });
 * const params = layersModelParams(model);
 * Object.keys(params); // dense_1/kernel, dense_1/bias, head/kernel, head/bias
 * tf.dispose(params);
 * ```
 */
export function layersModelParams(model: LayersModelLike): Params {
  return named('layersModelParams', () => {
    assertLayersModel(model);
    return copyLayerWeights(model);
  });
}

/** A copy of every weight of the model. */
export function copyLayerWeights(model: LayersModelLike): Params {
  const params: Params = {};
  try {
    for (const { name, variable } of layerWeights(model)) params[name] = clone(variable.read());
  } catch (cause) {
    dispose(params);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw invalid(
      `the model's weights cannot be read: ${reason}`,
      'Pass a model that is not disposed',
      { param: 'model', cause },
    );
  }
  return params;
}
