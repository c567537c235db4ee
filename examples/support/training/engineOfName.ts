import { createTfjsEngine } from './tfjsEngine';
import type { CreateTrainingEngine } from './trainingEngine';

/** `'wasm'`: own kernels in WebAssembly; `'tfjs'`: operations of tfjs on its current backend. */
export type EngineName = 'wasm' | 'tfjs';

/** The training engine of a name. */
export function engineOfName(_name: EngineName): CreateTrainingEngine {
  return createTfjsEngine;
}
