import type { Tensor } from '@tensorflow/tfjs-core';
import type { HostArray } from '../../values/hostArray';
import { type Call, inputAt, type Operator } from '../operator';
import { mapTensor, mapValue } from './mapValues';

/** An operator of one input, elementwise. */
export function unary(
  onHost: (x: number) => number,
  onTensor: (x: Tensor) => Tensor,
  dtype?: HostArray['dtype'],
): Operator {
  return { run: (call) => mapValue(inputAt(call, 0), onHost, onTensor, dtype) };
}

/** An operator of one input, elementwise, that is always computed by tfjs. */
export function tensorOperator(map: (x: Tensor, call: Call) => Tensor): Operator {
  return { run: (call) => mapTensor(inputAt(call, 0), (x) => map(x, call)) };
}
