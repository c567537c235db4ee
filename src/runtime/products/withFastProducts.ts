import { engine, getBackend } from '@tensorflow/tfjs-core';
import { fastProduct, type RunKernel } from './fastProduct';

/** True while a function runs inside `withFastProducts`. */
let isActive = false;

/**
 * Runs a function with its matrix products on tfjs-wasm computed by {@link fastProduct}. On other backends they are
 * left as they are. A method of tfjs's engine is shadowed meanwhile, and restored when the function returns or throws.
 *
 * A hook of kernels inside sees the calls as the function makes them, and this function runs below it.
 *
 * @param run - A synchronous function.
 */
export function withFastProducts<T>(run: () => T): T {
  if (isActive || getBackend() !== 'wasm') return run();
  const target = engine() as unknown as { runKernel: RunKernel };
  const before = Object.getOwnPropertyDescriptor(target, 'runKernel');
  const original = target.runKernel.bind(target);
  const shadow: RunKernel = (name, inputs, attrs) =>
    fastProduct(name, inputs, attrs, original) ?? original(name, inputs, attrs);
  try {
    isActive = true;
    Object.defineProperty(target, 'runKernel', {
      value: shadow,
      configurable: true,
      writable: true,
      enumerable: true,
    });
    return run();
  } finally {
    isActive = false;
    if (before) Object.defineProperty(target, 'runKernel', before);
    else Reflect.deleteProperty(target, 'runKernel');
  }
}
