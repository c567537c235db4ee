import {
  type DataTypeMap,
  engine,
  findBackend,
  getBackend,
  type KernelBackend,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { invalid } from '../errors';
import { unlessLost } from './createDeviceYieldPoint';
import { watchDevice } from './device';

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
  return unlessLost(tensor.data<D>(), watchDevice(ownerOf(tensor)));
}

/** {@link read} of a tensor that is not needed after. */
export async function readAndDispose(tensor: Tensor): Promise<Float32Array> {
  try {
    return await read(tensor);
  } finally {
    tensor.dispose();
  }
}

/**
 * Throws where values are on a WebGPU device alone and another backend is set: for an operation there tfjs
 * would read them at once.
 */
export function assertWithinReach(what: string, tensor: Tensor): void {
  const owner = ownerOf(tensor) as WebGpuBackend | undefined;
  const backend = getBackend();
  if (!owner?.device || owner === findBackend(backend)) return;
  if (owner.tensorMap?.get(tensor.dataId)?.values) return;
  throw invalid(
    `${what} is on WebGPU, but the backend is '${backend}': tfjs would copy zeros`,
    'Make it anew, from its values or from what it came from',
  );
}

/** What of tfjs's webgpu backend tells where values are: null among them is for those on the device alone. */
type WebGpuBackend = KernelBackend & {
  readonly device?: object;
  readonly tensorMap?: { get(dataId: object): { readonly values: unknown } | undefined };
};

/** The backend that has a tensor's values. */
function ownerOf({ dataId }: Tensor): KernelBackend | undefined {
  return engine().state.tensorInfo.get(dataId)?.backend;
}
