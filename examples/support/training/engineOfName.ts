import { createTfjsEngine } from './tfjsEngine';
import type { CreateTrainingEngine } from './trainingEngine';
import { createWasmEngine } from './wasmEngine';

/** `'wasm'`: own kernels in WebAssembly; `'tfjs'`: operations of tfjs on its current backend. */
export type EngineName = 'wasm' | 'tfjs';

/** The training engine of a name. */
export function engineOfName(name: EngineName): CreateTrainingEngine {
  return name === 'wasm' ? createWasmEngine : createTfjsEngine;
}
