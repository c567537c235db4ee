import { linear } from '../linear';
import type { Transformer } from '../transformer';
import { llama } from './llama';

/** The dimensions of a query or of a key. */
const keys = '(rotary + keys.#[kvHeads.#])';

/** Phi-3: Llama with queries, keys and values in one layer, and gates and units in another. */
export const phi3: Transformer = {
  ...llama,
  types: ['phi3'],
  networks: 'Phi-3',
  blocks: [
    { params: { 'embed_tokens.weight': 'vocab stream>', 'rotary_emb.inv_freq': '? _' } },
    {
      repeat: 'layers',
      params: {
        ...linear(
          'layers.#.self_attn.qkv_proj',
          `(kvHeads.# heads.#[kvHeads.#] ${keys} + kvHeads.# ${keys} + kvHeads.# values.#[kvHeads.#])`,
          'stream',
        ),
        ...linear(
          'layers.#.self_attn.o_proj',
          'stream',
          '(kvHeads.# heads.#[kvHeads.#] values.#[kvHeads.#])',
        ),
        'layers.#.self_attn.rotary_emb.inv_freq': '? _',
        ...linear('layers.#.mlp.gate_up_proj', '(mlp.# + mlp.#)', 'stream'),
        ...linear('layers.#.mlp.down_proj', 'stream', 'mlp.#'),
        'layers.#.input_layernorm.weight': 'stream>',
        'layers.#.post_attention_layernorm.weight': 'stream>',
      },
    },
    { params: { 'norm.weight': 'stream>' } },
  ],
};
