import { hostValues } from '../model/hostValues';
import type { TensorSource } from '../model/tensorSource';
import { type HostArray, hostArray } from '../values/hostArray';
import type { FlatGraph, FlatTensor, GraphStep } from './flatGraph';
import { operatorName } from './operatorName';

const recurrent = new Set(['RNN', 'GRU', 'LSTM']);

/**
 * The graph in which a step that picks the last state of one layer or direction out of a stack reads that state alone, as
 * `h_n[-1]` in PyTorch. Through the stack the units of all layers would share one axis, and one order.
 */
export function pickedStates(graph: FlatGraph, source: TensorSource): FlatGraph {
  const tensors = new Map(graph.tensors);
  const stacks = new Map<string, readonly string[]>();
  const steps = graph.steps.map((step) => {
    for (const [name, rows] of stackedBy(step, stacks)) stacks.set(name, rows);
    const rows = stacks.get(step.inputs[0]);
    const index = rows && pickedIndex(step, tensors, source);
    if (!rows || !index) return step;
    const row = rows.at(index.data[0]);
    if (row === undefined) return step;
    const first = `${step.outputs[0]}.first`;
    const values = hostArray('int32', index.shape, [0]);
    tensors.set(first, { record: null, values, node: null });
    return { ...step, inputs: [row, first] };
  });
  return { ...graph, steps, tensors };
}

/** The values that a step makes of last states, each with the names of the states stacked in it. */
function stackedBy(
  step: GraphStep,
  stacks: ReadonlyMap<string, readonly string[]>,
): [string, readonly string[]][] {
  const { attributes, inputs, outputs } = step;
  const name = operatorName(step);
  if (recurrent.has(name)) {
    const isTimeFirst = attributes.number('layout', 0) === 0;
    return isTimeFirst ? outputs.slice(1).map((each) => [each, [each]]) : [];
  }
  if (name !== 'Concat' || attributes.number('axis', 0) !== 0) return [];
  const parts = inputs.map((input) => stacks.get(input));
  const isStack = parts.every((part) => part !== undefined);
  return isStack ? [[outputs[0], parts.flat()]] : [];
}

/** The index that a Gather of the first axis picks; null if the step is another. */
function pickedIndex(
  step: GraphStep,
  tensors: ReadonlyMap<string, FlatTensor>,
  source: TensorSource,
): HostArray | null {
  const index = tensors.get(step.inputs[1]);
  const isPick = operatorName(step) === 'Gather' && step.attributes.number('axis', 0) === 0;
  if (!isPick || !index) return null;
  const values = index.values ?? hostValues(source, index.record!);
  return values.data.length === 1 ? values : null;
}
