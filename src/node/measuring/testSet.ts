import {
  cast,
  reshape,
  slice,
  type Tensor,
  type TensorContainer,
  tidy,
} from '@tensorflow/tfjs-core';
import { listNames } from '../../checks';
import { invalid } from '../../errors';
import type { NetworkInput, Params } from '../../params';
import { mapInput, sampleCount } from '../../params/internal';
import type { TestLoss } from './labelsFor';

/** An input of a graph. */
export interface GraphInput {
  readonly name: string;
  /** The type that the graph takes; undefined if it takes any. */
  readonly dtype?: 'float32' | 'int32' | 'bool' | undefined;
  /** The number of samples in a batch, if the graph takes no other. */
  readonly batch?: number | undefined;
}

/** Samples for a graph, and labels in the type that a loss takes. */
export interface TestSet extends Samples {
  readonly loss: TestLoss;
}

/** Samples for a graph, with labels if there are any. */
interface Samples {
  /** Inputs [N, …]: a tensor for a graph of one input, or a record by the names of the inputs. */
  readonly x: NetworkInput;
  /** Labels or targets [N, …]; null if the file holds none. */
  readonly y: Tensor | null;
  /** N. */
  readonly count: number;
  /** The number of samples that were left out at the end, because the graph takes whole batches. */
  readonly leftOut: number;
  /** The number of samples in a batch, if the graph takes no other. */
  readonly batch: number | undefined;
}

/**
 * The samples and labels in named arrays. Labels have the name `y`. The array of a graph's only input has the name
 * `x`, `x0` or that of the input; several have the names of the inputs, or `x0`, `x1`, … in their order.
 *
 * Integers become floats where the graph takes floats, with the same values. Labels [N, 1] become [N].
 *
 * @param arrays - Tensors [N, …] by name; left as they are.
 * @returns New tensors, or those of `arrays` where nothing had to be changed.
 */
export function testSet(arrays: Params, inputs: readonly GraphInput[]): Samples {
  return tidy(() => samplesIn(arrays, inputs) as unknown as TensorContainer) as unknown as Samples;
}

function samplesIn(arrays: Params, inputs: readonly GraphInput[]): Samples {
  const { y: labels = null, ...others } = arrays;
  const names = namesOfInputs(Object.keys(others), inputs);
  const tensors = inputs.map((input, i) => fitted(names[i], others[names[i]], input));
  const x: NetworkInput =
    inputs.length === 1
      ? tensors[0]
      : Object.fromEntries(inputs.map(({ name }, i) => [name, tensors[i]]));
  const count = sampleCount('x', x);
  if (labels !== null && labels.shape[0] !== count) {
    throw invalid(
      `there are ${count} samples and ${labels.shape[0] ?? 'no'} labels y`,
      'Save one label for each sample',
      { param: 'y', received: labels.shape },
    );
  }
  const batch = inputs.find((input) => input.batch !== undefined)?.batch;
  const whole = batch === undefined ? count : wholeBatches(count, batch);
  return {
    x: mapInput(x, (tensor) => first(tensor, whole)),
    y: labels && first(plainLabels(labels), whole),
    count: whole,
    leftOut: count - whole,
    batch,
  };
}

/** The names of the arrays for the inputs, in their order. */
function namesOfInputs(names: readonly string[], inputs: readonly GraphInput[]): string[] {
  const own = inputs.map(({ name }) => name);
  const numbered = inputs.map((_, i) => `x${i}`);
  const ways = inputs.length === 1 ? [['x'], numbered, own] : [own, numbered];
  const found = ways.find((way) => way.every((name) => names.includes(name)));
  if (found) return found;
  const expected = inputs.length === 1 ? `'x'` : `${listNames(own)}, or ${listNames(numbered)}`;
  throw invalid(
    `the file holds ${names.length === 0 ? 'no samples' : listNames(names)}, but the graph takes ${expected}`,
    `Save the samples under ${inputs.length === 1 ? 'the name x' : 'these names'}, and the labels under y`,
    { param: 'data', received: names },
  );
}

/** A tensor in the type that the graph takes. */
function fitted(name: string, tensor: Tensor, { dtype }: GraphInput): Tensor {
  if (dtype === undefined || tensor.dtype === dtype) return tensor;
  if (dtype === 'float32' || (dtype === 'int32' && tensor.dtype === 'bool')) {
    return cast(tensor, dtype);
  }
  throw invalid(
    `'${name}' holds ${tensor.dtype}, but the graph takes ${dtype}`,
    `Save it as ${dtype}`,
    { param: name, received: tensor.dtype },
  );
}

function wholeBatches(count: number, batch: number): number {
  if (count >= batch) return count - (count % batch);
  throw invalid(
    `there are ${count} samples, fewer than the ${batch} of a batch, which the graph fixes`,
    'Save more samples, or export the model with a dynamic batch axis',
    { param: 'data', axis: 0, received: count },
  );
}

/** The first samples; the tensor itself if it holds no others. */
function first(tensor: Tensor, count: number): Tensor {
  const [all, ...others] = tensor.shape;
  return all === count
    ? tensor
    : slice(
        tensor,
        tensor.shape.map(() => 0),
        [count, ...others],
      );
}

/** Labels as int32 or float32, and class indices without an axis of length 1. */
function plainLabels(labels: Tensor): Tensor {
  const numbers = labels.dtype === 'bool' ? cast(labels, 'int32') : labels;
  const isColumn = numbers.dtype === 'int32' && numbers.rank === 2 && numbers.shape[1] === 1;
  return isColumn ? reshape(numbers, [numbers.shape[0]]) : numbers;
}
