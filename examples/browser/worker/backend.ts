import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import plainWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm?url';
import simdWasm from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import type { BackendChoice, BackendName } from '../protocol';

/** A backend that has started. */
export interface StartedBackend {
  readonly backend: BackendName;
  /** The reason if another backend than the chosen one was started; null otherwise. */
  readonly note: string | null;
  /** Resolves with the reason if the graphics device is lost. */
  readonly lost: Promise<string>;
}

/** The fields of a WebGPU adapter that the page uses. */
interface Adapter {
  readonly info?: { readonly isFallbackAdapter?: boolean };
}

/** Starts the backend that the visitor chose, or wasm with a note of the reason. */
export async function startBackend(choice: BackendChoice): Promise<StartedBackend> {
  if (choice === 'auto') {
    const isThere = await findAdapter().then(
      (adapter) => adapter !== null && !adapter.info?.isFallbackAdapter,
      () => false,
    );
    return startOr(isThere ? 'webgpu' : 'wasm');
  }
  return startOr(choice);
}

async function startOr(name: BackendName): Promise<StartedBackend> {
  try {
    await start(name);
    return { backend: name, note: null, lost: lossOf(name) };
  } catch (error) {
    if (name === 'wasm') throw error;
    await start('wasm');
    const reason = error instanceof Error ? error.message : String(error);
    return { backend: 'wasm', note: `${label[name]} did not start: ${reason}`, lost: never() };
  }
}

const label: Record<BackendName, string> = {
  wasm: 'WebAssembly',
  webgpu: 'WebGPU',
  webgl: 'WebGL',
  cpu: 'Plain JavaScript',
};

async function start(name: BackendName): Promise<void> {
  await importBackend[name]();
  if (!(await tf.setBackend(name))) throw new Error(`the backend ${name} cannot be used here`);
  await tf.ready();
}

const importBackend: Record<BackendName, () => Promise<unknown>> = {
  async wasm() {
    // Threads need isolation headers, which few servers send.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': plainWasm,
      'tfjs-backend-wasm-simd.wasm': simdWasm,
      'tfjs-backend-wasm-threaded-simd.wasm': simdWasm,
    });
  },
  async webgpu() {
    if ((await findAdapter()) === null) throw new Error('this browser has no WebGPU adapter');
    await import('@tensorflow/tfjs-backend-webgpu');
  },
  webgl: () => import('@tensorflow/tfjs-backend-webgl'),
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

async function findAdapter(): Promise<Adapter | null> {
  const { gpu } = navigator as { gpu?: { requestAdapter(): Promise<Adapter | null> } };
  return (await gpu?.requestAdapter()) ?? null;
}

/** Resolves with the reason when the device of this backend is lost. */
async function lossOf(name: BackendName): Promise<string> {
  const backend = tf.backend() as unknown as {
    device?: { lost: Promise<{ message: string }> };
    gpgpu?: { gl: { canvas: EventTarget } };
  };
  if (name === 'webgpu' && backend.device) {
    const { message } = await backend.device.lost;
    return `The WebGPU device was lost${message ? ` (${message.replace(/\.\s*$/, '')})` : ''}.`;
  }
  if (name === 'webgl' && backend.gpgpu) {
    const { canvas } = backend.gpgpu.gl;
    await new Promise((resolve) => canvas.addEventListener('webglcontextlost', resolve));
    return 'The WebGL context was lost.';
  }
  return never();
}

function never(): Promise<string> {
  return new Promise(() => {});
}
