import * as tf from '@tensorflow/tfjs-core';

/**
 * Makes every synchronous read of a tensor throw: on WebGPU in a browser it gives zeros. Returns what takes
 * that back.
 */
export function forbidSyncReads(): () => void {
  const forbid = () => {
    throw new Error('the values of a tensor were read synchronously');
  };
  const owners: Record<string, unknown>[] = [tf.engine() as never];
  // Kernels ask the backend itself. Those on the processor read at once whoever asks them.
  if (tf.getBackend().startsWith('web')) owners.push(tf.backend() as never);
  const before = owners.map((owner) => Object.getOwnPropertyDescriptor(owner, 'readSync'));
  for (const owner of owners) {
    Object.defineProperty(owner, 'readSync', { value: forbid, configurable: true, writable: true });
  }
  return () => {
    for (const [i, owner] of owners.entries()) {
      if (before[i]) Object.defineProperty(owner, 'readSync', before[i]);
      else delete owner.readSync;
    }
  };
}
