import { getBackend } from '@tensorflow/tfjs-core';

/**
 * True if tensors of this rank are beyond some kernels of tfjs-webgpu: they fail from 5 axes on, most silently. The
 * other backends compute them, and the kernels that they have for whole tensors are the shortest way.
 */
export function isBeyondWebGpu(rank: number): boolean {
  return rank > 4 && getBackend() === 'webgpu';
}
