import { isPromise, kindOf } from '../checks';
import { invalid } from '../errors';
import type { LayersModelLike } from './layersModelLike';

/** Throws unless the value is a tf.LayersModel that has layers and keeps no state between calls. */
export function assertLayersModel(model: unknown): asserts model is LayersModelLike {
  const found = model as Partial<LayersModelLike> | null | undefined;
  if (
    typeof found?.predict !== 'function' ||
    !Array.isArray(found.layers) ||
    !Array.isArray(found.inputs)
  ) {
    throw invalid(`expected a tf.LayersModel, received ${kindOf(model)}`, remedyFor(model));
  }
  if (found.inputs.length === 0) {
    throw invalid('the model has no layers yet', 'Add its layers first, one with an inputShape');
  }
  if (found.stateful) {
    throw invalid(
      'the model keeps the state of a recurrent layer from call to call, so that it is no function of its input',
      'Build it with stateful: false',
    );
  }
}

function remedyFor(value: unknown): string {
  if (isPromise(value)) return 'Await it first';
  if (typeof (value as { executeAsync?: unknown } | null)?.executeAsync === 'function')
    return 'Graph models have functions of their own, such as graphModelNetwork';
  return 'Pass the model itself, from tf.sequential, tf.model or tf.loadLayersModel';
}
