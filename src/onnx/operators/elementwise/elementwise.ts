import type { Tensor } from '@tensorflow/tfjs-core';
import type { HostArray } from '../../values/hostArray';
import { type Call, inputAt, type Operator } from '../operator';
import { mapTensor, mapTwo, mapValue } from './mapValues';

/** An operator of one input, elementwise. */
export function unary(
  onHost: (x: number) => number,
  onTensor: (x: Tensor) => Tensor,
  dtype?: HostArray['dtype'],
): Operator {
  return { run: (call) => mapValue(inputAt(call, 0), onHost, onTensor, dtype) };
}

/** An operator of one input, elementwise, that is always computed by tfjs. */
export function onTensor(map: (x: Tensor, call: Call) => Tensor): Operator {
  return { run: (call) => mapTensor(inputAt(call, 0), (x) => map(x, call)) };
}

/** An operator of two inputs that are broadcast, elementwise. */
export function binary(
  onHost: (x: number, y: number) => number,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
  dtype?: HostArray['dtype'],
): Operator {
  return {
    run: (call) => mapTwo([inputAt(call, 0), inputAt(call, 1)], onHost, onTensors, dtype),
  };
}

/** An operator of one or more inputs that are broadcast, two at a time. */
export function folded(
  onHost: (x: number, y: number) => number,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
): Operator {
  return {
    run: (call) =>
      call.inputs
        .map((_, i) => inputAt(call, i))
        .reduce((result, next) => mapTwo([result, next], onHost, onTensors)),
  };
}
