import { decoderSizes } from '../decoderSizes';
import type { Transformer } from '../transformer';
import { llama } from './llama';

/** Qwen3: Llama with normalised queries and keys. */
export const qwen3: Transformer = {
  ...llama,
  types: ['qwen3'],
  networks: 'Qwen3',
  sizes: (config) => decoderSizes(config, 128),
  shownSizes(shapes, prefix) {
    const rowsOf = (name: string) =>
      shapes[`${prefix}layers.0.self_attn.${name}.weight`]?.[0] ?? Number.NaN;
    const rotary = rowsOf('q_norm');
    const [heads, keyValueHeads] = ['q_proj', 'k_proj'].map((name) => rowsOf(name) / rotary);
    return { heads, keyValueHeads, rotary, freeKeys: 0 };
  },
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
