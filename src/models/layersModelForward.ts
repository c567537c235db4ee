import { Tensor } from '@tensorflow/tfjs-core';
import { assertNames } from '../checks';
import { invalid } from '../errors';
import type { Params } from '../params';
import { withFastProducts } from '../runtime';
import { assertFits } from './assertFits';
import type { LayersModelInput, LayersModelLike } from './layersModelLike';
import { layerWeights, type NamedWeight } from './layerWeights';
import type { ModelForward } from './modelNetwork';
import { modelTensors, type SymbolicTensor } from './modelTensors';
import { runLayers } from './runLayers';

/**
 * The model's function of its weights: runs its own layers in inference mode, with the given tensors in place of
 * their weights. The model's own weights are restored when the call returns or throws.
 *
 * @param outputs - The names of the layers to end at. Default: the model's outputs.
 */
export function layersModelForward<Output extends Tensor | Tensor[]>(
  model: LayersModelLike,
  outputs?: readonly string[],
): ModelForward<LayersModelInput, Output> {
  const weights = layerWeights(model);
  // Shapes and dtypes alone: the model may replace its tensors.
  const own = Object.fromEntries(
    weights.map(({ name, variable }) => {
      const { shape, dtype } = variable.read();
      return [name, { shape, dtype }];
    }),
  );
  const ends = outputs === undefined ? undefined : endsOf(model, outputs);
  return (params, x) => {
    assertFits(own, params);
    const isRecord = !(x instanceof Tensor || Array.isArray(x));
    const run = ends || isRecord ? () => between(model, ends, x) : () => predict(model, x);
    return readingParams(weights, params, run) as Output;
  };
}

/** Inference on all samples at once. By default predict cuts batches of 32. */
function predict(model: LayersModelLike, x: Tensor | Tensor[]): Tensor | Tensor[] {
  const [first] = Array.isArray(x) ? x : [x];
  return model.predict(x, { batchSize: Math.max(1, first?.shape?.[0] ?? 1) });
}

/** The symbolic tensors at which the network ends. */
function endsOf(model: LayersModelLike, outputs: readonly string[]) {
  assertNames('outputs', outputs, 'Name the layers at which the network ends');
  if (outputs.length === 0) {
    throw invalid('outputs names no layer', 'Name at least one layer, or leave outputs out', {
      param: 'outputs',
    });
  }
  const tensors = modelTensors(model);
  return outputs.flatMap((name) => tensors.named('outputs', name));
}

/** Inference from the layers that the input names to the ends: one tensor if there is one end, else an array. */
function between(
  model: LayersModelLike,
  ends: readonly SymbolicTensor[] | undefined,
  x: LayersModelInput,
): Tensor | Tensor[] {
  const tensors = modelTensors(model);
  const found = runLayers(ends ?? tensors.outputs, givenTensors(tensors, x));
  return found.length === 1 ? found[0] : found;
}

/** The value of each symbolic tensor that the input gives. */
function givenTensors(
  tensors: ReturnType<typeof modelTensors>,
  x: LayersModelInput,
): Map<SymbolicTensor, Tensor> {
  if (x instanceof Tensor || Array.isArray(x)) {
    const list = [x].flat();
    if (list.length === tensors.inputs.length)
      return new Map(tensors.inputs.map((input, i) => [input, list[i]]));
    throw invalid(
      `input has ${list.length} tensors, but the model has ${tensors.inputs.length} inputs`,
      'Pass one tensor for each input, or a record of tensors by the names of layers',
      { param: 'input', received: list.length },
    );
  }
  return new Map(
    Object.entries(x).map(([name, tensor]) => {
      const [symbol, ...others] = tensors.named('input', name);
      if (others.length === 0) return [symbol, tensor];
      throw invalid(
        `input has '${name}', a layer of ${others.length + 1} outputs`,
        'Name a layer of one output',
        { param: 'input', received: name },
      );
    }),
  );
}

/** The result of `run` while every weight reads as its parameter. Layers access weights through `read` alone. */
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
    return withFastProducts(run);
  } finally {
    for (const restore of undo) restore();
  }
}
