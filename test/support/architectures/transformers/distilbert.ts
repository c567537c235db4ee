import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type AttentionNames, attention, attentionShapes } from './attention';
import { position } from './position';
import { embedding, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, INNER, LAYERS, VOCABULARY, POSITIONS, LABELS] = [12, 3, 10, 2, 11, 9, 3];

const config = {
  model_type: 'distilbert',
  dim: STREAM,
  n_heads: HEADS,
  n_layers: LAYERS,
  hidden_dim: INNER,
  vocab_size: VOCABULARY,
};

/** DistilBERT with each of its heads (Sanh et al. 2019): BERT's encoder without segments. */
export const distilbert: Record<string, SmallTransformer> = {
  'for masked tokens': {
    config: { ...config, architectures: ['DistilBertForMaskedLM'] },
    shapes: {
      ...encoderShapes('distilbert.'),
      ...linearShapes('vocab_transform', STREAM, STREAM),
      ...normShapes('vocab_layer_norm', STREAM),
      'vocab_projector.bias': [VOCABULARY],
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = distilbertEncoder(params, 'distilbert.', ids as tf.Tensor);
        const inner = gelu(linear(params, 'vocab_transform', x));
        const tied = { 'vocab_projector.weight': params[words('distilbert.')], ...params };
        return linear(tied, 'vocab_projector', layerNorm(params, 'vocab_layer_norm', inner));
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for a class of the sequence': {
    config: { ...config, architectures: ['DistilBertForSequenceClassification'] },
    shapes: {
      ...encoderShapes('distilbert.'),
      ...linearShapes('pre_classifier', STREAM, STREAM),
      ...linearShapes('classifier', STREAM, LABELS),
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = distilbertEncoder(params, 'distilbert.', ids as tf.Tensor);
        const inner = tf.relu(linear(params, 'pre_classifier', position(x, 0)));
        return linear(params, 'classifier', inner);
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for a class of each token': {
    config: { ...config, architectures: ['DistilBertForTokenClassification'] },
    shapes: { ...encoderShapes('distilbert.'), ...linearShapes('classifier', STREAM, LABELS) },
    forward: (params, ids) =>
      tf.tidy(() =>
        linear(params, 'classifier', distilbertEncoder(params, 'distilbert.', ids as tf.Tensor)),
      ),
    input: () => tokens(2, 6, VOCABULARY),
  },
  bare: {
    config: { ...config, architectures: ['DistilBertModel'] },
    shapes: encoderShapes(''),
    forward: (params, ids) => tf.tidy(() => distilbertEncoder(params, '', ids as tf.Tensor)),
    input: () => tokens(2, 6, VOCABULARY),
  },
};

function words(prefix: string): string {
  return `${prefix}embeddings.word_embeddings.weight`;
}

function encoderShapes(prefix: string) {
  const shapes: Record<string, number[]> = {
    [words(prefix)]: [VOCABULARY, STREAM],
    [`${prefix}embeddings.position_embeddings.weight`]: [POSITIONS, STREAM],
    ...normShapes(`${prefix}embeddings.LayerNorm`, STREAM),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}transformer.layer.${i}`;
    Object.assign(
      shapes,
      attentionShapes(attentionNames(layer), STREAM, STREAM),
      normShapes(`${layer}.sa_layer_norm`, STREAM),
      linearShapes(`${layer}.ffn.lin1`, STREAM, INNER),
      linearShapes(`${layer}.ffn.lin2`, INNER, STREAM),
      normShapes(`${layer}.output_layer_norm`, STREAM),
    );
  }
  return shapes;
}

function attentionNames(layer: string): AttentionNames {
  return {
    query: `${layer}.attention.q_lin`,
    key: `${layer}.attention.k_lin`,
    value: `${layer}.attention.v_lin`,
    output: `${layer}.attention.out_lin`,
  };
}

function distilbertEncoder(params: Params, prefix: string, ids: tf.Tensor): tf.Tensor {
  const positions = tf.range(0, ids.shape[1]!, 1, 'int32');
  let x = layerNorm(
    params,
    `${prefix}embeddings.LayerNorm`,
    tf.add(
      embedding(params, `${prefix}embeddings.word_embeddings`, ids),
      embedding(params, `${prefix}embeddings.position_embeddings`, positions),
    ),
  );
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}transformer.layer.${i}`;
    const mixed = attention(params, attentionNames(layer), x, { heads: HEADS });
    x = layerNorm(params, `${layer}.sa_layer_norm`, tf.add(mixed, x));
    const inner = gelu(linear(params, `${layer}.ffn.lin1`, x));
    const outer = linear(params, `${layer}.ffn.lin2`, inner);
    x = layerNorm(params, `${layer}.output_layer_norm`, tf.add(outer, x));
  }
  return x;
}
