import { fileURLToPath } from 'node:url';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { enableProdMode, engine, setBackend } from '@tensorflow/tfjs-core';

/** The folder of the backend's binary, from the built command. Unbuilt, the backend finds its own. */
declare const WASM_FOLDER: string | undefined;

/**
 * Starts a backend of tfjs for the process, unless there is one, and returns its name.
 *
 * @param name - The backend. `cpu` replaces `wasm` where that does not start.
 */
export async function startBackend(name: 'wasm' | 'cpu'): Promise<string> {
  if (engine().backendName) return engine().backendName;
  enableProdMode(); // tfjs then prints no advice.
  if (name === 'wasm') {
    if (typeof WASM_FOLDER !== 'undefined') {
      setWasmPaths(fileURLToPath(new URL(WASM_FOLDER, import.meta.url)));
    }
    if (await setBackend('wasm')) return 'wasm';
  }
  await import('@tensorflow/tfjs-backend-cpu');
  await setBackend('cpu');
  return 'cpu';
}
