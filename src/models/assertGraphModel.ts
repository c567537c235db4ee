import { isPromise, kindOf } from '../checks';
import { invalid } from '../errors';
import type { GraphModelLike } from './graphModelLike';
import { graphWeights } from './graphWeights';

/** Throws unless the value is a tf.GraphModel that is loaded and alive. */
export function assertGraphModel(model: unknown): asserts model is GraphModelLike {
  const found = model as Partial<GraphModelLike> | null | undefined;
  const isGraphModel =
    typeof found?.execute === 'function' && typeof found.predict === 'function' && isLoaded(found);
  if (!isGraphModel) {
    throw invalid(`expected a tf.GraphModel, received ${kindOf(model)}`, remedyFor(model));
  }
  const gone = graphWeights(found as GraphModelLike).find(
    ({ list, place }) => list[place].isDisposed,
  );
  if (gone) {
    throw invalid(`the model's weight '${gone.name}' is disposed`, 'Pass a model that is alive');
  }
}

/** The getters of a model that was never loaded throw. */
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
