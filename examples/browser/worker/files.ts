import * as tf from '@tensorflow/tfjs-core';
import {
  type Params,
  parseSafetensors,
  prefixMapping,
  renamePrefix,
  serializeSafetensors,
} from 'perm-lmc';
import { mergeNetworks } from './mergeNetworks';
import { inspectOnnx } from './onnxFiles';
import { toPlain } from './plainNetwork';
import { readSpec } from './specs';
import type { Work } from './tasks';

export const inspect: Work<'inspect'> = async (source) => {
  const { file } = source;
  if (/\.onnx$/i.test(file.name)) return inspectOnnx(source);
  const { params } = await readNetwork(file);
  try {
    const values = Object.values(params).reduce((sum, { size }) => sum + size, 0);
    return { names: Object.keys(params), values };
  } finally {
    tf.dispose(params);
  }
};

export const parseNetwork: Work<'parseNetwork'> = async (bytes) => {
  const { params } = parseSafetensors(bytes);
  try {
    return await toPlain(params);
  } finally {
    tf.dispose(params);
  }
};

export const compareNames: Work<'compareNames'> = async ({ a, b }) => {
  const missing = a.find((name) => !b.includes(name));
  const extra = b.find((name) => !a.includes(name));
  if (missing === undefined && extra === undefined) return { mapping: null, problem: null };
  const mapping = prefixMapping(a, b);
  if (mapping) return { mapping, problem: null };
  const sides = [
    missing === undefined ? '' : `only A has '${missing}'`,
    extra === undefined ? '' : `only B has '${extra}'`,
  ];
  return { mapping: null, problem: sides.filter((side) => side !== '').join(', ') };
};

/** Aligns B to A and writes (1 − alpha)·A + alpha·B under A's names, with A's metadata. */
export const merge: Work<'merge'> = async (
  { a: fileA, b: fileB, mapping, spec: source, alpha },
  context,
) => {
  const owned: Params[] = [];
  try {
    const { params: a, metadata } = await readNetwork(fileA);
    owned.push(a);
    const { params: read } = await readNetwork(fileB);
    owned.push(read);
    const b = mapping ? renamePrefix(read, mapping) : read;
    if (b !== read) owned.push(b);
    const spec = await readSpec(source, Object.keys(a));
    const { params: merged, report } = await mergeNetworks(spec, a, b, alpha, context);
    owned.push(merged);
    const bytes = await serializeSafetensors(merged, { metadata });
    return { files: [{ name: 'merged.safetensors', bytes }], warnings: [], ...report };
  } finally {
    tf.dispose(owned);
  }
};

/** Reads the network of a file. Errors name the file. */
async function readNetwork(file: File) {
  try {
    return parseSafetensors(new Uint8Array(await file.arrayBuffer()));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`'${file.name}' cannot be read as safetensors. ${reason}`, { cause: error });
  }
}
