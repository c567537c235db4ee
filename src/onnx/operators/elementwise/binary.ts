import type { Tensor } from '@tensorflow/tfjs-core';
import type { HostArray } from '../../values/hostArray';
import { inputAt, type Operator } from '../operator';
import { mapTwo } from './mapValues';

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
