import type * as tf from '@tensorflow/tfjs-core';
import type { TensorProto } from 'onnx-buf';
import { expect } from 'vitest';
import { types } from './modelBytes';
import { tensorNumbers } from './tensorNumbers';
import { dtypeOf } from './tensorOf';

/**
 * Expects the tensor of a message: its shape, its kind of dtype, and its values within 10⁻⁴ (float16: 10⁻³) of the
 * largest finite one, or of 1. NaN and infinities must be equal.
 */
export async function expectOutput(found: tf.Tensor, message: TensorProto): Promise<void> {
  expect(found.shape).toEqual(message.dims.map(Number));
  expect(found.dtype).toBe(dtypeOf(message));
  const [values, numbers] = [await found.data(), tensorNumbers(message)];
  // Computed in 32 bits, and rounded by the case to 11 significant bits.
  const tolerance = message.dataType === types.float16 ? 1e-3 : 1e-4;
  const scale = numbers
    .filter(Number.isFinite)
    .reduce((most, each) => Math.max(most, Math.abs(each)), 1);
  const wrong = numbers.findIndex(
    (each, i) =>
      !(each === values[i] || Math.abs(each - values[i]) <= tolerance * scale) &&
      !(Number.isNaN(each) && Number.isNaN(values[i])),
  );
  expect(wrong, `element ${wrong} is ${values[wrong]} instead of ${numbers[wrong]}`).toBe(-1);
}
