import { clone } from '@tensorflow/tfjs-core';
import { named } from '../errors';
import type { Params } from '../params';
import { assertGraphModel } from './assertGraphModel';
import type { GraphModelLike } from './graphModelLike';
import { graphWeights } from './graphWeights';

/**
 * The float32 weights of a GraphModel as params, under the names of their nodes. Integers (shapes, axes, paddings)
 * and strings are not parameters and are left out.
 *
 * @param model - A model from `tf.loadGraphModel`; it is left as it is.
 * @returns Copies that the caller disposes with `tf.dispose(params)`. They share the model's memory and stay valid
 * after the model is disposed.
 * @throws InvalidInputError when `model` is not a GraphModel, was not loaded, or was disposed.
 *
 * @example
 * ```ts given=graphModel
 * import * as tf from '@tensorflow/tfjs-core';
 * import { graphModelParams } from 'perm-lmc';
 *
 * const params = graphModelParams(model);
 * Object.keys(params); // the nodes of the graph that hold weights
 * tf.dispose(params);
 * ```
 */
export function graphModelParams(model: GraphModelLike): Params {
  return named('graphModelParams', () => {
    assertGraphModel(model);
    return copyGraphWeights(model);
  });
}

/** A copy of every float32 weight of the model. */
export function copyGraphWeights(model: GraphModelLike): Params {
  return Object.fromEntries(
    graphWeights(model).map(({ name, list, place }) => [name, clone(list[place])]),
  );
}
