import * as tf from '@tensorflow/tfjs-core';
import type { NetworkInput, Params } from 'perm-lmc';
import { randomTensor } from '../../randomTensor';
import { type AttentionNames, attention, attentionShapes, causalMask } from './attention';
import { embedding, gelu, layerNorm, linear, linearShapes, normShapes } from './pytorchLayers';
import { type SmallTransformer, tokens } from './smallTransformer';

const [STREAM, ENCODER_HEADS, DECODER_HEADS, ENCODER_INNER, DECODER_INNER] = [12, 3, 2, 10, 14];
const [LAYERS, BANDS, FRAMES, VOCABULARY, POSITIONS, LABELS, PROJECTED] = [2, 5, 12, 11, 7, 4, 6];

const config = {
  model_type: 'whisper',
  d_model: STREAM,
  encoder_layers: LAYERS,
  decoder_layers: LAYERS,
  encoder_attention_heads: ENCODER_HEADS,
  decoder_attention_heads: DECODER_HEADS,
  encoder_ffn_dim: ENCODER_INNER,
  decoder_ffn_dim: DECODER_INNER,
  num_mel_bins: BANDS,
  vocab_size: VOCABULARY,
};

/** Whisper (Radford et al. 2022): speech to text, and a class of the speech. */
export const whisper: Record<string, SmallTransformer> = {
  'for text': {
    config: { ...config, architectures: ['WhisperForConditionalGeneration'] },
    shapes: { ...encoderShapes('model.encoder'), ...decoderShapes('model.decoder') },
    forward: (params, input) =>
      tf.tidy(() => {
        const { spectrum, ids } = input as Record<string, tf.Tensor>;
        const memory = whisperEncoder(params, 'model.encoder', spectrum);
        const y = whisperDecoder(params, 'model.decoder', ids, memory);
        const tied = { 'proj_out.weight': params['model.decoder.embed_tokens.weight'] };
        return linear(tied, 'proj_out', y);
      }),
    input: (): NetworkInput => ({
      spectrum: randomTensor([2, FRAMES, BANDS], 5),
      ids: tokens(2, 5, VOCABULARY),
    }),
  },
  'for a class': {
    config: {
      ...config,
      use_weighted_layer_sum: false,
      architectures: ['WhisperForAudioClassification'],
    },
    shapes: {
      ...encoderShapes('encoder'),
      ...linearShapes('projector', STREAM, PROJECTED),
      ...linearShapes('classifier', PROJECTED, LABELS),
    },
    forward: (params, spectrum) =>
      tf.tidy(() => {
        const x = whisperEncoder(params, 'encoder', spectrum as tf.Tensor);
        return linear(params, 'classifier', tf.mean(linear(params, 'projector', x), 1));
      }),
    input: () => randomTensor([2, FRAMES, BANDS], 5),
  },
};

function encoderShapes(stack: string) {
  const shapes: Record<string, number[]> = {
    [`${stack}.conv1.weight`]: [STREAM, BANDS, 3],
    [`${stack}.conv1.bias`]: [STREAM],
    [`${stack}.conv2.weight`]: [STREAM, STREAM, 3],
    [`${stack}.conv2.bias`]: [STREAM],
    [`${stack}.embed_positions.weight`]: [FRAMES / 2, STREAM],
    ...normShapes(`${stack}.layer_norm`, STREAM),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${stack}.layers.${i}`;
    Object.assign(shapes, attendingShapes(layer, 'self_attn'), innerShapes(layer, ENCODER_INNER));
  }
  return shapes;
}

function decoderShapes(stack: string) {
  const shapes: Record<string, number[]> = {
    [`${stack}.embed_tokens.weight`]: [VOCABULARY, STREAM],
    [`${stack}.embed_positions.weight`]: [POSITIONS, STREAM],
    ...normShapes(`${stack}.layer_norm`, STREAM),
  };
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${stack}.layers.${i}`;
    Object.assign(
      shapes,
      attendingShapes(layer, 'self_attn'),
      attendingShapes(layer, 'encoder_attn'),
      innerShapes(layer, DECODER_INNER),
    );
  }
  return shapes;
}

function attendingShapes(layer: string, kind: string) {
  return {
    ...attentionShapes(names(layer, kind), STREAM, STREAM, ['key']),
    ...normShapes(`${layer}.${kind}_layer_norm`, STREAM),
  };
}

function innerShapes(layer: string, inner: number) {
  return {
    ...linearShapes(`${layer}.fc1`, STREAM, inner),
    ...linearShapes(`${layer}.fc2`, inner, STREAM),
    ...normShapes(`${layer}.final_layer_norm`, STREAM),
  };
}

function names(layer: string, kind: string): AttentionNames {
  return {
    query: `${layer}.${kind}.q_proj`,
    key: `${layer}.${kind}.k_proj`,
    value: `${layer}.${kind}.v_proj`,
    output: `${layer}.${kind}.out_proj`,
  };
}

/** The states of a spectrum [batch, frames, bands]; the second convolution halves the frames. */
function whisperEncoder(params: Params, stack: string, spectrum: tf.Tensor): tf.Tensor {
  const features = gelu(convolved(params, `${stack}.conv1`, spectrum, 1));
  let x = gelu(convolved(params, `${stack}.conv2`, features, 2));
  x = tf.add(x, params[`${stack}.embed_positions.weight`]);
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${stack}.layers.${i}`;
    const normal = layerNorm(params, `${layer}.self_attn_layer_norm`, x);
    const heads = ENCODER_HEADS;
    x = tf.add(x, attention(params, names(layer, 'self_attn'), normal, { heads }));
    x = tf.add(x, feedForward(params, layer, x));
  }
  return layerNorm(params, `${stack}.layer_norm`, x);
}

function whisperDecoder(
  params: Params,
  stack: string,
  ids: tf.Tensor,
  memory: tf.Tensor,
): tf.Tensor {
  const length = ids.shape[1]!;
  const heads = DECODER_HEADS;
  let x = tf.add(
    embedding(params, `${stack}.embed_tokens`, ids),
    embedding(params, `${stack}.embed_positions`, tf.range(0, length, 1, 'int32')),
  );
  for (let i = 0; i < LAYERS; i++) {
    const layer = `${stack}.layers.${i}`;
    const bias = causalMask(length);
    const normal = layerNorm(params, `${layer}.self_attn_layer_norm`, x);
    x = tf.add(x, attention(params, names(layer, 'self_attn'), normal, { heads, bias }));
    const query = layerNorm(params, `${layer}.encoder_attn_layer_norm`, x);
    x = tf.add(x, attention(params, names(layer, 'encoder_attn'), query, { heads, memory }));
    x = tf.add(x, feedForward(params, layer, x));
  }
  return layerNorm(params, `${stack}.layer_norm`, x);
}

function feedForward(params: Params, layer: string, x: tf.Tensor): tf.Tensor {
  const normal = layerNorm(params, `${layer}.final_layer_norm`, x);
  return linear(params, `${layer}.fc2`, gelu(linear(params, `${layer}.fc1`, normal)));
}

/** A convolution over frames with a kernel [out, in, 3] and a frame of zeros on both sides. */
function convolved(params: Params, name: string, x: tf.Tensor, stride: number): tf.Tensor {
  const kernel = tf.transpose(params[`${name}.weight`], [2, 1, 0]) as tf.Tensor3D;
  const padded = tf.pad(x as tf.Tensor3D, [
    [0, 0],
    [1, 1],
    [0, 0],
  ]);
  return tf.add(tf.conv1d(padded, kernel, stride, 'valid'), params[`${name}.bias`]);
}
