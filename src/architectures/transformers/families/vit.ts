import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer } from '../transformer';
import { vitBlocks } from './vitBlocks';

const { positions, pixels, labels } = fixedParts;

/** Vision transformers. */
export const vit: Transformer = {
  types: ['vit'],
  networks: 'ViT',
  prefixes: ['vit.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  fixed: { positions, pixels, labels },
  blocks: vitBlocks(['cls_token']),
  outside: optional(linear('classifier', 'labels', 'stream')),
  forms: [{ classes: ['ViTModel'], outputs: ['stream', 'pooled'], prefix: '' }],
};
