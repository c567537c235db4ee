import { clone, dispose } from '@tensorflow/tfjs-core';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { assertLayersModel } from './assertLayersModel';
import type { LayersModelLike } from './layersModelLike';
import { layerWeights } from './layerWeights';

/**
 * The weights of a LayersModel as params: all of them, moving statistics included, in the order of its
 * layers. Their names follow from the architecture, so that two instances have the same ones (the names
 * that tfjs gives count up from instance to instance): the layer's name where it was chosen, else its
 * class and a running number, then the weight's name: `conv2d_1/kernel`. Layers inside others add to
 * the path: `encoder/dense_1/kernel`, `bidirectional_1/forward/recurrent_kernel`.
 *
 * @param model - A built tf.LayersModel or tf.Sequential; it is left as it is.
 * @returns Copies that the caller owns and disposes with `tf.dispose(params)`. They take no memory until
 * the model's weights change, and keep their values then.
 * @throws InvalidInputError when it is no such model, has no layers yet, was disposed, or is stateful.
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
    throw invalid(`the model's weights cannot be read: ${reason}`, 'Pass a model that is alive', {
      cause,
    });
  }
  return params;
}
