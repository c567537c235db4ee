import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import type * as tf from '@tensorflow/tfjs-core';
import { parseSafetensors } from 'perm-lmc';

const folder = fileURLToPath(new URL('../../fixtures/torchvision/', import.meta.url));

/** The names of the small networks. */
export const torchvisionFixtures = readdirSync(folder).flatMap(
  (file) => /^(.+)\.onnx$/.exec(file)?.[1] ?? [],
);

/** A small network: its ONNX file, an input, and the output that PyTorch computes. */
export function torchvisionFixture(name: string) {
  const { params } = parseSafetensors(readFileSync(`${folder}${name}_io.safetensors`));
  const { x, y } = params as Record<'x' | 'y', tf.Tensor>;
  return { bytes: new Uint8Array(readFileSync(`${folder}${name}.onnx`)), x, y };
}

/** The shapes of the state dicts of torchvision's models, by the names of the models. */
export function torchvisionShapes(): Record<string, Record<string, number[]>> {
  return JSON.parse(gunzipSync(readFileSync(`${folder}shapes.json.gz`)).toString());
}
