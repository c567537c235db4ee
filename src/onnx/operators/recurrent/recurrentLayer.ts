import {
  add,
  fused,
  reshape,
  split,
  stack,
  type Tensor,
  type Tensor2D,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
import { storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { cut } from '../indexing/pickAlong';
import { type Call, inputAt, optionalAt, unsupported } from '../operator';
import { type TimeMask, timeMasks } from './timeMasks';

/** The state of a recurrent layer: one tensor [sequences, units] or more. Null stands for zeros. */
type State = readonly (Tensor | null)[];

/** One step of time. It gets W·x of the step with its bias, [sequences, gates · units]. */
export type Cell = (inputs: Tensor, state: State) => readonly Tensor[];

/** The weights of a recurrent layer. */
export interface RecurrentWeights {
  readonly units: number;
  /** R, transposed: [units, gates · units] */
  readonly hidden: Tensor2D;
  /** The bias of R·h, [gates · units], where it is not added to that of W·x. */
  readonly hiddenBias: Tensor | null;
}

/** Settings of {@link recurrentLayer}. */
interface RecurrentSettings {
  /** The indices of the inputs that hold initial states. */
  readonly states: readonly number[];
  /** True if the cell adds the bias of R·h itself. */
  readonly hasHiddenBias?: boolean;
  readonly cell: (weights: RecurrentWeights) => Cell;
}

/**
 * A recurrent layer of one direction, unrolled in time. The outputs are the first state at all times, and each state after
 * the last step.
 */
export function recurrentLayer(call: Call, settings: RecurrentSettings): Value[] {
  const { attributes } = call;
  const direction = attributes.text('direction', 'forward');
  if (direction !== 'forward' && direction !== 'reverse') {
    throw unsupported(call, `direction '${direction}'`, 'Export a layer for each direction');
  }
  const isBatchFirst = attributes.number('layout', 0) === 1;
  const x = storedIn(inputAt(call, 0), isBatchFirst ? [1, 0, 2] : [0, 1, 2]);
  const [times, sequences] = x.shape;
  const { inputs, weights } = projected(call, x, settings);
  const masks = timeMasks(optionalAt(call, 4), times);
  const initial = settings.states.map((index) => initialState(optionalAt(call, index), sequences));
  const { all, last } = unrolled(
    settings.cell(weights),
    inputs,
    initial,
    masks,
    direction === 'reverse',
  );
  const { units } = weights;
  const whole = reshape(stack(all), [times, 1, sequences, units]);
  const ends = last.map((state) =>
    tensorValue(reshape(state, isBatchFirst ? [sequences, 1, units] : [1, sequences, units])),
  );
  return [tensorValue(whole, isBatchFirst ? [1, 2, 0, 3] : [0, 1, 2, 3]), ...ends];
}

/** W·x of each time with its bias, computed by one product, and the weights of the cell. */
function projected(
  call: Call,
  x: Tensor,
  { hasHiddenBias = false }: RecurrentSettings,
): { inputs: Tensor[]; weights: RecurrentWeights } {
  const [times, sequences, features] = x.shape;
  const [w, r] = [1, 2].map((index) => {
    const [, rows, columns] = inputAt(call, index).shape;
    return transpose(reshape(toTensor(inputAt(call, index)), [rows, columns])) as Tensor2D;
  });
  const [units, width] = r.shape;
  const both = optionalAt(call, 3);
  const biases = both && split(reshape(toTensor(both), [2 * width]), 2);
  const bias = biases && (hasHiddenBias ? biases[0] : add(biases[0], biases[1]));
  const flat = reshape(x, [times * sequences, features]) as Tensor2D;
  const product = fused.matMul({ a: flat, b: w, ...(bias ? { bias } : {}) });
  return {
    inputs: stepsOf(reshape(product, [times, sequences, width])),
    weights: {
      units,
      hidden: r,
      hiddenBias: biases && hasHiddenBias ? biases[1] : null,
    },
  };
}

/**
 * The tensors along the first axis. They are cut from blocks of √times steps, because tfjs-wasm copies a whole tensor for
 * each part of it.
 */
function stepsOf(x: Tensor): Tensor[] {
  const [times] = x.shape;
  const block = Math.ceil(Math.sqrt(times));
  if (times <= 4) return unstack(x);
  const blocks = Array.from({ length: Math.ceil(times / block) }, (_, k) => {
    const first = k * block;
    return cut(x, 0, first, Math.min(block, times - first));
  });
  return blocks.flatMap((each) => unstack(each));
}

/** The initial state [sequences, units]; null if it is zero. */
function initialState(value: Value | null, sequences: number): Tensor | null {
  const isZero =
    value === null || (value.kind === 'host' && Array.from(value.data).every((each) => each === 0));
  return isZero ? null : reshape(toTensor(value), [sequences, -1]);
}

/** The first state at all times, and all states after the last step. */
function unrolled(
  cell: Cell,
  inputs: readonly Tensor[],
  initial: State,
  masks: readonly (TimeMask | null)[],
  isReverse: boolean,
): { all: Tensor[]; last: readonly Tensor[] } {
  const all = new Array<Tensor>(inputs.length);
  const times = inputs.map((_, time) => time);
  let state = initial;
  let last: readonly Tensor[] = [];
  for (const time of isReverse ? times.reverse() : times) {
    const mask = masks[time];
    const next = cell(inputs[time], state);
    last = mask ? next.map((each, k) => mask.keep(each, state[k])) : next;
    all[time] = mask ? mask.clear(next[0]) : next[0];
    state = last;
  }
  return { all, last };
}
