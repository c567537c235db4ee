import { cast, type Tensor } from '@tensorflow/tfjs-core';
import { aligned } from '../../values/broadcast';
import { type HostArray, hostArray } from '../../values/hostArray';
import { broadcastIndices, broadcastShape } from '../../values/hostBroadcast';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { allOnHost } from '../operator';

/** The value with a function applied to its tensor elementwise. The order of storage stays. */
export function mapTensor(value: Value, map: (tensor: Tensor) => Tensor): Value {
  const order = value.kind === 'tensor' ? value.order : undefined;
  return tensorValue(map(storedIn(value, order)), order);
}

/** A function of one value, elementwise: on the host if the value is there. */
export function mapValue(
  value: Value,
  onHost: (x: number) => number,
  onTensor: (tensor: Tensor) => Tensor,
  dtype: HostArray['dtype'] = value.dtype,
): Value {
  if (value.kind === 'tensor') return mapTensor(value, onTensor);
  return hostArray(dtype, value.shape, Array.from(value.data, onHost));
}

/** A function of two values that are broadcast, elementwise: on the host if both are there. */
export function mapTwo(
  values: readonly [Value, Value],
  onHost: (x: number, y: number) => number,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
  dtype?: HostArray['dtype'],
): Value {
  const host = allOnHost(values) as readonly HostArray[] | null;
  if (!host) {
    const { tensors, order } = aligned(values);
    const [a, b] = alike(tensors);
    return tensorValue(onTensors(a, b), order);
  }
  const [x, y] = host;
  const shape = broadcastShape([x.shape, y.shape]);
  const [own, other] = [x, y].map((each) => broadcastIndices(each.shape, shape));
  const data = Array.from(own, (index, i) => onHost(x.data[index], y.data[other[i]]));
  return hostArray(dtype ?? (x.dtype === 'float32' ? x.dtype : y.dtype), shape, data);
}

/** Tensors of one dtype. The types of a graph agree, but an input may be passed as int32 or as float32. */
function alike(tensors: readonly Tensor[]): readonly Tensor[] {
  const isFloat = tensors.some(({ dtype }) => dtype === 'float32');
  return isFloat
    ? tensors.map((each) => (each.dtype === 'float32' ? each : cast(each, 'float32')))
    : tensors;
}
