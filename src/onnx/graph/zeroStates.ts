import { hostValues } from '../model/hostValues';
import type { TensorSource } from '../model/tensorSource';
import type { FlatGraph, GraphStep } from './flatGraph';
import { isFloat } from './isFloat';
import { operatorName } from './operatorName';
import { readsShape } from './readsShape';
import { neededBy } from './sortSteps';

/** The inputs of recurrent layers that are initial states. */
const STATES: Readonly<Record<string, readonly number[]>> = {
  RNN: [5],
  GRU: [5],
  LSTM: [5, 6],
};

/** Operators that rearrange or repeat the elements of their first input, and read no more than the shape of it. */
const MOVES = new Set(
  'Identity Slice Expand Split Reshape Squeeze Unsqueeze Transpose Tile Gather Cast'.split(' '),
);

/**
 * The graph with tensors of zeros that are only used as initial states of recurrent layers as constants, not weights.
 * Exporters write them into the file, and the number of sequences is in their shape.
 */
export function zeroStates(graph: FlatGraph, source: TensorSource): FlatGraph {
  const states = stateNames(graph);
  const tensors = new Map(graph.tensors);
  for (const name of states) {
    const tensor = tensors.get(name);
    if (!tensor?.record || !isFloat(tensor)) continue;
    const values = hostValues(source, tensor.record);
    const isZero = Array.from(values.data).every((value) => value === 0);
    if (isZero) tensors.set(name, { ...tensor, record: null, values });
  }
  return { ...graph, tensors };
}

/** The names of the values that reach initial states alone. */
function stateNames({ steps, outputs }: FlatGraph): Set<string> {
  const states = new Set<string>();
  const others = new Set(outputs.map(({ name }) => name));
  for (const step of steps.toReversed()) {
    const isState = step.outputs.every(
      (name) => name === '' || (states.has(name) && !others.has(name)),
    );
    const places = step.branches ? [] : statePlaces(step, isState);
    for (const [k, input] of step.inputs.entries()) {
      if (places.includes(k)) states.add(input);
      else if (!readsShape(step)) others.add(input);
    }
    if (step.branches) for (const needed of neededBy(step)) others.add(needed);
  }
  return new Set([...states].filter((name) => !others.has(name)));
}

/** The inputs of a step that it uses as initial states. */
function statePlaces(step: GraphStep, isState: boolean): readonly number[] {
  const name = operatorName(step);
  if (MOVES.has(name)) return isState ? [0] : [];
  if (name === 'Concat') return isState ? step.inputs.map((_, k) => k) : [];
  return Object.hasOwn(STATES, name) ? STATES[name] : [];
}
