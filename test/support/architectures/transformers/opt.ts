import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { groupedAttention, inHeads } from './groupedAttention';
import { embedding, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, INNER, LAYERS, VOCABULARY, POSITIONS, NARROW] = [12, 3, 10, 1, 11, 9, 8];

/** OPT (Zhang et al. 2022), and its form with 350 million parameters. */
export const opt: Record<string, SmallTransformer> = {
  'opt, a head of its own': network({ prefix: 'model.decoder.', untied: true }),
  'opt, tied, bare names': network({ prefix: 'decoder.' }),
  'opt, narrow embeddings, normalised after': network({ prefix: 'model.decoder.', narrow: true }),
};

interface Form {
  readonly prefix: string;
  readonly untied?: boolean;
  /** Embeddings narrower than the stream, and normalisations after sublayers. */
  readonly narrow?: boolean;
}

function network(form: Form): SmallTransformer {
  return {
    config: {
      model_type: 'opt',
      architectures: ['OPTForCausalLM'],
      hidden_size: STREAM,
      num_hidden_layers: LAYERS,
      num_attention_heads: HEADS,
      ffn_dim: INNER,
      word_embed_proj_dim: form.narrow ? NARROW : STREAM,
      do_layer_norm_before: !form.narrow,
    },
    shapes: shapesOf(form),
    forward: (params, ids) => tf.tidy(() => decode(params, ids, form)),
    input: () => tokens(2, 6, VOCABULARY),
  };
}

function shapesOf({ prefix, untied = false, narrow = false }: Form) {
  const words = narrow ? NARROW : STREAM;
  const all: Record<string, number[]> = {
    [`${prefix}embed_tokens.weight`]: [VOCABULARY, words],
    [`${prefix}embed_positions.weight`]: [POSITIONS, STREAM],
    ...(narrow && linearShapes(`${prefix}project_in`, NARROW, STREAM, false)),
    ...(narrow && linearShapes(`${prefix}project_out`, STREAM, NARROW, false)),
    ...(!narrow && normShapes(`${prefix}final_layer_norm`, STREAM)),
    ...(untied && { 'lm_head.weight': [VOCABULARY, words] }),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}layers.${i}`;
    Object.assign(
      all,
      ...['q_proj', 'k_proj', 'v_proj', 'out_proj'].map((name) =>
        linearShapes(`${layer}.self_attn.${name}`, STREAM, STREAM),
      ),
      normShapes(`${layer}.self_attn_layer_norm`, STREAM),
      linearShapes(`${layer}.fc1`, STREAM, INNER),
      linearShapes(`${layer}.fc2`, INNER, STREAM),
      normShapes(`${layer}.final_layer_norm`, STREAM),
    );
  }
  return all;
}

function decode(params: Params, ids: NetworkInput, form: Form): tf.Tensor {
  const { prefix, untied = false, narrow = false } = form;
  const words = embedding(params, `${prefix}embed_tokens`, ids as tf.Tensor);
  const length = (ids as tf.Tensor).shape[1]!;
  const positions = tf.range(2, length + 2, 1, 'int32'); // Position 0 is in row 2.
  let x = tf.add(
    narrow ? linear(params, `${prefix}project_in`, words) : words,
    embedding(params, `${prefix}embed_positions`, positions),
  );
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}layers.${i}`;
    x = added(params, `${layer}.self_attn_layer_norm`, x, narrow, (each) =>
      attend(params, `${layer}.self_attn`, each),
    );
    x = added(params, `${layer}.final_layer_norm`, x, narrow, (each) =>
      linear(params, `${layer}.fc2`, tf.relu(linear(params, `${layer}.fc1`, each))),
    );
  }
  const last = narrow
    ? linear(params, `${prefix}project_out`, x)
    : layerNorm(params, `${prefix}final_layer_norm`, x);
  return linear(params, untied ? 'lm_head' : `${prefix}embed_tokens`, last);
}

/** x and a sublayer of it, normalised before the sublayer or after the sum. */
function added(
  params: Params,
  norm: string,
  x: tf.Tensor,
  after: boolean,
  sublayer: (x: tf.Tensor) => tf.Tensor,
): tf.Tensor {
  if (after) return layerNorm(params, norm, tf.add(x, sublayer(x)));
  return tf.add(x, sublayer(layerNorm(params, norm, x)));
}

function attend(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const [query, key, value] = ['q_proj', 'k_proj', 'v_proj'].map((layer) =>
    inHeads(linear(params, `${name}.${layer}`, x), HEADS),
  );
  return linear(params, `${name}.out_proj`, groupedAttention(query, key, value));
}
