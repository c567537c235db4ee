import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type AttentionNames, attention, attentionShapes } from './attention';
import { convolution, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { images, type SmallTransformer } from './smallTransformer';

const [STREAM, HEADS, DEPTHS, RATIO] = [6, [2, 3], [2, 2], 2];
const [SIZE, PATCH, CHANNELS, WINDOW, LABELS] = [16, 2, 2, 4, 4];

const config = {
  model_type: 'swin',
  embed_dim: STREAM,
  depths: DEPTHS,
  num_heads: HEADS,
  window_size: WINDOW,
  mlp_ratio: RATIO,
  image_size: SIZE,
  patch_size: PATCH,
  num_channels: CHANNELS,
};

/** Swin (Liu et al. 2021): attention in windows that shift, with relative positions; stages merge 2 × 2 patches. */
export const swin: Record<string, SmallTransformer> = {
  'for a class': {
    config: { ...config, architectures: ['SwinForImageClassification'] },
    shapes: {
      ...encoderShapes('swin.'),
      ...linearShapes('classifier', widthOf(DEPTHS.length - 1), LABELS),
    },
    forward: (params, image) =>
      tf.tidy(() => {
        const x = swinEncoder(params, 'swin.', image as tf.Tensor);
        return linear(params, 'classifier', tf.mean(x, [1, 2]));
      }),
    input: () => images(2, SIZE, CHANNELS),
  },
  bare: {
    config: { ...config, architectures: ['SwinModel'] },
    shapes: encoderShapes(''),
    forward: (params, image) => tf.tidy(() => swinEncoder(params, '', image as tf.Tensor)),
    input: () => images(2, SIZE, CHANNELS),
  },
};

function widthOf(stage: number): number {
  return STREAM * 2 ** stage;
}

function encoderShapes(prefix: string) {
  const shapes: Record<string, number[]> = {
    [`${prefix}embeddings.patch_embeddings.projection.weight`]: [STREAM, CHANNELS, PATCH, PATCH],
    [`${prefix}embeddings.patch_embeddings.projection.bias`]: [STREAM],
    ...normShapes(`${prefix}embeddings.norm`, STREAM),
    ...normShapes(`${prefix}layernorm`, widthOf(DEPTHS.length - 1)),
  };
  DEPTHS.forEach((depth, stage) => {
    const layers = `${prefix}encoder.layers.${stage}`;
    const width = widthOf(stage);
    for (let i = 0; i < depth; i++) {
      Object.assign(shapes, blockShapes(`${layers}.blocks.${i}`, width, HEADS[stage]));
    }
    if (stage + 1 === DEPTHS.length) return;
    Object.assign(
      shapes,
      linearShapes(`${layers}.downsample.reduction`, 4 * width, 2 * width, false),
      normShapes(`${layers}.downsample.norm`, 4 * width),
    );
  });
  return shapes;
}

function blockShapes(block: string, width: number, heads: number) {
  return {
    ...normShapes(`${block}.layernorm_before`, width),
    ...attentionShapes(attentionNames(block), width, width),
    [tableOf(block)]: [(2 * WINDOW - 1) ** 2, heads],
    ...normShapes(`${block}.layernorm_after`, width),
    ...linearShapes(`${block}.intermediate.dense`, width, RATIO * width),
    ...linearShapes(`${block}.output.dense`, RATIO * width, width),
  };
}

function attentionNames(block: string): AttentionNames {
  return {
    query: `${block}.attention.self.query`,
    key: `${block}.attention.self.key`,
    value: `${block}.attention.self.value`,
    output: `${block}.attention.output.dense`,
  };
}

function tableOf(block: string): string {
  return `${block}.attention.self.relative_position_bias_table`;
}

/** The states [batch, rows, columns, features] of the last stage. */
function swinEncoder(params: Params, prefix: string, image: tf.Tensor): tf.Tensor {
  const patches = convolution(
    params,
    `${prefix}embeddings.patch_embeddings.projection`,
    image,
    PATCH,
  );
  let x = layerNorm(params, `${prefix}embeddings.norm`, patches);
  DEPTHS.forEach((depth, stage) => {
    const layers = `${prefix}encoder.layers.${stage}`;
    for (let i = 0; i < depth; i++) {
      // A window as large as the image is not shifted.
      const shift = i % 2 === 1 && x.shape[1]! > WINDOW ? WINDOW / 2 : 0;
      x = swinBlock(params, `${layers}.blocks.${i}`, x, HEADS[stage], shift);
    }
    if (stage + 1 < DEPTHS.length) x = mergedPatches(params, `${layers}.downsample`, x);
  });
  return layerNorm(params, `${prefix}layernorm`, x);
}

function swinBlock(
  params: Params,
  block: string,
  x: tf.Tensor,
  heads: number,
  shift: number,
): tf.Tensor {
  const normal = layerNorm(params, `${block}.layernorm_before`, x);
  const mixed = tf.add(x, windowAttention(params, block, normal, heads, shift));
  const after = layerNorm(params, `${block}.layernorm_after`, mixed);
  const inner = gelu(linear(params, `${block}.intermediate.dense`, after));
  return tf.add(mixed, linear(params, `${block}.output.dense`, inner));
}

/** Attention in each window of an image that is rolled by the shift; what the roll brought together is hidden. */
function windowAttention(
  params: Params,
  block: string,
  x: tf.Tensor,
  heads: number,
  shift: number,
): tf.Tensor {
  const [batch, rows, columns, width] = x.shape as number[];
  const windows = inWindows(rolled(x, -shift));
  const mask = shift === 0 ? null : shiftMask(rows, columns, shift);
  const relative = positionBias(params, block);
  const bias = mask
    ? tf.add(relative, tf.tile(tf.expandDims(mask, 1), [batch, 1, 1, 1]))
    : relative;
  const mixed = attention(params, attentionNames(block), windows, { heads, bias });
  const grid = [batch, rows / WINDOW, columns / WINDOW, WINDOW, WINDOW, width];
  const joined = tf.transpose(tf.reshape(mixed, grid), [0, 1, 3, 2, 4, 5]);
  return rolled(tf.reshape(joined, [batch, rows, columns, width]), shift);
}

/** [batch, rows, columns, features] as [batch · windows, positions, features]. */
function inWindows(x: tf.Tensor): tf.Tensor {
  const [batch, rows, columns, width] = x.shape as number[];
  const grid = [batch, rows / WINDOW, WINDOW, columns / WINDOW, WINDOW, width];
  const windows = tf.transpose(tf.reshape(x, grid), [0, 1, 3, 2, 4, 5]);
  return tf.reshape(windows, [-1, WINDOW * WINDOW, width]);
}

/** Rows and columns moved on by a number, around the edges. */
function rolled(x: tf.Tensor, by: number): tf.Tensor {
  if (by === 0) return x;
  return [1, 2].reduce((image, axis) => {
    const size = image.shape[axis]!;
    const at = (size - by) % size;
    const [before, after] = tf.split(image, [at, size - at], axis);
    return tf.concat([after, before], axis);
  }, x);
}

/** Scores to add [windows, positions, positions]: −100 between positions of different regions of a rolled image. */
function shiftMask(rows: number, columns: number, shift: number): tf.Tensor {
  const region = (at: number, size: number) => (at < size - WINDOW ? 0 : at < size - shift ? 1 : 2);
  const regions = Array.from({ length: rows }, (_, i) =>
    Array.from({ length: columns }, (_, j) => 3 * region(i, rows) + region(j, columns)),
  );
  const windows = inWindows(tf.reshape(tf.tensor2d(regions), [1, rows, columns, 1]));
  const apart = tf.notEqual(windows, tf.transpose(windows, [0, 2, 1]));
  return tf.mul(tf.cast(apart, 'float32'), -100);
}

/** The bias [heads, positions, positions] of the offset between two positions of a window. */
function positionBias(params: Params, block: string): tf.Tensor {
  const positions = Array.from({ length: WINDOW * WINDOW }, (_, i) => [
    Math.floor(i / WINDOW),
    i % WINDOW,
  ]);
  const index = positions.map(([row, column]) =>
    positions.map(
      ([toRow, toColumn]) =>
        (row - toRow + WINDOW - 1) * (2 * WINDOW - 1) + (column - toColumn + WINDOW - 1),
    ),
  );
  const size = WINDOW * WINDOW;
  const rows = tf.gather(params[tableOf(block)], tf.tensor2d(index, [size, size], 'int32'));
  return tf.transpose(rows, [2, 0, 1]);
}

/** The four patches of each 2 × 2 square side by side, normalised and projected. */
function mergedPatches(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const [batch, rows, columns, width] = x.shape as number[];
  const squares = tf.transpose(
    tf.reshape(x, [batch, rows / 2, 2, columns / 2, 2, width]),
    [0, 1, 3, 4, 2, 5], // row 0 and 1 of column 0, then of column 1
  );
  const merged = tf.reshape(squares, [batch, rows / 2, columns / 2, 4 * width]);
  return linear(params, `${name}.reduction`, layerNorm(params, `${name}.norm`, merged));
}
