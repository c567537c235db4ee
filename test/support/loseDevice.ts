import * as tf from '@tensorflow/tfjs-core';

interface BackendOnDevice {
  readonly device?: { destroy(): void };
  readonly gpgpu?: { readonly gl: WebGLRenderingContext };
}

/** Destroys the WebGPU device or loses the WebGL context beneath the current backend. */
export function loseDevice(): void {
  const { device, gpgpu } = tf.backend() as unknown as BackendOnDevice;
  if (device) device.destroy();
  else gpgpu!.gl.getExtension('WEBGL_lose_context')!.loseContext();
}

/** Replaces a backend whose device may be lost by one on a new device, and makes it the current one. */
export async function renewBackend(name: string): Promise<void> {
  const factory = tf.findBackendFactory(name)!;
  tf.removeBackend(name);
  tf.registerBackend(name, factory, 1);
  if (!(await tf.setBackend(name))) throw new Error(`the ${name} backend did not start again`);
}
