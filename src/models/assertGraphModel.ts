import { isPromise, kindOf } from '../checks';
import { invalid } from '../errors';
import type { GraphModelLike } from './graphModelLike';
import { graphWeights } from './graphWeights';

/** Throws unless the value is a tf.GraphModel that is loaded and not disposed. */
export function assertGraphModel(model: unknown): asserts model is GraphModelLike {
  const found = model as Partial<GraphModelLike> | null | undefined;
  const isGraphModel =
    typeof found?.execute === 'function' && typeof found.predict === 'function' && isLoaded(found);
  if (!isGraphModel) {
    throw invalid(`model must be a tf.GraphModel, received ${kindOf(model)}`, remedyFor(model), {
      param: 'model',
      received: kindOf(model),
    });
  }
  const gone = graphWeights(found as GraphModelLike).find(
    ({ list, place }) => list[place].isDisposed,
  );
  if (gone) {
    throw invalid(
      `the model's weight '${gone.name}' is disposed`,
      'Load the model again, and dispose it only after this call',
      { param: gone.name },
    );
  }
}

/** True for a loaded model. The getters of any other throw. */
function isLoaded(model: Partial<GraphModelLike>): boolean {
  try {
    return typeof model.weights === 'object' && Array.isArray(model.inputs);
  } catch {
    return false;
  }
}

function remedyFor(value: unknown): string {
  if (isPromise(value)) return 'Await it first';
  if (Array.isArray((value as { layers?: unknown } | null | undefined)?.layers))
    return 'Layers models have functions of their own, such as layersModelNetwork';
  return 'Pass what tf.loadGraphModel resolves to';
}
