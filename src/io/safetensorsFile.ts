import { dispose } from '@tensorflow/tfjs-core';
import { assertOptions } from '../checks';
import { invalid, named } from '../errors';
import type { Params } from '../params';
import { decodeTensor } from './decodeTensor';
import { START_BYTES } from './foreignFormat';
import { headerByteLength, parseHeader, type SafetensorsHeader } from './safetensorsHeader';
import { layoutOf, tensorBytes } from './safetensorsLayout';
import { assertReadable } from './storedDtype';

/** The content of a safetensors file. */
export interface SafetensorsFile {
  /** The tensors by name, in the order of the file's header. They belong to the caller. */
  params: Params;
  /** The file's `__metadata__`; empty where it has none. */
  metadata: Record<string, string>;
}

/**
 * The tensors and the metadata of a safetensors file.
 *
 * F32, F16, BF16 and F64 become float32 (F64 is rounded to the nearest float32; the others are
 * exact); I8, U8, I16, U16, I32, U32, I64 and U64 become int32; BOOL becomes bool.
 *
 * @param bytes The whole file. It is copied: the tensors do not change when it does.
 * @returns The tensors belong to the caller, who disposes them with `tf.dispose(params)`.
 * @throws {InvalidInputError} The file breaks a rule of the format, or holds a tensor of another
 * type (complex64, float8 and smaller ones) or a value that its tensor's type cannot hold: an integer
 * beyond int32, a finite F64 beyond float32, a BOOL other than 0 and 1.
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
        'bytes is not a Uint8Array',
        'Pass the whole file: new Uint8Array(await response.arrayBuffer())',
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
      // The Uint8Array constructor always copies, where slice() of a Node.js Buffer would not.
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
  /** Text to keep with the tensors, such as the number of training steps. Default: none. */
  metadata?: Record<string, string>;
}

/**
 * The bytes of a safetensors file that holds `params` and `metadata`.
 *
 * float32 is written as F32, int32 as I32, bool as BOOL. Tensors of 4-byte elements come first, so
 * that each one is aligned; otherwise they keep the record's order. Serializing what
 * {@link parseSafetensors} reads from these bytes gives the same bytes.
 *
 * @param params The tensors by name. None is disposed.
 * @param options All have defaults.
 * @returns The whole file. It shares no memory with the tensors.
 * @throws {InvalidInputError} A tensor has another type (complex64, string), is disposed or is named
 * `__metadata__` or `__proto__`, or `metadata` is not a record of strings.
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
