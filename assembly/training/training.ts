/**
 * Kernels for training convolutional networks with layer normalisation, in WebAssembly with SIMD.
 *
 * Values lie in blocks of 8 samples: a map is `[height, width, channels, 8]` float32 for each block, so that every
 * instruction works on 4 samples at once, for any height, width and number of channels. A weight is copied to
 * all lanes.
 *
 * Compiled by scripts/buildWasm.mjs. The caller, `examples/support/training/wasm`, grows the memory, lays out all
 * buffers after `start`, and passes addresses and sizes.
 */
export { addKernelGradient } from './addKernelGradient';
export { convolve } from './convolve';
export { descend } from './descend';
export { averagePixels, dense, denseGradient, spreadGradient } from './head';
export { blockBytes, blockFloats } from './images';
export { normalise, normaliseGradient } from './normalisation';
export { pool, poolGradient } from './pooling';
export { addRectified, addTo, maskGradient } from './residual';
export { transposeKernel } from './transposeKernel';

/** The address of the first free byte. */
export function start(): usize {
  return (__heap_base + 63) & ~63;
}
