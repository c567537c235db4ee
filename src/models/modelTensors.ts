import { listNames, nearestNames } from '../checks';
import { invalid } from '../errors';
import type { LayerLike, LayersModelLike } from './layersModelLike';
import { layerLabels } from './layerWeights';

/** A tensor of a model's graph, without values. */
export interface SymbolicTensor {
  readonly name: string;
  readonly sourceLayer: ConnectedLayer;
  /** The symbolic tensors that its layer was called with. */
  readonly inputs: readonly SymbolicTensor[];
  readonly nodeIndex: number;
}

/** A layer with the fields that are needed to run it. */
interface ConnectedLayer extends LayerLike {
  /** One for each call of the layer. */
  readonly inboundNodes: readonly { readonly outputTensors: readonly SymbolicTensor[] }[];
  readonly supportsMasking: boolean;
  apply(inputs: unknown, options: Readonly<Record<string, unknown>>): unknown;
  computeMask(inputs: unknown, masks: unknown): unknown;
}

/** The symbolic tensors of a model, by the names of their layers. */
export interface ModelTensors {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The outputs of the layer of this name. Throws unless there is one such layer and it is called once. */
  named(option: 'outputs' | 'input', name: string): readonly SymbolicTensor[];
}

/**
 * The symbolic tensors of a model. A layer can be named by its own name or by its name in params (`dense_1`), and
 * an input also by the name of its tensor.
 */
export function modelTensors(model: LayersModelLike): ModelTensors {
  const { inputs, outputs } = model as unknown as ModelTensors;
  const calls = callsOf(outputs);
  const byName = new Map<string, readonly (readonly SymbolicTensor[])[]>();
  const labels = layerLabels(model.layers);
  for (const [i, layer] of model.layers.entries()) {
    const found = [...(calls.get(layer) ?? [])];
    for (const name of [layer.name, labels[i]]) byName.set(name, found);
  }
  for (const input of inputs) byName.set(input.name, [[input]]);
  return {
    inputs,
    outputs,
    named(option, name) {
      const found = byName.get(name) ?? [];
      if (found.length === 1) return found[0];
      throw found.length > 1
        ? invalid(
            `${option} has '${name}', a layer that the model calls ${found.length} times`,
            'Name a layer that is called once, before or behind it',
            { param: option, received: name },
          )
        : invalid(
            `${option} has '${name}', which is not a layer of the model`,
            `The nearest names are ${listNames(nearestNames(name, [...byName.keys()]))}`,
            { param: option, received: name },
          );
    },
  };
}

/** The output tensors of each call, for each layer that leads to the outputs. */
function callsOf(
  outputs: readonly SymbolicTensor[],
): Map<LayerLike, Set<readonly SymbolicTensor[]>> {
  const calls = new Map<LayerLike, Set<readonly SymbolicTensor[]>>();
  const seen = new Set(outputs);
  for (const { sourceLayer, nodeIndex, inputs } of seen) {
    const { outputTensors } = sourceLayer.inboundNodes[nodeIndex];
    calls.set(sourceLayer, (calls.get(sourceLayer) ?? new Set()).add(outputTensors));
    for (const input of inputs) seen.add(input);
  }
  return calls;
}
