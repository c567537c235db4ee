import { broadcastTo, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { isBeyondWebGpu } from '../../values/isBeyondWebGpu';
import { joinedShape, ofRank, runsOf } from './onJoinedAxes';

/** The tensor broadcast to a shape. tfjs-webgpu repeats tensors of up to 4 axes: neighbours are joined beyond. */
export function expanded(x: Tensor, shape: readonly number[]): Tensor {
  if (!isBeyondWebGpu(shape.length)) return broadcastTo(x, [...shape]);
  const own = ofRank(x.shape, shape.length);
  const runs = runsOf([own, shape]);
  const found = broadcastTo(reshape(x, joinedShape(own, runs)), joinedShape(shape, runs));
  return reshape(found, [...shape]);
}
