import * as tf from '@tensorflow/tfjs-core';

/** The fields in which tfjs's webgpu and webgl backends keep the data of a tensor. */
interface BackendOnDevice {
  readonly tensorMap?: WeakMap<object, { readonly values: unknown }>;
  readonly texData?: BackendOnDevice['tensorMap'];
}

/**
 * Makes every synchronous read of a tensor throw: on WebGPU in a browser it gives zeros. Kernels of tfjs
 * may still read values in the processor's memory at once.
 *
 * @returns A function that restores the reads.
 */
export function forbidSyncReads(): () => void {
  const forbid = () => {
    throw new Error('the values of a tensor were read synchronously');
  };
  const undo = [shadow(tf.engine(), forbid)];
  const backend = tf.backend() as tf.KernelBackend & BackendOnDevice;
  const known = backend.tensorMap ?? backend.texData;
  const readSync = backend.readSync.bind(backend);
  if (known) {
    undo.push(shadow(backend, (id: object) => (known.get(id)?.values ? readSync(id) : forbid())));
  }
  return () => {
    for (const each of undo) each();
  };
}

/** Puts a `readSync` before the one that an object inherits. */
function shadow(owner: object, readSync: (id: object) => unknown): () => void {
  Object.defineProperty(owner, 'readSync', { value: readSync, configurable: true, writable: true });
  return () => Reflect.deleteProperty(owner, 'readSync');
}
