import { cast, type Tensor } from '@tensorflow/tfjs-core';
import { aligned } from '../../values/aligned';
import { broadcastIndices, broadcastShape } from '../../values/broadcastShape';
import { type HostArray, hostArray } from '../../values/hostArray';
import { storedIn, tensorValue, type Value } from '../../values/value';
import { onJoinedAxes } from '../kernels/onJoinedAxes';
import { allOnHost } from '../operator';

type Dtype = HostArray['dtype'];

/** The value with a function applied to its tensor elementwise. The order of storage stays. */
export function mapTensor(value: Value, map: (tensor: Tensor) => Tensor): Value {
  const order = value.kind === 'tensor' ? value.order : undefined;
  return tensorValue(
    onJoinedAxes([storedIn(value, order)], ([tensor]) => map(tensor)),
    order,
  );
}

/** A function of one value, elementwise: on the host if the value is there. */
export function mapValue(
  value: Value,
  onHost: (x: number) => number,
  onTensor: (tensor: Tensor) => Tensor,
  dtype: Dtype = value.dtype,
): Value {
  if (value.kind === 'tensor') return mapTensor(value, onTensor);
  return hostArray(dtype, value.shape, rounded(dtype, Array.from(value.data, onHost)));
}

/** A function of two values that are broadcast, elementwise: on the host if both are there. */
export function mapTwo(
  values: readonly [Value, Value],
  onHost: (x: number, y: number) => number,
  onTensors: (a: Tensor, b: Tensor) => Tensor,
  dtype: Dtype = (values[0].dtype === 'float32' ? values[0] : values[1]).dtype,
): Value {
  return mapValues(
    values,
    ([x, y]) => onHost(x, y),
    (tensors) => {
      const [a, b] = alike(tensors);
      return onTensors(a, b);
    },
    dtype,
  );
}

/** A function of values that are broadcast, elementwise: on the host if all are there. */
export function mapValues(
  values: readonly Value[],
  onHost: (elements: readonly number[]) => number,
  onTensors: (tensors: readonly Tensor[]) => Tensor,
  dtype: Dtype,
): Value {
  const host = allOnHost(values) as readonly HostArray[] | null;
  if (!host) {
    const { tensors, order } = aligned(values);
    return tensorValue(onJoinedAxes(tensors, onTensors), order);
  }
  const shape = broadcastShape(host.map((array) => array.shape));
  const indices = host.map((array) => broadcastIndices(array.shape, shape));
  // One list for all elements: masks may have millions.
  const elements = host.map(() => 0);
  const data = Array.from(indices[0], (_, i) => {
    for (const [k, array] of host.entries()) elements[k] = array.data[indices[k][i]];
    return onHost(elements);
  });
  return hostArray(dtype, shape, rounded(dtype, data));
}

/** Tensors of one dtype. The types of a graph agree, but an input may be passed as int32 or as float32. */
export function alike(tensors: readonly Tensor[]): readonly Tensor[] {
  const isFloat = tensors.some(({ dtype }) => dtype === 'float32');
  return isFloat
    ? tensors.map((each) => (each.dtype === 'float32' ? each : cast(each, 'float32')))
    : tensors;
}

/** Floats are rounded to 32 bits as in other runtimes: a size that is scaled and rounded down depends on it. */
function rounded(dtype: Dtype, data: readonly number[]): ArrayLike<number> {
  return dtype === 'float32' ? Float32Array.from(data) : data;
}
