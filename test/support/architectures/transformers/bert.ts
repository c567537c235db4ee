import * as tf from '@tensorflow/tfjs-core';
import type { Params } from 'perm-lmc';
import { type AttentionNames, attention, attentionShapes } from './attention';
import { position } from './position';
import { embedding, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, HEADS, INNER, LAYERS, VOCABULARY, POSITIONS, LABELS] = [12, 3, 10, 2, 11, 9, 3];

const config = {
  model_type: 'bert',
  hidden_size: STREAM,
  num_attention_heads: HEADS,
  num_hidden_layers: LAYERS,
  intermediate_size: INNER,
  vocab_size: VOCABULARY,
};

/** BERT with each of its heads (Devlin et al. 2019). */
export const bert: Record<string, SmallTransformer> = {
  'for masked tokens': {
    config: { ...config, architectures: ['BertForMaskedLM'] },
    shapes: {
      ...encoderShapes('bert.'),
      ...linearShapes('cls.predictions.transform.dense', STREAM, STREAM),
      ...normShapes('cls.predictions.transform.LayerNorm', STREAM),
      'cls.predictions.bias': [VOCABULARY],
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = bertEncoder(params, 'bert.', ids as tf.Tensor);
        const inner = gelu(linear(params, 'cls.predictions.transform.dense', x));
        const normal = layerNorm(params, 'cls.predictions.transform.LayerNorm', inner);
        return logits(params, normal, 'bert.embeddings.word_embeddings', 'cls.predictions');
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for a class of the sequence': {
    config: { ...config, architectures: ['BertForSequenceClassification'] },
    shapes: {
      ...encoderShapes('bert.'),
      ...linearShapes('bert.pooler.dense', STREAM, STREAM),
      ...linearShapes('classifier', STREAM, LABELS),
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = bertEncoder(params, 'bert.', ids as tf.Tensor);
        return linear(params, 'classifier', pooled(params, 'bert.', x));
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for a class of each token': {
    config: { ...config, architectures: ['BertForTokenClassification'] },
    shapes: { ...encoderShapes('bert.'), ...linearShapes('classifier', STREAM, LABELS) },
    forward: (params, ids) =>
      tf.tidy(() => linear(params, 'classifier', bertEncoder(params, 'bert.', ids as tf.Tensor))),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for answers': {
    config: { ...config, architectures: ['BertForQuestionAnswering'] },
    shapes: { ...encoderShapes('bert.'), ...linearShapes('qa_outputs', STREAM, 2) },
    forward: (params, ids) =>
      tf.tidy(() => linear(params, 'qa_outputs', bertEncoder(params, 'bert.', ids as tf.Tensor))),
    input: () => tokens(2, 6, VOCABULARY),
  },
  bare: {
    config: { ...config, architectures: ['BertModel'] },
    shapes: { ...encoderShapes(''), ...linearShapes('pooler.dense', STREAM, STREAM) },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = bertEncoder(params, '', ids as tf.Tensor);
        return [x, pooled(params, '', x)];
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
};

/** RoBERTa with each of its heads: BERT's encoder, with positions from 2 on (Liu et al. 2019). */
export const roberta: Record<string, SmallTransformer> = {
  'for masked tokens': {
    config: { ...config, model_type: 'roberta', architectures: ['RobertaForMaskedLM'] },
    shapes: {
      ...encoderShapes('roberta.'),
      ...linearShapes('lm_head.dense', STREAM, STREAM),
      ...normShapes('lm_head.layer_norm', STREAM),
      'lm_head.bias': [VOCABULARY],
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = bertEncoder(params, 'roberta.', ids as tf.Tensor, 2);
        const inner = gelu(linear(params, 'lm_head.dense', x));
        const normal = layerNorm(params, 'lm_head.layer_norm', inner);
        return logits(params, normal, 'roberta.embeddings.word_embeddings', 'lm_head');
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for a class of the sequence': {
    config: {
      ...config,
      model_type: 'roberta',
      architectures: ['RobertaForSequenceClassification'],
    },
    shapes: {
      ...encoderShapes('roberta.'),
      ...linearShapes('classifier.dense', STREAM, STREAM),
      ...linearShapes('classifier.out_proj', STREAM, LABELS),
    },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = bertEncoder(params, 'roberta.', ids as tf.Tensor, 2);
        const inner = tf.tanh(linear(params, 'classifier.dense', position(x, 0)));
        return linear(params, 'classifier.out_proj', inner);
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
  'for a class of each token': {
    config: {
      ...config,
      model_type: 'roberta',
      architectures: ['RobertaForTokenClassification'],
    },
    shapes: { ...encoderShapes('roberta.'), ...linearShapes('classifier', STREAM, LABELS) },
    forward: (params, ids) =>
      tf.tidy(() =>
        linear(params, 'classifier', bertEncoder(params, 'roberta.', ids as tf.Tensor, 2)),
      ),
    input: () => tokens(2, 6, VOCABULARY),
  },
  bare: {
    config: { ...config, model_type: 'roberta', architectures: ['RobertaModel'] },
    shapes: { ...encoderShapes(''), ...linearShapes('pooler.dense', STREAM, STREAM) },
    forward: (params, ids) =>
      tf.tidy(() => {
        const x = bertEncoder(params, '', ids as tf.Tensor, 2);
        return [x, pooled(params, '', x)];
      }),
    input: () => tokens(2, 6, VOCABULARY),
  },
};

function encoderShapes(prefix: string) {
  const shapes: Record<string, number[]> = {
    [`${prefix}embeddings.word_embeddings.weight`]: [VOCABULARY, STREAM],
    [`${prefix}embeddings.position_embeddings.weight`]: [POSITIONS, STREAM],
    [`${prefix}embeddings.token_type_embeddings.weight`]: [2, STREAM],
    ...normShapes(`${prefix}embeddings.LayerNorm`, STREAM),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}encoder.layer.${i}`;
    Object.assign(
      shapes,
      attentionShapes(attentionNames(layer), STREAM, STREAM),
      normShapes(`${layer}.attention.output.LayerNorm`, STREAM),
      linearShapes(`${layer}.intermediate.dense`, STREAM, INNER),
      linearShapes(`${layer}.output.dense`, INNER, STREAM),
      normShapes(`${layer}.output.LayerNorm`, STREAM),
    );
  }
  return shapes;
}

function attentionNames(layer: string): AttentionNames {
  return {
    query: `${layer}.attention.self.query`,
    key: `${layer}.attention.self.key`,
    value: `${layer}.attention.self.value`,
    output: `${layer}.attention.output.dense`,
  };
}

/** The hidden states [sequences, length, features]: a normalisation after each sum. */
function bertEncoder(params: Params, prefix: string, ids: tf.Tensor, firstPosition = 0): tf.Tensor {
  const length = ids.shape[1]!;
  const positions = tf.range(firstPosition, firstPosition + length, 1, 'int32');
  const words = embedding(params, `${prefix}embeddings.word_embeddings`, ids);
  const places = embedding(params, `${prefix}embeddings.position_embeddings`, positions);
  const segments = embedding(
    params,
    `${prefix}embeddings.token_type_embeddings`,
    tf.tensor1d(
      Array.from({ length }, (_, i) => (i < length / 2 ? 0 : 1)),
      'int32',
    ),
  );
  let x = layerNorm(
    params,
    `${prefix}embeddings.LayerNorm`,
    tf.add(words, tf.add(places, segments)),
  );
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${prefix}encoder.layer.${i}`;
    const mixed = attention(params, attentionNames(layer), x, { heads: HEADS });
    x = layerNorm(params, `${layer}.attention.output.LayerNorm`, tf.add(x, mixed));
    const inner = gelu(linear(params, `${layer}.intermediate.dense`, x));
    const outer = linear(params, `${layer}.output.dense`, inner);
    x = layerNorm(params, `${layer}.output.LayerNorm`, tf.add(x, outer));
  }
  return x;
}

function pooled(params: Params, prefix: string, x: tf.Tensor): tf.Tensor {
  return tf.tanh(linear(params, `${prefix}pooler.dense`, position(x, 0)));
}

/** The scores of tokens, with the embedding of words as weights. */
function logits(params: Params, x: tf.Tensor, words: string, head: string): tf.Tensor {
  const tied: Params = {
    'decoder.weight': params[`${words}.weight`],
    'decoder.bias': params[`${head}.bias`],
  };
  return linear(tied, 'decoder', x);
}
