import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear, norm } from '../linear';
import { rotarySize } from '../rotarySize';
import type { Transformer } from '../transformer';

const { vocab, labels, rotary } = fixedParts;

/** GPT-NeoX. Its attention has the query, the key and the value of each head in turn. */
export const gptNeox: Transformer = {
  types: ['gpt_neox'],
  networks: 'GPT-NeoX, Pythia',
  prefixes: ['gpt_neox.', ''],
  sizes(config) {
    const { layers, heads, headDim } = attentionSizes(config);
    const rotated = rotarySize(config, headDim, 0.25);
    return { layers, heads, rotary: rotated, freeKeys: heads * (headDim - rotated) };
  },
  groups: { 'heads.#': 'heads', 'keys.#': 'freeKeys' },
  tied: {
    param: 'embed_in.weight',
    heads: ['embed_out.weight', 'score.weight', 'classifier.weight', 'qa_outputs.weight'],
  },
  fixed: { vocab, labels, rotary },
  blocks: [
    { params: { 'embed_in.weight': 'vocab stream>', 'rotary_emb.inv_freq': '? _' } },
    {
      repeat: 'layers',
      params: {
        ...linear(
          'layers.#.attention.query_key_value',
          '(heads.# (rotary + keys.#[heads.#] + rotary + keys.#[heads.#] + values.#[heads.#]))',
          'stream',
        ),
        ...linear('layers.#.attention.dense', 'stream', '(heads.# values.#[heads.#])'),
        'layers.#.attention.bias': '? _ _ _ _',
        'layers.#.attention.masked_bias': '?',
        'layers.#.attention.rotary_emb.inv_freq': '? _',
        ...linear('layers.#.mlp.dense_h_to_4h', 'mlp.#', 'stream'),
        ...linear('layers.#.mlp.dense_4h_to_h', 'stream', 'mlp.#'),
        ...norm('layers.#.input_layernorm', 'stream'),
        ...norm('layers.#.post_attention_layernorm', 'stream'),
      },
    },
    { params: norm('final_layer_norm', 'stream') },
  ],
  outside: {
    'embed_out.weight': '? vocab >stream',
    'score.weight': '? labels >stream',
    ...optional(linear('classifier', 'labels', 'stream')),
    ...optional(linear('qa_outputs', 'labels', 'stream')),
  },
  forms: [{ classes: ['GPTNeoXModel'], mayBeTied: true, outputs: ['stream'], prefix: '' }],
};
