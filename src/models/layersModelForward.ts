import type { Tensor } from '@tensorflow/tfjs-core';
import type { Params } from '../params';
import { assertFits } from './assertFits';
import type { LayersModelLike } from './layersModelLike';
import { layerWeights, type NamedWeight } from './layerWeights';
import type { ModelForward } from './modelNetwork';

/**
 * The model's function of its weights: its own layers run in inference mode, and read the given tensors
 * in place of their weights. The model itself is as before when the call ends, also by a throw.
 */
export function layersModelForward<Output extends Tensor | Tensor[]>(
  model: LayersModelLike,
): ModelForward<Tensor | Tensor[], Output> {
  const weights = layerWeights(model);
  // Shapes and dtypes, without holding on to the tensors that the model may replace.
  const own = Object.fromEntries(
    weights.map(({ name, variable }) => {
      const { shape, dtype } = variable.read();
      return [name, { shape, dtype }];
    }),
  );
  return (params, x) => {
    assertFits(own, params);
    const [first] = Array.isArray(x) ? x : [x];
    const batchSize = Math.max(1, first?.shape?.[0] ?? 1); // All at once; predict cuts batches of 32.
    return readingParams(weights, params, () => model.predict(x, { batchSize })) as Output;
  };
}

/** Runs while every weight reads as its parameter. Layers know weights through `read` alone. */
function readingParams<T>(weights: readonly NamedWeight[], params: Params, run: () => T): T {
  const undo: (() => void)[] = [];
  try {
    for (const { name, variable } of weights) {
      const before = Object.getOwnPropertyDescriptor(variable, 'read');
      Object.defineProperty(variable, 'read', { value: () => params[name], configurable: true });
      undo.push(() => {
        if (before) Object.defineProperty(variable, 'read', before);
        else delete (variable as { read?: unknown }).read;
      });
    }
    return run();
  } finally {
    for (const restore of undo) restore();
  }
}
