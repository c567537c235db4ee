import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as ort from 'onnxruntime-web';
import type { TensorGiven } from './modelBytes';

const file = (name: string) => createRequire(import.meta.url).resolve(`onnxruntime-web/${name}`);
ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmBinary = readFileSync(file('ort-wasm-simd-threaded.wasm')).buffer as ArrayBuffer;
ort.env.logLevel = 'fatal';

/** An output of a graph. */
export interface ReferenceOutput {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/**
 * The outputs of a model by name, computed by onnxruntime.
 *
 * @param externalData - The files beside the model, by their locations.
 */
export async function referenceOutputs(
  bytes: Uint8Array,
  inputs: Readonly<Record<string, TensorGiven>>,
  externalData: Readonly<Record<string, Uint8Array>> = {},
): Promise<Record<string, ReferenceOutput>> {
  const session = await ort.InferenceSession.create(bytes, {
    executionProviders: ['wasm'],
    graphOptimizationLevel: 'disabled',
    externalData: Object.entries(externalData).map(([path, data]) => ({ path, data })),
  });
  try {
    const feeds = Object.fromEntries(
      Object.entries(inputs).map(([name, given]) => [name, ortTensor(given)]),
    );
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: Array.from(data as ArrayLike<number>, Number) },
      ]),
    );
  } finally {
    await session.release();
  }
}

function ortTensor({ type = 'float', shape, data }: TensorGiven): ort.Tensor {
  const numbers = Array.from(data);
  switch (type) {
    case 'int64':
      return new ort.Tensor('int64', BigInt64Array.from(numbers.map(BigInt)), [...shape]);
    case 'int32':
      return new ort.Tensor('int32', Int32Array.from(numbers), [...shape]);
    case 'bool':
      return new ort.Tensor('bool', Uint8Array.from(numbers), [...shape]);
    case 'float':
      return new ort.Tensor('float32', Float32Array.from(numbers), [...shape]);
    case 'double':
      return new ort.Tensor('float64', Float64Array.from(numbers), [...shape]);
    case 'uint8':
      return new ort.Tensor('uint8', Uint8Array.from(numbers), [...shape]);
    case 'int8':
      return new ort.Tensor('int8', Int8Array.from(numbers), [...shape]);
    default:
      throw new Error(`a feed of type ${type} is not made`);
  }
}
