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

/** The tfjs backends without a fast matrix product. */
const SLOW_BACKENDS = ['cpu', 'wasm'];

/** The engine to use; `auto` is resolved by the current backend. Threads always use `packed`. */
export function chooseEngine(engine: ProductEngine, hasThreads: boolean): 'packed' | 'backend' {
  assertChoice('engine', engine, ['auto', 'packed', 'backend']);
  if (hasThreads && engine === 'backend') {
    throw invalid(
      "engine is 'backend', but threads do not run tfjs",
      'Leave out engine or threads',
      { param: 'engine', received: engine },
    );
  }
  if (engine !== 'auto') return engine;
  return hasThreads || SLOW_BACKENDS.includes(getBackend()) ? 'packed' : 'backend';
}
