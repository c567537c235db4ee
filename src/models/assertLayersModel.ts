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
    throw invalid(`model must be a tf.LayersModel, received ${kindOf(model)}`, remedyFor(model), {
      param: 'model',
      received: kindOf(model),
    });
  }
  if (found.inputs.length === 0) {
    throw invalid(
      'the model has no layers yet',
      'Add its layers first, and give the first one an inputShape',
      { param: 'model' },
    );
  }
  if (found.stateful) {
    throw invalid(
      'the model keeps the state of a recurrent layer between calls, so its output is not a function of its input',
      'Build the model with stateful: false',
      { param: 'model' },
    );
  }
}

function remedyFor(value: unknown): string {
  if (isPromise(value)) return 'Await it first';
  if (typeof (value as { executeAsync?: unknown } | null)?.executeAsync === 'function')
    return 'Graph models have functions of their own, such as graphModelNetwork';
  return 'Pass the model itself, from tf.sequential, tf.model or tf.loadLayersModel';
}
