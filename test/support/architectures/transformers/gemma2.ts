import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { groupedAttention, inHeads } from './groupedAttention';
import { embedding, linear, linearShapes } from './pytorchLayers';
import { rmsNorm } from './rmsNorm';
import { rotate } from './rotate';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, SHARED, FEATURES, INNER, LAYERS, VOCABULARY] = [12, 4, 2, 4, 10, 2, 11];
const [QUERY_SCALE, ATTENTION_BOUND, LOGIT_BOUND, WINDOW] = [3, 5, 8, 3];
const norms = [
  'input_layernorm',
  'post_attention_layernorm',
  'pre_feedforward_layernorm',
  'post_feedforward_layernorm',
];

/**
 * Gemma 2 (Gemma Team 2024): normalisations before and after each sublayer, bounded scores and logits, every second
 * layer with a window, the embedding as the head.
 */
export const gemma2: Record<string, SmallTransformer> = {
  gemma2: {
    config: {
      model_type: 'gemma2',
      hidden_size: STREAM,
      num_hidden_layers: LAYERS,
      num_attention_heads: HEADS,
      num_key_value_heads: SHARED,
      head_dim: FEATURES,
      intermediate_size: INNER,
      query_pre_attn_scalar: QUERY_SCALE,
      attn_logit_softcapping: ATTENTION_BOUND,
      final_logit_softcapping: LOGIT_BOUND,
      sliding_window: WINDOW,
    },
    shapes: shapes(),
    forward: (params, ids) => tf.tidy(() => decode(params, ids)),
    input: () => tokens(2, 6, VOCABULARY),
  },
};

function shapes() {
  const all: Record<string, number[]> = {
    'model.embed_tokens.weight': [VOCABULARY, STREAM],
    'model.norm.weight': [STREAM],
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `model.layers.${i}`;
    for (const norm of norms) all[`${layer}.${norm}.weight`] = [STREAM];
    Object.assign(
      all,
      linearShapes(`${layer}.self_attn.q_proj`, STREAM, HEADS * FEATURES, false),
      linearShapes(`${layer}.self_attn.k_proj`, STREAM, SHARED * FEATURES, false),
      linearShapes(`${layer}.self_attn.v_proj`, STREAM, SHARED * FEATURES, false),
      linearShapes(`${layer}.self_attn.o_proj`, HEADS * FEATURES, STREAM, false),
      linearShapes(`${layer}.mlp.gate_proj`, STREAM, INNER, false),
      linearShapes(`${layer}.mlp.up_proj`, STREAM, INNER, false),
      linearShapes(`${layer}.mlp.down_proj`, INNER, STREAM, false),
    );
  }
  return all;
}

function decode(params: Params, ids: NetworkInput): tf.Tensor {
  const normal = (name: string, x: tf.Tensor) => rmsNorm(params, `model.${name}`, x, 1);
  let x = tf.mul(embedding(params, 'model.embed_tokens', ids as tf.Tensor), Math.sqrt(STREAM));
  for (let i = 0; i < LAYERS; i++) {
    const [before, after, beforeInner, afterInner] = norms.map((norm) => `layers.${i}.${norm}`);
    const window = i % 2 === 0 ? WINDOW : undefined;
    const mixed = attend(params, `model.layers.${i}.self_attn`, normal(before, x), window);
    x = tf.add(x, normal(after, mixed));
    const inner = gatedMlp(params, `model.layers.${i}.mlp`, normal(beforeInner, x));
    x = tf.add(x, normal(afterInner, inner));
  }
  const logits = linear(params, 'model.embed_tokens', normal('norm', x));
  return tf.mul(tf.tanh(tf.div(logits, LOGIT_BOUND)), LOGIT_BOUND);
}

function attend(params: Params, name: string, x: tf.Tensor, window?: number): tf.Tensor {
  const query = rotate(inHeads(linear(params, `${name}.q_proj`, x), HEADS));
  const key = rotate(inHeads(linear(params, `${name}.k_proj`, x), SHARED));
  const value = inHeads(linear(params, `${name}.v_proj`, x), SHARED);
  const scale = 1 / Math.sqrt(QUERY_SCALE);
  const mixed = groupedAttention(query, key, value, { scale, bound: ATTENTION_BOUND, window });
  return linear(params, `${name}.o_proj`, mixed);
}

/** down·(gelu(gate·x) ⊙ up·x), with the approximation of gelu by tanh (Hendrycks & Gimpel 2016). */
function gatedMlp(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const gate = linear(params, `${name}.gate_proj`, x);
  const inner = tf.mul(geluTanh(gate), linear(params, `${name}.up_proj`, x));
  return linear(params, `${name}.down_proj`, inner);
}

function geluTanh(x: tf.Tensor): tf.Tensor {
  const cubic = tf.add(x, tf.mul(tf.pow(x, 3), 0.044715));
  const gate = tf.add(tf.tanh(tf.mul(cubic, Math.sqrt(2 / Math.PI))), 1);
  return tf.mul(tf.mul(x, 0.5), gate);
}
