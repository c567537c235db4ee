import { norm } from '../linear';
import type { TransformerBlock } from '../transformer';
import { clipLayer } from './clipLayer';

/** The parameters of the vision tower after a prefix. The files spell `pre_layrnorm` so. */
export function clipVisionTower(prefix: string): readonly TransformerBlock[] {
  return [
    {
      params: {
        [`${prefix}embeddings.class_embedding`]: 'vision>',
        [`${prefix}embeddings.patch_embedding.weight`]: 'vision> pixels pixels pixels',
        [`${prefix}embeddings.position_embedding.weight`]: 'positions vision>',
        [`${prefix}embeddings.position_ids`]: '? _ _',
        ...norm(`${prefix}pre_layrnorm`, 'vision'),
      },
    },
    clipLayer('vision', prefix),
    { params: norm(`${prefix}post_layernorm`, 'vision') },
  ];
}
