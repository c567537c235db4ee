import { listNames } from '../checks';
import { invalid } from '../errors';
import type { LayerLike, LayersModelLike } from './layersModelLike';
import { layerLabels } from './layerWeights';
import { nearestNames } from './nearestNames';

/** A tensor of a model's graph that has no values yet. */
export interface SymbolicTensor {
  readonly name: string;
  readonly sourceLayer: ConnectedLayer;
  /** The symbolic tensors that its layer was called with. */
  readonly inputs: readonly SymbolicTensor[];
  readonly nodeIndex: number;
}

/** What running a layer takes beyond its weights. */
interface ConnectedLayer extends LayerLike {
  /** One for each call of the layer. */
  readonly inboundNodes: readonly { readonly outputTensors: readonly SymbolicTensor[] }[];
  readonly supportsMasking: boolean;
  apply(inputs: unknown, options: Readonly<Record<string, unknown>>): unknown;
  computeMask(inputs: unknown, masks: unknown): unknown;
}

/** The tensors of a model by the names of the layers that they come from. */
export interface ModelTensors {
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  /** The outputs of the layer of this name; it throws where there is none, or no single call of it. */
  named(option: 'outputs' | 'input', name: string): readonly SymbolicTensor[];
}

/**
 * The tensors of a model. A layer is known by its own name and by the name that params have for it
 * (`dense_1`), an input also by the name of its tensor.
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
          )
        : invalid(
            `${option} has '${name}', which is no layer of the model`,
            `The nearest names are ${listNames(nearestNames(name, [...byName.keys()]))}`,
          );
    },
  };
}

/** For each layer that leads to the outputs the tensors of its calls. */
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
