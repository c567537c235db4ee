import {
  add,
  gather,
  less,
  reshape,
  scalar,
  sub,
  type Tensor,
  tensor1d,
  tensor2d,
  where,
} from '@tensorflow/tfjs-core';
import { storedIn, tensorValue, toTensor, type Value } from '../../values/value';
import { axisOf, type Call, inputAt, type Operators } from '../operator';
import { pickAlong } from './pickAlong';

/** Reversals of sequences of different lengths. */
export const reversals: Operators = {
  ReverseSequence: { run: reverseSequence },
};

function reverseSequence(call: Call): Value {
  const [value, lengths] = [inputAt(call, 0), inputAt(call, 1)];
  const rank = value.shape.length;
  const time = axisOf(call.attributes.number('time_axis', 0), rank);
  const batch = axisOf(call.attributes.number('batch_axis', 1), rank);
  const [rows, steps] = [value.shape[batch], value.shape[time]];
  if (lengths.kind === 'host' && Array.from(lengths.data).every((each) => each === steps)) {
    return pickAlong(
      value,
      time,
      Array.from({ length: steps }, (_, i) => steps - 1 - i),
    );
  }
  const rest = value.shape.map((_, axis) => axis).filter((axis) => axis !== batch && axis !== time);
  const order = [batch, time, ...rest];
  const x = storedIn(value, order);
  const table = reshape(x, [rows * steps, ...x.shape.slice(2)]);
  const found = gather(table, reversedRows(lengths, rows, steps));
  return tensorValue(reshape(found, x.shape), order);
}

/** The place in [rows, steps] that each element of it comes from. */
function reversedRows(lengths: Value, rows: number, steps: number): Tensor {
  if (lengths.kind === 'host') {
    const places = Array.from({ length: rows * steps }, (_, i) => {
      const [row, step] = [Math.floor(i / steps), i % steps];
      const length = lengths.data[row];
      return row * steps + (step < length ? length - 1 - step : step);
    });
    return tensor1d(places, 'int32');
  }
  const own = reshape(toTensor(lengths), [rows, 1]);
  const step = tensor2d([[...Array(steps).keys()]], [1, steps], 'int32');
  const starts = Array.from({ length: rows }, (_, row) => row * steps);
  const mirrored = sub(sub(own, scalar(1, 'int32')), step);
  const from = where(less(step, own), mirrored, step);
  return reshape(add(from, tensor2d(starts, [rows, 1], 'int32')), [rows * steps]);
}
