import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type AttentionNames, attention, attentionShapes } from './attention';
import { position } from './position';
import { convolution, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { images, type SmallTransformer } from './smallTransformer';

const [STREAM, HEADS, INNER, LAYERS, SIZE, PATCH, CHANNELS, LABELS] = [12, 3, 10, 2, 6, 3, 2, 4];
const PATCHES = (SIZE / PATCH) ** 2;

const config = {
  model_type: 'vit',
  hidden_size: STREAM,
  num_attention_heads: HEADS,
  num_hidden_layers: LAYERS,
  intermediate_size: INNER,
  image_size: SIZE,
  patch_size: PATCH,
  num_channels: CHANNELS,
};

/** Vision transformers with a class token (Dosovitskiy et al. 2021). */
export const vit: Record<string, SmallTransformer> = {
  'for a class': {
    config: { ...config, architectures: ['ViTForImageClassification'] },
    shapes: { ...encoderShapes('vit.', 1), ...linearShapes('classifier', STREAM, LABELS) },
    forward: (params, image) =>
      tf.tidy(() => {
        const x = vitEncoder(params, 'vit.', image as tf.Tensor, ['cls_token']);
        return linear(params, 'classifier', position(x, 0));
      }),
    input: () => images(2, SIZE, CHANNELS),
  },
  bare: {
    config: { ...config, architectures: ['ViTModel'] },
    shapes: { ...encoderShapes('', 1), ...linearShapes('pooler.dense', STREAM, STREAM) },
    forward: (params, image) =>
      tf.tidy(() => {
        const x = vitEncoder(params, '', image as tf.Tensor, ['cls_token']);
        return [x, tf.tanh(linear(params, 'pooler.dense', position(x, 0)))];
      }),
    input: () => images(2, SIZE, CHANNELS),
  },
};

/** Vision transformers with a distillation token (Touvron et al. 2021), with one classifier and with two. */
export const deit: Record<string, SmallTransformer> = {
  'for a class': {
    config: { ...config, model_type: 'deit', architectures: ['DeiTForImageClassification'] },
    shapes: {
      ...encoderShapes('deit.', 2),
      'deit.embeddings.distillation_token': [1, 1, STREAM],
      ...linearShapes('classifier', STREAM, LABELS),
    },
    forward: (params, image) =>
      tf.tidy(() => linear(params, 'classifier', position(distilled(params, 'deit.', image), 0))),
    input: () => images(2, SIZE, CHANNELS),
  },
  'for a class, with a teacher': {
    config: {
      ...config,
      model_type: 'deit',
      architectures: ['DeiTForImageClassificationWithTeacher'],
    },
    shapes: {
      ...encoderShapes('deit.', 2),
      'deit.embeddings.distillation_token': [1, 1, STREAM],
      ...linearShapes('cls_classifier', STREAM, LABELS),
      ...linearShapes('distillation_classifier', STREAM, LABELS),
    },
    forward: (params, image) =>
      tf.tidy(() => {
        const x = distilled(params, 'deit.', image);
        const own = linear(params, 'cls_classifier', position(x, 0));
        const taught = linear(params, 'distillation_classifier', position(x, 1));
        return tf.div(tf.add(own, taught), 2);
      }),
    input: () => images(2, SIZE, CHANNELS),
  },
  bare: {
    config: { ...config, model_type: 'deit', architectures: ['DeiTModel'] },
    shapes: { ...encoderShapes('', 2), 'embeddings.distillation_token': [1, 1, STREAM] },
    forward: (params, image) => tf.tidy(() => distilled(params, '', image)),
    input: () => images(2, SIZE, CHANNELS),
  },
};

function encoderShapes(prefix: string, classTokens: number) {
  const shapes: Record<string, number[]> = {
    [`${prefix}embeddings.cls_token`]: [1, 1, STREAM],
    [`${prefix}embeddings.position_embeddings`]: [1, PATCHES + classTokens, STREAM],
    [`${prefix}embeddings.patch_embeddings.projection.weight`]: [STREAM, CHANNELS, PATCH, PATCH],
    [`${prefix}embeddings.patch_embeddings.projection.bias`]: [STREAM],
    ...normShapes(`${prefix}layernorm`, STREAM),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}encoder.layer.${i}`;
    Object.assign(
      shapes,
      attentionShapes(attentionNames(layer), STREAM, STREAM),
      linearShapes(`${layer}.intermediate.dense`, STREAM, INNER),
      linearShapes(`${layer}.output.dense`, INNER, STREAM),
      normShapes(`${layer}.layernorm_before`, STREAM),
      normShapes(`${layer}.layernorm_after`, STREAM),
    );
  }
  return shapes;
}

/** The names of the attention in a layer of ViT, DeiT or DINOv2. */
export function attentionNames(layer: string): AttentionNames {
  return {
    query: `${layer}.attention.attention.query`,
    key: `${layer}.attention.attention.key`,
    value: `${layer}.attention.attention.value`,
    output: `${layer}.attention.output.dense`,
  };
}

function distilled(params: Params, prefix: string, image: unknown): tf.Tensor {
  return vitEncoder(params, prefix, image as tf.Tensor, ['cls_token', 'distillation_token']);
}

/** The states [batch, positions, features] of the given tokens, then of the patches. A normalisation is before each layer. */
function vitEncoder(
  params: Params,
  prefix: string,
  image: tf.Tensor,
  classTokens: readonly string[],
): tf.Tensor {
  const batch = image.shape[0];
  const projection = `${prefix}embeddings.patch_embeddings.projection`;
  const patches = tf.reshape(convolution(params, projection, image, PATCH), [batch, -1, STREAM]);
  const added = classTokens.map((name) =>
    tf.tile(params[`${prefix}embeddings.${name}`], [batch, 1, 1]),
  );
  let x = tf.concat([...added, patches], 1);
  x = tf.add(x, params[`${prefix}embeddings.position_embeddings`]);
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}encoder.layer.${i}`;
    const normal = layerNorm(params, `${layer}.layernorm_before`, x);
    x = tf.add(x, attention(params, attentionNames(layer), normal, { heads: HEADS }));
    const query = layerNorm(params, `${layer}.layernorm_after`, x);
    const inner = gelu(linear(params, `${layer}.intermediate.dense`, query));
    x = tf.add(x, linear(params, `${layer}.output.dense`, inner));
  }
  return layerNorm(params, `${prefix}layernorm`, x);
}
