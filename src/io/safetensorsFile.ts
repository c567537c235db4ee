import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions, kindOf } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { decodeTensor } from './decodeTensor';
import { START_BYTES } from './foreignFormat';
import { headerByteLength, parseHeader, type SafetensorsHeader } from './safetensorsHeader';
import { layoutOf, tensorBytes } from './safetensorsLayout';
import { assertReadable } from './storedDtype';

/** The contents of a safetensors file. */
export interface SafetensorsFile {
  /** The tensors by name, in the order of the header. The caller owns them. */
  params: Params;
  /** The `__metadata__` of the file; empty if there is none. */
  metadata: Record<string, string>;
}

/**
 * Parses the bytes of a safetensors file.
 *
 * F32, F16, BF16 and the floats of 8 bits become float32 exactly. F64 is rounded to the nearest float32. I8, U8, I16, U16,
 * I32, U32, I64 and U64 become int32. BOOL becomes bool.
 *
 * @param bytes - The whole file. It is copied, so later changes to it do not affect the tensors.
 * @returns The tensors and the metadata. The caller owns the tensors: `tf.dispose(params)`.
 * @throws InvalidInputError if the file breaks a rule of the format, has a tensor of another type
 * (complex64, floats below 8 bits), or has a value that does not fit: an integer beyond int32, a finite
 * F64 beyond float32, a BOOL other than 0 and 1.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { dispose, tensor1d } from '@tensorflow/tfjs-core';
 * import { parseSafetensors, serializeSafetensors } from 'perm-lmc';
 *
 * const bytes = await serializeSafetensors({ bias: tensor1d([1, 2]) });
 * const { params } = parseSafetensors(bytes);
 * params.bias.print(); // [1, 2]
 * dispose(params);
 * ```
 */
export function parseSafetensors(bytes: Uint8Array): SafetensorsFile {
  return named('parseSafetensors', () => {
    if (!(bytes instanceof Uint8Array)) {
      throw invalid(
        `bytes must be a Uint8Array, received ${kindOf(bytes)}`,
        'Pass the whole file: new Uint8Array(await response.arrayBuffer())',
        { param: 'bytes', received: bytes },
      );
    }
    const dataStart = 8 + headerByteLength(bytes.subarray(0, START_BYTES), bytes.length);
    const data = bytes.subarray(dataStart);
    const { tensors, metadata } = parseHeader(bytes.subarray(8, dataStart), data.length);
    for (const stored of tensors) assertReadable(stored);
    return { params: decodeTensors(tensors, data), metadata };
  });
}

function decodeTensors(tensors: SafetensorsHeader['tensors'], data: Uint8Array) {
  const params: Params = {};
  try {
    for (const stored of tensors) {
      // The Uint8Array constructor always copies; slice() of a Node.js Buffer does not.
      const { buffer } = new Uint8Array(data.subarray(stored.begin, stored.end));
      params[stored.name] = decodeTensor(stored, buffer);
    }
    return params;
  } catch (error) {
    dispose(params);
    throw error;
  }
}

/** Options of {@link serializeSafetensors}. */
export interface SerializeSafetensorsOptions {
  /** Text to store with the tensors, such as the number of training steps. Default: none. */
  metadata?: Record<string, string>;
}

/**
 * Serializes tensors and metadata as the bytes of a safetensors file.
 *
 * float32 is written as F32, int32 as I32, bool as BOOL. Tensors of 4-byte elements come first, so
 * that every tensor is aligned; within each size they keep the order of the record. Parsing the result
 * with {@link parseSafetensors} and serializing it again gives the same bytes.
 *
 * @param params - The tensors by name. They are not disposed.
 * @param options - All have defaults.
 * @returns The whole file. It shares no memory with the tensors.
 * @throws InvalidInputError if a tensor has another type (complex64, string), is disposed, or is named
 * `__metadata__` or `__proto__`, or if `metadata` is not a record of strings.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { tensor2d } from '@tensorflow/tfjs-core';
 * import { serializeSafetensors } from 'perm-lmc';
 *
 * const params = { 'fc1.weight': tensor2d([[1, 2], [3, 4]]) };
 * const bytes = await serializeSafetensors(params, { metadata: { epochs: '20' } });
 * new Blob([bytes]).size; // ready to be downloaded, uploaded or stored
 * ```
 */
export async function serializeSafetensors(
  params: Params,
  options: SerializeSafetensorsOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  return named('serializeSafetensors', async () => {
    assertOptions(options, { metadata: true });
    const { metadata = {} } = options;
    const { header, dataBytes, tensors } = layoutOf(params, metadata);
    const file = new Uint8Array(header.length + dataBytes);
    file.set(header);
    for (const { tensor, begin } of tensors) {
      file.set(await tensorBytes(tensor), header.length + begin);
    }
    return file;
  });
}
