import { about, invalid } from '../../../errors';
import type { FlatTensor, GraphStep } from '../../graph/flatGraph';
import { elementType } from '../../model/elementType';

/** The remedy for weights that are stored as integers. */
export const INTEGER_WEIGHTS =
  'Export the float model, merge its weights, and quantise the result afterwards';

/** Operators whose output has elements of their first input. */
const moving = new Set(
  'Identity Reshape Flatten Squeeze Unsqueeze Transpose Slice Split Gather Concat Pad Expand Tile'.split(
    ' ',
  ),
);

/**
 * Throws at the first DequantizeLinear that makes floats of a weight that is stored as integers. The weight may be
 * rearranged before, such as the rows of an embedding that are picked by Gather.
 *
 * @param from - The stored tensors whose elements are in values, by the names of the values. It is added to.
 */
export function assertFloatWeights(
  steps: readonly GraphStep[],
  tensors: ReadonlyMap<string, FlatTensor>,
  from: Map<string, string> = new Map([...tensors.keys()].map((name) => [name, name])),
): void {
  for (const { op, label, inputs, outputs, branches } of steps) {
    for (const branch of branches ?? []) assertFloatWeights(branch.steps, tensors, from);
    const weight = from.get(inputs[0]);
    if (weight === undefined) continue;
    if (op === 'DequantizeLinear') about(label, () => throwInteger(weight, tensors));
    if (!moving.has(op)) continue;
    for (const name of outputs) from.set(name, weight);
  }
}

function throwInteger(weight: string, tensors: ReadonlyMap<string, FlatTensor>): never {
  const record = tensors.get(weight)?.record;
  const type = record ? elementType(record.type).name : 'integers';
  throw invalid(
    `weight '${weight}' is stored as ${type}, and integers cannot be merged`,
    INTEGER_WEIGHTS,
    { param: weight, received: type },
  );
}
