import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import type { PlainNetwork, PlainTensor } from '../protocol';

/** The tensors of a network on the current backend; the caller disposes them. */
export function toParams(network: PlainNetwork): Params {
  return Object.fromEntries(
    Object.entries(network).map(([name, { shape, values }]) => [
      name,
      tf.tensor(values, [...shape], 'float32'),
    ]),
  );
}

/** The values of a network's tensors. The tensors are not disposed. */
export async function toPlain(params: Params): Promise<PlainNetwork> {
  const network: Record<string, PlainTensor> = {};
  for (const [name, tensor] of Object.entries(params)) {
    // Copied: on some backends, data() returns the memory of the tensor.
    network[name] = { shape: tensor.shape, values: Float32Array.from(await tensor.data()) };
  }
  return network;
}

/** Runs `work` on the tensors of these networks, and disposes them afterwards. */
export async function withParams<Result>(
  networks: readonly PlainNetwork[],
  work: (params: Params[]) => Promise<Result>,
): Promise<Result> {
  const params = networks.map(toParams);
  try {
    return await work(params);
  } finally {
    tf.dispose(params);
  }
}
