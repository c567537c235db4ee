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
import { readFile } from './readFile';
import { readSpec } from './specs';
import type { Work } from './tasks';

export const inspect: Work<'inspect'> = async (source, { signal }) => {
  const { file } = source;
  if (/\.onnx$/i.test(file.name)) return inspectOnnx(source, signal);
  const { params } = await readNetwork(file, signal);
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
  const [namesOfA, namesOfB] = [new Set(a), new Set(b)];
  const missing = a.find((name) => !namesOfB.has(name));
  const extra = b.find((name) => !namesOfA.has(name));
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
    const { params: a, metadata } = await readNetwork(fileA, context.signal);
    owned.push(a);
    const { params: read } = await readNetwork(fileB, context.signal);
    owned.push(read);
    const b = mapping ? renamePrefix(read, mapping) : read;
    if (b !== read) owned.push(b);
    const spec = await readSpec(source, Object.keys(a), context.signal);
    const { params: merged, report } = await mergeNetworks(spec, a, b, alpha, context);
    owned.push(merged);
    const bytes = await serializeSafetensors(merged, { metadata });
    return { files: [{ name: 'merged.safetensors', bytes }], warnings: [], ...report };
  } finally {
    tf.dispose(owned);
  }
};

/** Reads the network of a file. Errors name the file. */
async function readNetwork(file: File, signal: AbortSignal) {
  const bytes = await readFile(file, signal);
  try {
    return parseSafetensors(bytes);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`'${file.name}' cannot be read as safetensors. ${reason}`, { cause: error });
  }
}
