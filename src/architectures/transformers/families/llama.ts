import { optional } from '../../optional';
import { decoderSizes } from '../decoderSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer } from '../transformer';

const { vocab, labels, rotary } = fixedParts;

/** Llama and decoders of the same form. Qwen2 differs in its biases, Mistral in what a query sees. */
export const llama: Transformer = {
  types: ['llama', 'mistral', 'qwen2'],
  networks: 'Llama, Mistral, Qwen2',
  prefixes: ['model.', ''],
  sizes: decoderSizes,
  groups: { 'kvHeads.#': 'keyValueHeads', 'heads.#': 'heads', 'keys.#': 'freeKeys' },
  norm: 'rmsNorm',
  tied: { param: 'embed_tokens.weight', heads: ['lm_head.weight', 'score.weight'] },
  fixed: { vocab, labels, rotary },
  blocks: [
    { params: { 'embed_tokens.weight': 'vocab stream>', 'rotary_emb.inv_freq': '? _' } },
    {
      repeat: 'layers',
      params: {
        ...linear(
          'layers.#.self_attn.q_proj',
          '(kvHeads.# heads.#[kvHeads.#] (rotary + keys.#[kvHeads.#]))',
          'stream',
        ),
        ...linear(
          'layers.#.self_attn.k_proj',
          '(kvHeads.# (rotary + keys.#[kvHeads.#]))',
          'stream',
        ),
        ...linear('layers.#.self_attn.v_proj', '(kvHeads.# values.#[kvHeads.#])', 'stream'),
        ...linear(
          'layers.#.self_attn.o_proj',
          'stream',
          '(kvHeads.# heads.#[kvHeads.#] values.#[kvHeads.#])',
        ),
        'layers.#.self_attn.rotary_emb.inv_freq': '? _',
        ...linear('layers.#.mlp.gate_proj', 'mlp.#', 'stream'),
        ...linear('layers.#.mlp.up_proj', 'mlp.#', 'stream'),
        ...linear('layers.#.mlp.down_proj', 'stream', 'mlp.#'),
        'layers.#.input_layernorm.weight': 'stream>',
        'layers.#.post_attention_layernorm.weight': 'stream>',
      },
    },
    { params: { 'norm.weight': 'stream>' } },
  ],
  outside: {
    'lm_head.weight': '? vocab >stream',
    ...optional(linear('score', 'labels', 'stream')),
  },
  forms: [
    {
      classes: [
        'LlamaModel',
        'MistralModel',
        'Qwen2Model',
        'Qwen3Model',
        'Gemma2Model',
        'Phi3Model',
      ],
      mayBeTied: true,
      outputs: ['stream'],
      prefix: '',
    },
  ],
};
