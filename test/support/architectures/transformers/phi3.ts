import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { groupedAttention, inHeads } from './groupedAttention';
import { embedding, linear, linearShapes } from './pytorchLayers';
import { rmsNorm } from './rmsNorm';
import { rotate } from './rotate';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, FEATURES, INNER, LAYERS, VOCABULARY] = [16, 4, 4, 10, 1, 11];

/** Phi-3 (Abdin et al. 2024): Llama with queries, keys and values in one layer, and gates and units in another. */
export const phi3: Record<string, SmallTransformer> = {
  'phi3, a head of keys each': network(HEADS, FEATURES),
  'phi3, heads that share keys': network(2, FEATURES),
  'phi3, half of the features rotated': network(2, FEATURES / 2),
};

function network(shared: number, rotated: number): SmallTransformer {
  return {
    config: {
      model_type: 'phi3',
      hidden_size: STREAM,
      num_hidden_layers: LAYERS,
      num_attention_heads: HEADS,
      num_key_value_heads: shared,
      intermediate_size: INNER,
      ...(rotated < FEATURES && { partial_rotary_factor: rotated / FEATURES }),
    },
    shapes: shapesOf(shared),
    forward: (params, ids) => tf.tidy(() => decode(params, ids, shared, rotated)),
    input: () => tokens(2, 6, VOCABULARY),
  };
}

function shapesOf(shared: number) {
  const all: Record<string, number[]> = {
    'model.embed_tokens.weight': [VOCABULARY, STREAM],
    'model.norm.weight': [STREAM],
    'lm_head.weight': [VOCABULARY, STREAM],
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `model.layers.${i}`;
    Object.assign(
      all,
      { [`${layer}.input_layernorm.weight`]: [STREAM] },
      linearShapes(`${layer}.self_attn.qkv_proj`, STREAM, (HEADS + 2 * shared) * FEATURES, false),
      linearShapes(`${layer}.self_attn.o_proj`, HEADS * FEATURES, STREAM, false),
      { [`${layer}.post_attention_layernorm.weight`]: [STREAM] },
      linearShapes(`${layer}.mlp.gate_up_proj`, STREAM, 2 * INNER, false),
      linearShapes(`${layer}.mlp.down_proj`, INNER, STREAM, false),
    );
  }
  return all;
}

function decode(params: Params, ids: NetworkInput, shared: number, rotated: number): tf.Tensor {
  let x = embedding(params, 'model.embed_tokens', ids as tf.Tensor);
  for (let i = 0; i < LAYERS; i++) {
    const layer = `model.layers.${i}`;
    const normal = rmsNorm(params, `${layer}.input_layernorm`, x);
    x = tf.add(x, attend(params, `${layer}.self_attn`, normal, shared, rotated));
    const inner = rmsNorm(params, `${layer}.post_attention_layernorm`, x);
    const [gate, up] = tf.split(linear(params, `${layer}.mlp.gate_up_proj`, inner), 2, 2);
    const gated = tf.mul(up, tf.mul(gate, tf.sigmoid(gate)));
    x = tf.add(x, linear(params, `${layer}.mlp.down_proj`, gated));
  }
  return linear(params, 'lm_head', rmsNorm(params, 'model.norm', x));
}

function attend(
  params: Params,
  name: string,
  x: tf.Tensor,
  shared: number,
  rotated: number,
): tf.Tensor {
  const sizes = [HEADS, shared, shared].map((heads) => heads * FEATURES);
  const [query, key, value] = tf.split(linear(params, `${name}.qkv_proj`, x), sizes, 2);
  const mixed = groupedAttention(
    rotate(inHeads(query, HEADS), rotated),
    rotate(inHeads(key, shared), rotated),
    inHeads(value, shared),
  );
  return linear(params, `${name}.o_proj`, mixed);
}
