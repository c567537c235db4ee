import type { ModelConfig } from '../../architecture';
import { optional } from '../../optional';
import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { configInteger } from '../configInteger';
import { fixedParts } from '../fixedParts';
import { linear, norm } from '../linear';
import type { Transformer } from '../transformer';

const { vocab, positions, labels } = fixedParts;

/** Whisper. The stream of the encoder is `memory`, which the decoder reads; the decoder's own is `stream`. */
export const whisper: Transformer = {
  types: ['whisper'],
  networks: 'Whisper',
  prefixes: ['model.', ''],
  sizes: sizesOf,
  groups: {
    'encoder.heads.#': 'encoderHeads',
    'decoder.heads.#': 'decoderHeads',
    'cross.heads.#': 'decoderHeads',
  },
  tied: {
    param: 'decoder.embed_tokens.weight',
    heads: ['proj_out.weight', 'projector.weight', 'classifier.weight'],
  },
  fixed: {
    vocab,
    positions,
    labels,
    bands: { why: 'bands of frequency are the input' },
    frames: { why: 'the kernel counts frames' },
  },
  blocks: [
    {
      params: {
        'encoder.conv1.weight': 'front> bands frames',
        'encoder.conv1.bias': 'front>',
        'encoder.conv2.weight': 'memory> >front frames',
        'encoder.conv2.bias': 'memory>',
        'encoder.embed_positions.weight': 'positions memory>',
      },
    },
    {
      repeat: 'layers',
      params: {
        ...attention('encoder', 'self_attn', 'encoder', 'memory', 'memory'),
        ...feedForward('encoder', 'memory'),
      },
    },
    {
      params: {
        ...norm('encoder.layer_norm', 'memory'),
        'decoder.embed_tokens.weight': '? vocab stream>',
        'decoder.embed_positions.weight': '? positions stream>',
      },
    },
    {
      repeat: 'decoderLayers',
      params: {
        ...attention('decoder', 'self_attn', 'decoder', 'stream', 'stream'),
        ...attention('decoder', 'encoder_attn', 'cross', 'stream', 'memory'),
        ...feedForward('decoder', 'stream'),
      },
    },
    { params: optional(norm('decoder.layer_norm', 'stream')) },
  ],
  outside: {
    'proj_out.weight': '? vocab >stream',
    ...optional(linear('projector', 'projector', 'memory')),
    ...optional(linear('classifier', 'labels', 'projector')),
    layer_weights: '? _',
  },
  forms: [
    {
      classes: ['WhisperForAudioClassification'],
      lacks: ['decoder.layer_norm.weight'],
      sizes: { decoderLayers: 0 },
      prefix: '',
    },
    { classes: ['WhisperModel'], mayBeTied: true, outputs: ['stream', 'memory'], prefix: '' },
  ],
};

function sizesOf(config: ModelConfig) {
  return {
    layers: configInteger(config, ['encoder_layers', 'num_hidden_layers']),
    decoderLayers: configInteger(config, 'decoder_layers'),
    encoderHeads: configInteger(config, 'encoder_attention_heads'),
    decoderHeads: configInteger(config, 'decoder_attention_heads'),
  };
}

/**
 * The patterns of an attention and of the normalisation before it.
 *
 * @param groups - The start of the names of its groups.
 */
function attention(
  stack: string,
  name: string,
  groups: string,
  stream: string,
  memory: string,
): Patterns {
  const layer = `${stack}.layers.#`;
  return {
    ...norm(`${layer}.${name}_layer_norm`, stream),
    ...attentionLayers(
      {
        query: `${layer}.${name}.q_proj`,
        key: `${layer}.${name}.k_proj`,
        value: `${layer}.${name}.v_proj`,
        output: `${layer}.${name}.out_proj`,
      },
      {
        stream,
        memory,
        heads: `${groups}.heads.#`,
        keys: `${groups}.keys.#`,
        values: `${groups}.values.#`,
      },
    ),
  };
}

function feedForward(stack: string, stream: string): Patterns {
  const layer = `${stack}.layers.#`;
  return {
    ...norm(`${layer}.final_layer_norm`, stream),
    ...linear(`${layer}.fc1`, `${stack}.mlp.#`, stream),
    ...linear(`${layer}.fc2`, stream, `${stack}.mlp.#`),
  };
}
