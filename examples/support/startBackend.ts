import * as tf from '@tensorflow/tfjs-core';

/** A backend of tfjs that runs in Node. */
export type NodeBackend = 'cpu' | 'wasm' | 'webgpu';

/** Loads a backend of tfjs in Node and makes it current. */
export async function startBackend(backend: NodeBackend): Promise<void> {
  if (backend === 'cpu') await import('@tensorflow/tfjs-backend-cpu');
  else if (backend === 'wasm') await import('@tensorflow/tfjs-backend-wasm');
  else {
    await provideWebGpu();
    await import('@tensorflow/tfjs-backend-webgpu');
  }
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs's backend ${backend} did not start`);
  await tf.ready();
}

/** Gives Node the WebGPU of browsers, over the package `webgpu` and a Vulkan or Metal driver. */
async function provideWebGpu(): Promise<void> {
  const { create, globals } = await import('webgpu').catch((cause: unknown) => {
    throw new Error('WebGPU in Node needs the package webgpu: npm install --save-dev webgpu', {
      cause,
    });
  });
  Object.assign(globalThis, globals);
  const navigator = { gpu: create([]), userAgent: 'node' };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  if ((await navigator.gpu.requestAdapter()) !== null) return;
  throw new Error(
    'there is no WebGPU adapter. Install a driver of the graphics card; one in software is in the Debian package chromium (VK_ICD_FILENAMES=/usr/lib/chromium/vk_swiftshader_icd.json)',
  );
}
