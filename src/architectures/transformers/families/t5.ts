import type { Shapes } from '../../../params/internal';
import type { ModelConfig } from '../../architecture';
import { optional } from '../../optional';
import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { configInteger } from '../configInteger';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer } from '../transformer';

const { vocab } = fixedParts;
const table = 'layer.0.SelfAttention.relative_attention_bias.weight';

/**
 * T5. Both stacks read the embedding of tokens, so they share a stream. The relative positions of a stack's first
 * layer serve all of its layers, so their heads move together.
 */
export const t5: Transformer = {
  types: ['t5'],
  networks: 'T5',
  prefixes: [''],
  sizes: sizesOf,
  shownSizes,
  groups: { 'encoder.heads': 'heads', 'decoder.heads': 'heads', 'cross.heads.#': 'heads' },
  norm: 'rmsNorm',
  tied: { param: 'shared.weight', heads: ['lm_head.weight'] },
  fixed: { vocab, buckets: { why: 'each bucket of distances has its own bias' } },
  blocks: [
    {
      params: {
        'shared.weight': 'vocab stream>',
        'encoder.embed_tokens.weight': '? vocab stream>',
        'decoder.embed_tokens.weight': '? vocab stream>',
        [`encoder.block.0.${table}`]: 'buckets encoder.heads>',
      },
    },
    {
      repeat: 'layers',
      params: {
        ...selfAttention('encoder'),
        ...feedForward('encoder', 'encoder.block.#.layer.1'),
      },
    },
    {
      params: {
        'encoder.final_layer_norm.weight': 'stream>',
        [`decoder.block.0.${table}`]: '? buckets decoder.heads>',
        // Old files have a second table, which no computation reads.
        'decoder.block.0.layer.1.EncDecAttention.relative_attention_bias.weight': '? _ _',
      },
    },
    {
      repeat: 'decoderLayers',
      params: {
        ...selfAttention('decoder'),
        ...crossAttention('decoder.block.#.layer.1'),
        ...feedForward('decoder', 'decoder.block.#.layer.2'),
      },
    },
    { params: { 'decoder.final_layer_norm.weight': '? stream>' } },
  ],
  outside: { 'lm_head.weight': '? vocab >stream' },
  forms: [
    {
      classes: ['T5EncoderModel'],
      lacks: ['decoder.final_layer_norm.weight'],
      outputs: ['stream'],
      sizes: { decoderLayers: 0 },
    },
    { classes: ['T5Model'], mayBeTied: true, outputs: ['stream'] },
  ],
};

function sizesOf(config: ModelConfig) {
  const layers = configInteger(config, ['num_layers', 'num_hidden_layers']);
  return {
    layers,
    decoderLayers: configInteger(config, 'num_decoder_layers', () => layers),
    heads: configInteger(config, ['num_heads', 'num_attention_heads']),
  };
}

function shownSizes(shapes: Shapes, prefix: string): Record<string, number> {
  const heads = shapes[`${prefix}encoder.block.0.${table}`]?.[1];
  return heads === undefined ? {} : { heads };
}

function selfAttention(stack: 'encoder' | 'decoder'): Patterns {
  const sublayer = `${stack}.block.#.layer.0`;
  return {
    [`${sublayer}.layer_norm.weight`]: 'stream>',
    ...attentionLayers(layersOf(`${sublayer}.SelfAttention`), {
      stream: 'stream',
      heads: `${stack}.heads`,
      keys: `${stack}.keys.#`,
      values: `${stack}.values.#`,
    }),
  };
}

function crossAttention(sublayer: string): Patterns {
  return {
    [`${sublayer}.layer_norm.weight`]: 'stream>',
    ...attentionLayers(layersOf(`${sublayer}.EncDecAttention`), {
      stream: 'stream',
      heads: 'cross.heads.#',
      keys: 'cross.keys.#',
      values: 'cross.values.#',
    }),
  };
}

function layersOf(attention: string) {
  return {
    query: `${attention}.q`,
    key: `${attention}.k`,
    value: `${attention}.v`,
    output: `${attention}.o`,
  };
}

/** The first version has `wi`, the gated one `wi_0` and `wi_1`. */
function feedForward(stack: 'encoder' | 'decoder', sublayer: string): Patterns {
  const units = `${stack}.mlp.#`;
  return {
    [`${sublayer}.layer_norm.weight`]: 'stream>',
    ...optional(linear(`${sublayer}.DenseReluDense.wi`, units, 'stream')),
    ...optional(linear(`${sublayer}.DenseReluDense.wi_0`, units, 'stream')),
    ...optional(linear(`${sublayer}.DenseReluDense.wi_1`, units, 'stream')),
    ...linear(`${sublayer}.DenseReluDense.wo`, 'stream', units),
  };
}
