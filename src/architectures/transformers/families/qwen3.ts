import type { Transformer } from '../transformer';
import { llama } from './llama';

/** Qwen3: Llama with normalised queries and keys. */
export const qwen3: Transformer = {
  ...llama,
  types: ['qwen3'],
  networks: 'Qwen3',
  fixed: {
    ...llama.fixed,
    scaled: {
      size: 'rotary',
      why: 'QK-norm scales each dimension of queries and keys, in all heads alike',
    },
  },
  blocks: [
    ...llama.blocks,
    {
      repeat: 'layers',
      params: {
        'layers.#.self_attn.q_norm.weight': 'scaled',
        'layers.#.self_attn.k_norm.weight': 'scaled',
      },
    },
  ],
};
