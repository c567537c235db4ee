import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type AttentionNames, attention, attentionShapes, causalMask } from './attention';
import { embedding, gelu, linear, linearShapes } from './pytorchLayers';
import { rmsNorm } from './rmsNorm';
import { type SmallTransformer, tokens } from './smallTransformer';

/** The features of all heads are not those of the stream. */
const [STREAM, HEADS, FEATURES, INNER, LAYERS, VOCABULARY] = [10, 3, 4, 8, 2, 11];
const [BUCKETS, FARTHEST] = [8, 20];

const config = {
  model_type: 't5',
  d_model: STREAM,
  d_kv: FEATURES,
  d_ff: INNER,
  num_heads: HEADS,
  num_layers: LAYERS,
  num_decoder_layers: LAYERS,
  relative_attention_num_buckets: BUCKETS,
  relative_attention_max_distance: FARTHEST,
  vocab_size: VOCABULARY,
};

/** T5 (Raffel et al. 2020): the first version, the gated version, and the encoder alone. */
export const t5: Record<string, SmallTransformer> = {
  'with ReLU and a tied head': {
    config: {
      ...config,
      feed_forward_proj: 'relu',
      tie_word_embeddings: true,
      architectures: ['T5ForConditionalGeneration'],
    },
    shapes: {
      'shared.weight': [VOCABULARY, STREAM],
      ...stackShapes('encoder', false),
      ...stackShapes('decoder', false),
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const y = tf.mul(encodedAndDecoded(params, ids as tf.Tensor[]), 1 / Math.sqrt(STREAM));
        return linear({ 'lm_head.weight': params['shared.weight'] }, 'lm_head', y);
      }),
    input: () => [tokens(2, 6, VOCABULARY), tokens(2, 5, VOCABULARY)],
  },
  'with gates and a head of its own': {
    config: {
      ...config,
      feed_forward_proj: 'gated-gelu',
      tie_word_embeddings: false,
      architectures: ['T5ForConditionalGeneration'],
    },
    shapes: {
      'shared.weight': [VOCABULARY, STREAM],
      ...stackShapes('encoder', true),
      ...stackShapes('decoder', true),
      'lm_head.weight': [VOCABULARY, STREAM],
    },
    forward: (params, ids) =>
      tf.tidy(() => linear(params, 'lm_head', encodedAndDecoded(params, ids as tf.Tensor[]))),
    input: () => [tokens(2, 6, VOCABULARY), tokens(2, 5, VOCABULARY)],
  },
  'the encoder alone': {
    config: { ...config, feed_forward_proj: 'gated-gelu', architectures: ['T5EncoderModel'] },
    shapes: { 'shared.weight': [VOCABULARY, STREAM], ...stackShapes('encoder', true) },
    forward: (params, ids) =>
      tf.tidy(() => stack(params, 'encoder', embedding(params, 'shared', ids as tf.Tensor))),
    input: () => tokens(2, 6, VOCABULARY),
  },
};

type Stack = 'encoder' | 'decoder';

function stackShapes(name: Stack, gated: boolean) {
  const bias = `${name}.block.0.layer.0.SelfAttention.relative_attention_bias.weight`;
  const shapes: Record<string, number[]> = {
    [bias]: [BUCKETS, HEADS],
    [`${name}.final_layer_norm.weight`]: [STREAM],
  };
  for (let i = 0; i < LAYERS; i++) {
    const { self, cross, dense } = sublayers(name, i);
    const attentions = [names(self, 'SelfAttention')];
    if (cross) attentions.push(names(cross, 'EncDecAttention'));
    for (const each of attentions) {
      const without = ['query', 'key', 'value', 'output'] as const;
      Object.assign(shapes, attentionShapes(each, STREAM, HEADS * FEATURES, without));
    }
    for (const each of cross ? [self, cross, dense] : [self, dense]) {
      shapes[`${each}.layer_norm.weight`] = [STREAM];
    }
    for (const each of gated ? ['wi_0', 'wi_1'] : ['wi']) {
      Object.assign(shapes, linearShapes(`${dense}.DenseReluDense.${each}`, STREAM, INNER, false));
    }
    Object.assign(shapes, linearShapes(`${dense}.DenseReluDense.wo`, INNER, STREAM, false));
  }
  return shapes;
}

/** The prefixes of the parts of a block. An encoder has no attention to another stack. */
function sublayers(name: Stack, i: number) {
  const block = `${name}.block.${i}.layer`;
  return name === 'encoder'
    ? { self: `${block}.0`, cross: null, dense: `${block}.1` }
    : { self: `${block}.0`, cross: `${block}.1`, dense: `${block}.2` };
}

function names(sublayer: string, kind: string): AttentionNames {
  return {
    query: `${sublayer}.${kind}.q`,
    key: `${sublayer}.${kind}.k`,
    value: `${sublayer}.${kind}.v`,
    output: `${sublayer}.${kind}.o`,
  };
}

function encodedAndDecoded(params: Params, [ids, decoded]: readonly tf.Tensor[]): tf.Tensor {
  const memory = stack(params, 'encoder', embedding(params, 'shared', ids));
  return stack(params, 'decoder', embedding(params, 'shared', decoded), memory);
}

/** A stack of blocks on embedded tokens [sequences, length, features]; a decoder reads the memory. */
function stack(params: Params, name: Stack, embedded: tf.Tensor, memory?: tf.Tensor): tf.Tensor {
  const length = embedded.shape[1]!;
  const relative = relativeBias(params, name, length);
  const bias = name === 'decoder' ? tf.add(relative, causalMask(length)) : relative;
  let x = embedded;
  for (let i = 0; i < LAYERS; i++) {
    const { self, cross, dense } = sublayers(name, i);
    const plain = { heads: HEADS, scale: 1 };
    const normal = rmsNorm(params, `${self}.layer_norm`, x);
    x = tf.add(x, attention(params, names(self, 'SelfAttention'), normal, { ...plain, bias }));
    if (cross) {
      const query = rmsNorm(params, `${cross}.layer_norm`, x);
      const read = attention(params, names(cross, 'EncDecAttention'), query, { ...plain, memory });
      x = tf.add(x, read);
    }
    const inner = rmsNorm(params, `${dense}.layer_norm`, x);
    x = tf.add(x, feedForward(params, `${dense}.DenseReluDense`, inner));
  }
  return rmsNorm(params, `${name}.final_layer_norm`, x);
}

/** wo·relu(wi·x), or wo·(gelu(wi_0·x) ⊙ wi_1·x) where there is a gate (Shazeer 2020). */
function feedForward(params: Params, name: string, x: tf.Tensor): tf.Tensor {
  const inner =
    `${name}.wi.weight` in params
      ? tf.relu(linear(params, `${name}.wi`, x))
      : tf.mul(gelu(linear(params, `${name}.wi_0`, x)), linear(params, `${name}.wi_1`, x));
  return linear(params, `${name}.wo`, inner);
}

/** The bias [heads, queries, keys] of the bucket that the distance of a key from a query is in. */
function relativeBias(params: Params, name: Stack, length: number): tf.Tensor {
  const buckets = Array.from({ length }, (_, query) =>
    Array.from({ length }, (_, key) => bucketOf(key - query, name === 'encoder')),
  );
  const block = `${name}.block.0.layer.0.SelfAttention`;
  const rows = embedding(
    params,
    `${block}.relative_attention_bias`,
    tf.tensor2d(buckets, [length, length], 'int32'),
  );
  return tf.transpose(rows, [2, 0, 1]);
}

/** Near distances have buckets of their own, far ones share buckets on a logarithmic scale. */
function bucketOf(distance: number, bothWays: boolean): number {
  const buckets = bothWays ? BUCKETS / 2 : BUCKETS;
  const start = bothWays && distance > 0 ? buckets : 0;
  const far = bothWays ? Math.abs(distance) : Math.max(-distance, 0);
  const exact = buckets / 2;
  if (far < exact) return start + far;
  const share = Math.log(far / exact) / Math.log(FARTHEST / exact);
  return start + Math.min(exact + Math.floor(share * (buckets - exact)), buckets - 1);
}
