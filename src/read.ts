import { type DataTypeMap, engine, type Tensor } from '@tensorflow/tfjs-core';
import { watchDevice } from './device';
import { unlessLost } from './lostDevice';

/**
 * The values of a tensor, on whatever backend it is: the one way in which the library reads. Never at once,
 * which on WebGPU gives zeros in browsers.
 *
 * @throws LostDeviceError where the device with the values is lost, which tfjs tells of by an error of the
 * driver's, by zeros, or not at all.
 */
export function read<D extends 'float32' | 'int32' | 'bool' = 'float32'>(
  tensor: Tensor,
): Promise<DataTypeMap[D]> {
  const { backend } = engine().state.tensorInfo.get(tensor.dataId) ?? {};
  return unlessLost(tensor.data<D>(), watchDevice(backend));
}

/** {@link read} of a tensor that is not needed after. */
export async function readAndDispose(tensor: Tensor): Promise<Float32Array> {
  try {
    return await read(tensor);
  } finally {
    tensor.dispose();
  }
}
