import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { type AttentionNames, attention, attentionShapes, causalMask } from './attention';
import { position } from './position';
import {
  convolution,
  embedding,
  layerNorm,
  linear,
  linearShapes,
  normShapes,
} from './pytorchLayers';
import { images, type SmallTransformer, tokens } from './smallTransformer';

const [LAYERS, VOCABULARY, POSITIONS, SIZE, PATCH, CHANNELS, PROJECTED] = [2, 11, 6, 6, 3, 2, 5];
const text = { width: 12, heads: 3, inner: 10 };
const vision = { width: 8, heads: 2, inner: 14 };
type Tower = typeof text;

const config = {
  model_type: 'clip',
  projection_dim: PROJECTED,
  text_config: {
    model_type: 'clip_text_model',
    hidden_size: text.width,
    num_attention_heads: text.heads,
    num_hidden_layers: LAYERS,
    intermediate_size: text.inner,
  },
  vision_config: {
    model_type: 'clip_vision_model',
    hidden_size: vision.width,
    num_attention_heads: vision.heads,
    num_hidden_layers: LAYERS,
    intermediate_size: vision.inner,
  },
};

/** CLIP (Radford et al. 2021): similarities of texts and images, and its towers alone. */
export const clip: Record<string, SmallTransformer> = {
  'for similarities': {
    config: { ...config, architectures: ['CLIPModel'] },
    shapes: {
      logit_scale: [],
      ...textShapes(),
      ...visionShapes(),
      ...linearShapes('text_projection', text.width, PROJECTED, false),
      ...linearShapes('visual_projection', vision.width, PROJECTED, false),
    },
    forward: (params, input) =>
      tf.tidy(() => {
        const { ids, image } = input as Record<string, tf.Tensor>;
        const words = unit(linear(params, 'text_projection', textTower(params, ids)));
        const pictures = unit(linear(params, 'visual_projection', visionTower(params, image)));
        const cosines = tf.matMul(words, tf.transpose(pictures));
        return tf.mul(cosines, tf.exp(params.logit_scale));
      }),
    input: (): NetworkInput => ({
      ids: tokens(3, POSITIONS, VOCABULARY),
      image: images(2, SIZE, CHANNELS),
    }),
  },
  'for vectors of texts': {
    config: {
      ...config.text_config,
      projection_dim: PROJECTED,
      architectures: ['CLIPTextModelWithProjection'],
    },
    shapes: {
      ...textShapes(),
      ...linearShapes('text_projection', text.width, PROJECTED, false),
    },
    forward: (params, ids) =>
      tf.tidy(() => linear(params, 'text_projection', textTower(params, ids as tf.Tensor))),
    input: () => tokens(3, POSITIONS, VOCABULARY),
  },
  'for vectors of images': {
    config: {
      ...config.vision_config,
      projection_dim: PROJECTED,
      architectures: ['CLIPVisionModelWithProjection'],
    },
    shapes: {
      ...visionShapes(),
      ...linearShapes('visual_projection', vision.width, PROJECTED, false),
    },
    forward: (params, image) =>
      tf.tidy(() => linear(params, 'visual_projection', visionTower(params, image as tf.Tensor))),
    input: () => images(2, SIZE, CHANNELS),
  },
  'the text tower': {
    config: { ...config.text_config, architectures: ['CLIPTextModel'] },
    shapes: textShapes(),
    forward: (params, ids) => tf.tidy(() => textTower(params, ids as tf.Tensor)),
    input: () => tokens(3, POSITIONS, VOCABULARY),
  },
  'the vision tower': {
    config: { ...config.vision_config, architectures: ['CLIPVisionModel'] },
    shapes: visionShapes(),
    forward: (params, image) => tf.tidy(() => visionTower(params, image as tf.Tensor)),
    input: () => images(2, SIZE, CHANNELS),
  },
};

function textShapes() {
  return {
    'text_model.embeddings.token_embedding.weight': [VOCABULARY, text.width],
    'text_model.embeddings.position_embedding.weight': [POSITIONS, text.width],
    ...encoderShapes('text_model', text),
    ...normShapes('text_model.final_layer_norm', text.width),
  };
}

function visionShapes() {
  const { width } = vision;
  return {
    'vision_model.embeddings.class_embedding': [width],
    'vision_model.embeddings.patch_embedding.weight': [width, CHANNELS, PATCH, PATCH],
    'vision_model.embeddings.position_embedding.weight': [(SIZE / PATCH) ** 2 + 1, width],
    ...normShapes('vision_model.pre_layrnorm', width),
    ...encoderShapes('vision_model', vision),
    ...normShapes('vision_model.post_layernorm', width),
  };
}

function encoderShapes(tower: string, { width, inner }: Tower) {
  const shapes: Record<string, number[]> = {};
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${tower}.encoder.layers.${i}`;
    Object.assign(
      shapes,
      attentionShapes(attentionNames(layer), width, width),
      normShapes(`${layer}.layer_norm1`, width),
      linearShapes(`${layer}.mlp.fc1`, width, inner),
      linearShapes(`${layer}.mlp.fc2`, inner, width),
      normShapes(`${layer}.layer_norm2`, width),
    );
  }
  return shapes;
}

function attentionNames(layer: string): AttentionNames {
  return {
    query: `${layer}.self_attn.q_proj`,
    key: `${layer}.self_attn.k_proj`,
    value: `${layer}.self_attn.v_proj`,
    output: `${layer}.self_attn.out_proj`,
  };
}

/** The state of the last token of each text: [texts, features]. */
function textTower(params: Params, ids: tf.Tensor): tf.Tensor {
  const length = ids.shape[1]!;
  const positions = tf.range(0, length, 1, 'int32');
  const x = tf.add(
    embedding(params, 'text_model.embeddings.token_embedding', ids),
    embedding(params, 'text_model.embeddings.position_embedding', positions),
  );
  const encoded = encoder(params, 'text_model', text, x, causalMask(length));
  return position(layerNorm(params, 'text_model.final_layer_norm', encoded), length - 1);
}

/** The state of the class token of each image: [images, features]. */
function visionTower(params: Params, image: tf.Tensor): tf.Tensor {
  const batch = image.shape[0];
  const { width } = vision;
  const projected = convolution(params, 'vision_model.embeddings.patch_embedding', image, PATCH);
  const token = tf.reshape(params['vision_model.embeddings.class_embedding'], [1, 1, width]);
  const embedded = tf.concat(
    [tf.tile(token, [batch, 1, 1]), tf.reshape(projected, [batch, -1, width])],
    1,
  );
  const places = params['vision_model.embeddings.position_embedding.weight'];
  const x = layerNorm(params, 'vision_model.pre_layrnorm', tf.add(embedded, places));
  const encoded = encoder(params, 'vision_model', vision, x);
  return layerNorm(params, 'vision_model.post_layernorm', position(encoded, 0));
}

function encoder(
  params: Params,
  tower: string,
  { heads }: Tower,
  embedded: tf.Tensor,
  bias?: tf.Tensor,
): tf.Tensor {
  let x = embedded;
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${tower}.encoder.layers.${i}`;
    const normal = layerNorm(params, `${layer}.layer_norm1`, x);
    x = tf.add(x, attention(params, attentionNames(layer), normal, { heads, bias }));
    const inner = linear(params, `${layer}.mlp.fc1`, layerNorm(params, `${layer}.layer_norm2`, x));
    const activated = tf.mul(inner, tf.sigmoid(tf.mul(inner, 1.702))); // a quick GELU
    x = tf.add(x, linear(params, `${layer}.mlp.fc2`, activated));
  }
  return x;
}

/** Vectors of length 1. */
function unit(x: tf.Tensor): tf.Tensor {
  return tf.div(x, tf.norm(x, 2, -1, true));
}
