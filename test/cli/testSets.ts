import { writeFileSync } from 'node:fs';
import type * as tf from '@tensorflow/tfjs-core';
import { npyBytes, npyText } from '../io/npyBytes';
import { zipBytes } from '../io/zipBytes';

/** Writes tensors as an .npz file: floats as float32, integers as int64. */
export async function writeNpz(
  path: string,
  arrays: Readonly<Record<string, tf.Tensor>>,
): Promise<string> {
  const files = [];
  for (const [name, array] of Object.entries(arrays)) {
    const values = await array.data();
    const shape = `(${array.shape.map((size) => `${size},`).join(' ')})`;
    const isFloat = array.dtype === 'float32';
    const { buffer } = isFloat ? Float32Array.from(values) : BigInt64Array.from(values, BigInt);
    const data = npyBytes(npyText(isFloat ? '<f4' : '<i8', shape), new Uint8Array(buffer));
    files.push({ name: `${name}.npy`, data });
  }
  writeFileSync(path, zipBytes(files));
  return path;
}
