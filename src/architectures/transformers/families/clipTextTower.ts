import { norm } from '../linear';
import type { TransformerBlock } from '../transformer';
import { clipLayer } from './clipLayer';

/** The parameters of the text tower after a prefix. */
export function clipTextTower(prefix: string): readonly TransformerBlock[] {
  return [
    {
      params: {
        [`${prefix}embeddings.token_embedding.weight`]: 'vocab text>',
        [`${prefix}embeddings.position_embedding.weight`]: 'positions text>',
        [`${prefix}embeddings.position_ids`]: '? _ _',
      },
    },
    clipLayer('text', prefix),
    { params: norm(`${prefix}final_layer_norm`, 'text') },
  ];
}
