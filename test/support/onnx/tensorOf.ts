import * as tf from '@tensorflow/tfjs-core';
import type { TensorProto } from 'onnx-buf';
import { types } from './modelBytes';
import { tensorNumbers } from './tensorNumbers';

/** The tensor of a message, as a user of tfjs makes it: float32, int32 or bool. */
export function tensorOf(message: TensorProto): tf.Tensor {
  return tf.tensor(tensorNumbers(message), message.dims.map(Number), dtypeOf(message));
}

/** The dtype of tfjs for a message's type. */
export function dtypeOf({ dataType }: TensorProto): 'float32' | 'int32' | 'bool' {
  if (dataType === types.bool) return 'bool';
  return floatTypes.includes(dataType) ? 'float32' : 'int32';
}

const floatTypes: readonly number[] = [types.float, types.double, types.float16, types.bfloat16];
