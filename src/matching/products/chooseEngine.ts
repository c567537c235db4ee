import { getBackend } from '@tensorflow/tfjs-core';
import { assertChoice } from '../../checks';
import { invalid } from '../../errors';

/**
 * The engine for matrix products.
 *
 * - `packed`: our own kernels, in WebAssembly with SIMD if there is any, on values read from the tensors.
 * - `backend`: the user's current tfjs backend.
 * - `auto`: `packed` on tfjs's cpu and wasm backends, `backend` on all others (webgpu, webgl, native).
 */
export type ProductEngine = 'auto' | 'packed' | 'backend';

/** tfjs backends without a fast matrix product of their own. */
const SLOW_BACKENDS = ['cpu', 'wasm'];

/** The engine that `auto` stands for, or the one asked for. Threads always take `packed`. */
export function chooseEngine(engine: ProductEngine, hasThreads: boolean): 'packed' | 'backend' {
  assertChoice('engine', engine, ['auto', 'packed', 'backend']);
  if (hasThreads && engine === 'backend') {
    throw invalid(
      "engine is 'backend', but threads were given, and they know nothing of tfjs",
      'Leave out one of the two',
    );
  }
  if (engine !== 'auto') return engine;
  return hasThreads || SLOW_BACKENDS.includes(getBackend()) ? 'packed' : 'backend';
}
