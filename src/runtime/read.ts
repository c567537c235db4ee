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
 * The values of a tensor on any backend. All reads of the library go through here, and all are
 * asynchronous: synchronous reads on WebGPU give zeros in browsers.
 *
 * @throws LostDeviceError if the device with the values is lost. tfjs itself then throws the driver's error,
 * returns zeros, or never resolves.
 */
export function read<D extends 'float32' | 'int32' | 'bool' = 'float32'>(
  tensor: Tensor,
): Promise<DataTypeMap[D]> {
  return unlessLost(tensor.data<D>(), watchDevice(ownerOf(tensor)));
}

/** {@link read}, then dispose the tensor, also on failure. */
export async function readAndDispose(tensor: Tensor): Promise<Float32Array> {
  try {
    return await read(tensor);
  } finally {
    tensor.dispose();
  }
}

/**
 * Throws if the values are only on a WebGPU device and another backend is set: an operation there would read
 * them synchronously.
 *
 * @param what - The subject of the message, such as `parameter 'w'`.
 */
export function assertWithinReach(what: string, tensor: Tensor): void {
  const owner = ownerOf(tensor) as WebGpuBackend | undefined;
  const backend = getBackend();
  if (!owner?.device || owner === findBackend(backend)) return;
  if (owner.tensorMap?.get(tensor.dataId)?.values) return;
  throw invalid(
    `${what} is on WebGPU, but the backend is '${backend}': tfjs would copy zeros`,
    'Create it again on this backend, from its values or from the data that it came from',
    { received: backend },
  );
}

/** Fields of tfjs's webgpu backend that show where values are: `values` is null if they are only on the device. */
type WebGpuBackend = KernelBackend & {
  readonly device?: object;
  readonly tensorMap?: { get(dataId: object): { readonly values: unknown } | undefined };
};

/** The backend that holds a tensor's values. */
function ownerOf({ dataId }: Tensor): KernelBackend | undefined {
  return engine().state.tensorInfo.get(dataId)?.backend;
}
