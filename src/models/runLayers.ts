import { clone, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import type { SymbolicTensor } from './modelTensors';

/** A tensor and its mask, which layers pass on together. */
interface Value {
  readonly tensor: Tensor;
  readonly mask: unknown;
}

/**
 * The values of some symbolic tensors, computed from given values of others. Each layer between them is called once
 * in inference mode, with the masks of the layers before it.
 *
 * @returns New tensors, one for each end; the caller disposes them.
 */
export function runLayers(
  ends: readonly SymbolicTensor[],
  given: ReadonlyMap<SymbolicTensor, Tensor>,
): Tensor[] {
  const values = new Map<SymbolicTensor, Value>();
  for (const [symbol, tensor] of given) values.set(symbol, { tensor, mask: null });

  const computed = (symbol: SymbolicTensor): Value => {
    const known = values.get(symbol);
    if (known) return known;
    const { sourceLayer, nodeIndex, inputs } = symbol;
    if (inputs.length === 0) throw notGiven(symbol);
    const before = inputs.map(computed);
    const tensors = before.map(({ tensor }) => tensor);
    const masks = before.map(({ mask }) => mask);
    const isMasked = masks.some((mask) => mask != null);
    const outputs = [
      sourceLayer.apply(tensors, { training: false, ...(isMasked && { mask: masks[0] }) }),
    ].flat() as Tensor[];
    const mask = sourceLayer.supportsMasking
      ? [sourceLayer.computeMask(tensors, masks)].flat()[0]
      : null;
    for (const [i, output] of sourceLayer.inboundNodes[nodeIndex].outputTensors.entries())
      if (!values.has(output)) values.set(output, { tensor: outputs[i], mask });
    return values.get(symbol)!;
  };

  return tidy(() => ends.map((end) => clone(computed(end).tensor)));
}

function notGiven({ name }: SymbolicTensor): Error {
  return invalid(
    `the outputs depend on the model's input '${name}', which input does not give`,
    'Give a tensor for it, or for layers behind it',
    { param: 'input' },
  );
}
