import { existsSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { dawnFeatures } from './dawnFeatures';

/** The driver file of SwiftShader, a Vulkan in software, in Debian's package chromium. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/**
 * Starts tfjs's WebGPU backend in Node over Dawn (npm package webgpu).
 *
 * @returns The reason why it could not be started, or null if it was. In CI, which installs the driver, a
 * failure is an error instead.
 */
export async function startWebGpu(): Promise<string | null> {
  const reason = await tryWebGpu();
  if (reason !== null && process.env.CI) throw new Error(`WebGPU must run here: ${reason}`);
  return reason;
}

async function tryWebGpu(): Promise<string | null> {
  if (!process.env.VK_ICD_FILENAMES && existsSync(swiftShader)) {
    process.env.VK_ICD_FILENAMES = swiftShader;
  }
  try {
    const { create, globals } = await import('webgpu');
    Object.assign(globalThis, globals);
    const navigator = { gpu: create([dawnFeatures]), userAgent: 'node' };
    Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
    if ((await navigator.gpu.requestAdapter()) === null) {
      return 'no WebGPU adapter: install a Vulkan driver, such as the one in the Debian package chromium';
    }
    await import('@tensorflow/tfjs-backend-webgpu');
    return (await tf.setBackend('webgpu')) ? null : 'the webgpu backend did not start';
  } catch (error) {
    return `WebGPU failed: ${error}`;
  }
}
