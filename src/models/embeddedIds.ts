import type { LayerLike } from './layersModelLike';

/** A layer with the fields that the walk reads: its calls and the layers inside it. */
interface ConnectedLayer extends LayerLike {
  readonly inboundNodes?: readonly {
    readonly inputTensors: readonly object[];
    readonly outputTensors: readonly object[];
  }[];
  readonly layers?: readonly LayerLike[];
  readonly inputs?: readonly object[];
  readonly layer?: LayerLike;
}

/**
 * The number of ids that a symbolic tensor may hold: the fewest rows of the embeddings that look it up, directly,
 * inside nested models or behind layers without weights. Undefined if there is no embedding.
 */
export function embeddedIds(
  layers: readonly LayerLike[],
  tensor: object,
  seen: Set<object> = new Set(),
): number | undefined {
  if (seen.has(tensor)) return undefined;
  seen.add(tensor);
  const found: (number | undefined)[] = [];
  for (const layer of layers as readonly ConnectedLayer[]) {
    for (const { inputTensors, outputTensors } of layer.inboundNodes ?? []) {
      const place = inputTensors.indexOf(tensor);
      if (place < 0) continue;
      const applied = (layer.layer ?? layer) as ConnectedLayer; // The layer inside TimeDistributed.
      if (applied.getClassName() === 'Embedding') found.push(applied.weights[0].read().shape[0]);
      else if (applied.layers && applied.inputs)
        found.push(embeddedIds(applied.layers, applied.inputs[place]));
      else if (applied.weights.length === 0)
        for (const output of outputTensors) found.push(embeddedIds(layers, output, seen));
    }
  }
  const limits = found.filter((limit) => limit !== undefined);
  return limits.length === 0 ? undefined : Math.min(...limits);
}
