import { decoderSizes } from '../decoderSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer, TransformerBlock } from '../transformer';

const { vocab, rotary } = fixedParts;

/** The query heads of a layer, those that share a key-value head together. */
const queries = '(kvHeads.# heads.#[kvHeads.#] rotary)';

const layer: TransformerBlock = {
  repeat: 'layers',
  params: {
    'layers.#.input_layernorm.weight': 'stream',
    ...linear('layers.#.self_attn.q_proj', queries, 'stream'),
    ...linear('layers.#.self_attn.k_proj', '(kvHeads.# rotary)', 'stream'),
    ...linear('layers.#.self_attn.v_proj', '(kvHeads.# values.#[kvHeads.#])', 'stream'),
    ...linear(
      'layers.#.self_attn.o_proj',
      'stream',
      '(kvHeads.# heads.#[kvHeads.#] values.#[kvHeads.#])',
    ),
    'layers.#.self_attn.rotary_emb.inv_freq': '? _',
    'layers.#.post_attention_layernorm.weight': 'stream',
    ...linear('layers.#.mlp.gate_proj', 'mlp.#', 'stream'),
    ...linear('layers.#.mlp.up_proj', 'mlp.#', 'stream'),
    ...linear('layers.#.mlp.down_proj', 'stream', 'mlp.#'),
  },
};

/** Llama and decoders of the same form. Qwen2 differs in its biases. */
export const llama: Transformer = {
  types: ['llama', 'mistral', 'qwen2'],
  networks: 'Llama, Mistral, Qwen2',
  prefixes: ['model.', ''],
  sizes: decoderSizes,
  groups: { 'kvHeads.#': 'keyValueHeads', 'heads.#': 'heads' },
  fixed: { vocab, rotary },
  blocks: [
    { params: { 'embed_tokens.weight': 'vocab stream' } },
    layer,
    { params: { 'norm.weight': 'stream', 'rotary_emb.inv_freq': '? _' } },
  ],
  outside: { 'lm_head.weight': '? vocab stream' },
};
