import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { attention, attentionShapes } from './attention';
import { position } from './position';
import { convolution, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { images, type SmallTransformer } from './smallTransformer';
import { attentionNames } from './vit';

const [STREAM, HEADS, INNER, LAYERS, SIZE, PATCH, CHANNELS, LABELS] = [12, 3, 10, 2, 6, 3, 2, 4];

const config = {
  model_type: 'dinov2',
  hidden_size: STREAM,
  num_attention_heads: HEADS,
  num_hidden_layers: LAYERS,
  image_size: SIZE,
  patch_size: PATCH,
  num_channels: CHANNELS,
};

/** DINOv2 (Oquab et al. 2024), with a plain MLP and with a gated one. */
export const dinov2: Record<string, SmallTransformer> = {
  'for a class': {
    config: { ...config, use_swiglu_ffn: false, architectures: ['Dinov2ForImageClassification'] },
    shapes: {
      ...encoderShapes('dinov2.', false),
      ...linearShapes('classifier', 2 * STREAM, LABELS),
    },
    forward: (params, image) => tf.tidy(() => classified(params, image as tf.Tensor)),
    input: () => images(2, SIZE, CHANNELS),
  },
  'for a class, with gates': {
    config: { ...config, use_swiglu_ffn: true, architectures: ['Dinov2ForImageClassification'] },
    shapes: {
      ...encoderShapes('dinov2.', true),
      ...linearShapes('classifier', 2 * STREAM, LABELS),
    },
    forward: (params, image) => tf.tidy(() => classified(params, image as tf.Tensor)),
    input: () => images(2, SIZE, CHANNELS),
  },
  bare: {
    config: { ...config, use_swiglu_ffn: false, architectures: ['Dinov2Model'] },
    shapes: encoderShapes('', false),
    forward: (params, image) => tf.tidy(() => dinov2Encoder(params, '', image as tf.Tensor)),
    input: () => images(2, SIZE, CHANNELS),
  },
};

function encoderShapes(prefix: string, gated: boolean) {
  const shapes: Record<string, number[]> = {
    [`${prefix}embeddings.cls_token`]: [1, 1, STREAM],
    [`${prefix}embeddings.position_embeddings`]: [1, (SIZE / PATCH) ** 2 + 1, STREAM],
    [`${prefix}embeddings.patch_embeddings.projection.weight`]: [STREAM, CHANNELS, PATCH, PATCH],
    [`${prefix}embeddings.patch_embeddings.projection.bias`]: [STREAM],
    ...normShapes(`${prefix}layernorm`, STREAM),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}encoder.layer.${i}`;
    const [read, written] = gated ? ['weights_in', 'weights_out'] : ['fc1', 'fc2'];
    Object.assign(
      shapes,
      normShapes(`${layer}.norm1`, STREAM),
      attentionShapes(attentionNames(layer), STREAM, STREAM),
      { [`${layer}.layer_scale1.lambda1`]: [STREAM] },
      normShapes(`${layer}.norm2`, STREAM),
      linearShapes(`${layer}.mlp.${read}`, STREAM, gated ? 2 * INNER : INNER),
      linearShapes(`${layer}.mlp.${written}`, INNER, STREAM),
      { [`${layer}.layer_scale2.lambda1`]: [STREAM] },
    );
  }
  return shapes;
}

/** A classifier of the class token beside the mean of the patches. */
function classified(params: Params, image: tf.Tensor): tf.Tensor {
  const x = dinov2Encoder(params, 'dinov2.', image);
  const token = position(x, 0);
  const patches = tf.mean(tf.slice(x, [0, 1, 0], [-1, -1, -1]), 1);
  return linear(params, 'classifier', tf.concat([token, patches], 1));
}

/** The states [batch, positions, features]; each layer's output is scaled, feature by feature, before it is added. */
function dinov2Encoder(params: Params, prefix: string, image: tf.Tensor): tf.Tensor {
  const batch = image.shape[0];
  const projection = `${prefix}embeddings.patch_embeddings.projection`;
  const patches = tf.reshape(convolution(params, projection, image, PATCH), [batch, -1, STREAM]);
  const token = tf.tile(params[`${prefix}embeddings.cls_token`], [batch, 1, 1]);
  let x = tf.concat([token, patches], 1);
  x = tf.add(x, params[`${prefix}embeddings.position_embeddings`]);
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}encoder.layer.${i}`;
    const normal = layerNorm(params, `${layer}.norm1`, x);
    const mixed = attention(params, attentionNames(layer), normal, { heads: HEADS });
    x = tf.add(x, tf.mul(mixed, params[`${layer}.layer_scale1.lambda1`]));
    const inner = feedForward(params, `${layer}.mlp`, layerNorm(params, `${layer}.norm2`, x));
    x = tf.add(x, tf.mul(inner, params[`${layer}.layer_scale2.lambda1`]));
  }
  return layerNorm(params, `${prefix}layernorm`, x);
}

/** fc2·gelu(fc1·x), or weights_out·(silu(a) ⊙ b) with the halves a and b of weights_in·x. */
function feedForward(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  if (`${name}.fc1.weight` in params) {
    return linear(params, `${name}.fc2`, gelu(linear(params, `${name}.fc1`, x)));
  }
  const [gate, values] = tf.split(linear(params, `${name}.weights_in`, x), 2, -1);
  const gated = tf.mul(tf.mul(gate, tf.sigmoid(gate)), values);
  return linear(params, `${name}.weights_out`, gated);
}
