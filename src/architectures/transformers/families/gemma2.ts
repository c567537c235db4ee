import { decoderSizes } from '../decoderSizes';
import type { Transformer } from '../transformer';
import { llama } from './llama';

/** Gemma 2: Llama with a normalisation after each sublayer, too. */
export const gemma2: Transformer = {
  ...llama,
  types: ['gemma2'],
  networks: 'Gemma 2',
  sizes: (config) => decoderSizes(config, 256),
  blocks: [
    ...llama.blocks,
    {
      repeat: 'layers',
      params: {
        'layers.#.pre_feedforward_layernorm.weight': 'stream>',
        'layers.#.post_feedforward_layernorm.weight': 'stream>',
      },
    },
  ],
};
