import * as tf from '@tensorflow/tfjs-core';

/** The four pixels of every 2 × 2 square, in row-major order: maps [n, h/2, w/2, c] each. */
export type Quarters = readonly [tf.Tensor4D, tf.Tensor4D, tf.Tensor4D, tf.Tensor4D];

/** The quarters of maps [n, h, w, c] of even height and width. */
export function quartersOf(x: tf.Tensor4D): Quarters {
  const [n, height, width, channels] = x.shape;
  const lines = tf.split(tf.reshape(x, [(n * height) / 2, 2 * width * channels]), 2, 1);
  const columns = lines.flatMap((line) =>
    tf.split(tf.reshape(line, [(n * height * width) / 4, 2 * channels]), 2, 1),
  );
  const shape = [n, height / 2, width / 2, channels];
  return columns.map((column) => tf.reshape(column, shape)) as unknown as Quarters;
}

/** The maps [n, 2h, 2w, c] with these quarters, the inverse of {@link quartersOf}. */
export function fromQuarters(quarters: Quarters): tf.Tensor4D {
  const [n, height, width, channels] = quarters[0].shape;
  const columns = quarters.map((quarter) => tf.reshape(quarter, [-1, channels]));
  const lines = [columns.slice(0, 2), columns.slice(2)].map((pair) =>
    tf.reshape(tf.concat(pair, 1), [n * height, 2 * width * channels]),
  );
  return tf.reshape(tf.concat(lines, 1), [n, 2 * height, 2 * width, channels]);
}
