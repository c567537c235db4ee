import { getBackend } from '@tensorflow/tfjs-core';
import { assertChoice } from '../../checks';
import { invalid } from '../../errors';

/**
 * Who computes matrix products: `packed`, our own kernels (WebAssembly with SIMD where there is
 * any) on values that are read from the tensors; `backend`, the user's current tfjs backend; `auto`, the
 * first on tfjs's cpu and wasm backends, the second on all others (webgpu, webgl, native).
 */
export type ProductEngine = 'auto' | 'packed' | 'backend';

/** tfjs backends without a fast matrix product of their own. */
const SLOW_BACKENDS = ['cpu', 'wasm'];

/** The engine to take. Threads have the packed one. */
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
