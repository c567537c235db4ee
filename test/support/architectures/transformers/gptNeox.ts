import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { groupedAttention } from './groupedAttention';
import { embedding, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { rotate } from './rotate';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, INNER, LAYERS, VOCABULARY] = [24, 3, 10, 1, 11];
const FEATURES = STREAM / HEADS;

/** GPT-NeoX (Black et al. 2022), by the rotated features of a head, and by the way that sublayers are added. */
export const gptNeox: Record<string, SmallTransformer> = {
  'gpt_neox, a quarter rotated': network({ share: 0.25, parallel: true }),
  'gpt_neox, all rotated, one sublayer after another': network({ share: 1, parallel: false }),
};

interface Form {
  /** The share of the features of a head that are rotated. */
  readonly share: number;
  /** Attention and MLP read the same states. */
  readonly parallel: boolean;
}

function network(form: Form): SmallTransformer {
  return {
    config: {
      model_type: 'gpt_neox',
      hidden_size: STREAM,
      num_hidden_layers: LAYERS,
      num_attention_heads: HEADS,
      intermediate_size: INNER,
      rotary_pct: form.share,
      use_parallel_residual: form.parallel,
    },
    shapes: shapes(),
    forward: (params, ids) => tf.tidy(() => decode(params, ids, form)),
    input: () => tokens(2, 6, VOCABULARY),
  };
}

function shapes() {
  const all: Record<string, number[]> = {
    'gpt_neox.embed_in.weight': [VOCABULARY, STREAM],
    ...normShapes('gpt_neox.final_layer_norm', STREAM),
    'embed_out.weight': [VOCABULARY, STREAM],
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `gpt_neox.layers.${i}`;
    Object.assign(
      all,
      normShapes(`${layer}.input_layernorm`, STREAM),
      normShapes(`${layer}.post_attention_layernorm`, STREAM),
      linearShapes(`${layer}.attention.query_key_value`, STREAM, 3 * STREAM),
      linearShapes(`${layer}.attention.dense`, STREAM, STREAM),
      linearShapes(`${layer}.mlp.dense_h_to_4h`, STREAM, INNER),
      linearShapes(`${layer}.mlp.dense_4h_to_h`, INNER, STREAM),
    );
  }
  return all;
}

function decode(params: Params, ids: NetworkInput, { share, parallel }: Form): tf.Tensor {
  let x = embedding(params, 'gpt_neox.embed_in', ids as tf.Tensor);
  for (let i = 0; i < LAYERS; i++) {
    const layer = `gpt_neox.layers.${i}`;
    const normal = layerNorm(params, `${layer}.input_layernorm`, x);
    const mixed = tf.add(x, attend(params, `${layer}.attention`, normal, FEATURES * share));
    const source = layerNorm(params, `${layer}.post_attention_layernorm`, parallel ? x : mixed);
    const inner = gelu(linear(params, `${layer}.mlp.dense_h_to_4h`, source));
    x = tf.add(mixed, linear(params, `${layer}.mlp.dense_4h_to_h`, inner));
  }
  return linear(params, 'embed_out', layerNorm(params, 'gpt_neox.final_layer_norm', x));
}

/** Attention whose layer holds, for each head in turn, its query, its key and its value. */
function attend(params: Params, name: string, x: tf.Tensor, rotated: number): tf.Tensor {
  const [batch, positions] = x.shape;
  const all = tf.reshape(linear(params, `${name}.query_key_value`, x), [
    batch,
    positions,
    HEADS,
    3 * FEATURES,
  ]);
  const [query, key, value] = tf.split(tf.transpose(all, [0, 2, 1, 3]), 3, 3);
  const mixed = groupedAttention(rotate(query, rotated), rotate(key, rotated), value);
  return linear(params, `${name}.dense`, mixed);
}
