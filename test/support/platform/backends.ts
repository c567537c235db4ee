import * as tf from '@tensorflow/tfjs-core';
import { useBackend } from '../backend';
import { startWebGpu } from '../webgpu';

/** The tfjs backends of Node that the contract is held on; the first is the oracle of the others. */
export const backends: readonly string[] = ['cpu', 'wasm', 'webgpu'];

const missing = await startWebGpu();
if (missing) process.stderr.write(`webgpu tests skipped: ${missing}\n`);

/** Whether a backend can run here; where one cannot, it has been said why. */
export const canRun = (backend: string): boolean => backend !== 'webgpu' || missing === null;

/** Makes a backend the current one. */
export async function start(backend: string): Promise<void> {
  if (backend === 'webgpu') await tf.setBackend('webgpu');
  else await useBackend(backend as 'cpu' | 'wasm');
}
