import { concat, reshape } from '@tensorflow/tfjs-core';
import { invalid } from '../../../errors';
import {
  permutedValue,
  type TensorValue,
  tensorValue,
  toTensor,
  type Value,
} from '../../values/value';

/** The heads [batch, heads, rows, depth] of [batch, rows, heads · depth]. No data moves. */
export function splitHeads(value: Value, heads: number): TensorValue {
  const [batch, rows, width] = value.shape;
  if (value.shape.length !== 3 || !(heads > 0) || width % heads !== 0) {
    throw invalid(
      `a value of shape [${value.shape}] is not of ${heads} heads side by side`,
      'Export the model again',
      { param: 'num_heads', received: heads },
    );
  }
  const apart = reshape(toTensor(value), [batch, rows, heads, width / heads]);
  return permutedValue(tensorValue(apart), [0, 2, 1, 3]);
}

/** The value [batch, rows, heads · depth] of heads [batch, heads, rows, depth]. */
export function joinHeads(value: TensorValue): TensorValue {
  const [batch, heads, rows, depth] = value.shape;
  const beside = toTensor(permutedValue(value, [0, 2, 1, 3]));
  return tensorValue(reshape(beside, [batch, rows, heads * depth]));
}

/** The heads with those of past rows before them. */
export function behindPast(past: Value | null, heads: TensorValue): TensorValue {
  if (!past || past.shape[2] === 0) return heads;
  return tensorValue(concat([toTensor(past), toTensor(heads)], 2));
}
