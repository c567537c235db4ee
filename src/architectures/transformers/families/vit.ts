import { encoderSizes } from '../encoderSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import { optional } from '../optional';
import type { Transformer } from '../transformer';
import { vitBlocks } from './vitBlocks';

const { positions, pixels, classes } = fixedParts;

/** Vision transformers. */
export const vit: Transformer = {
  types: ['vit'],
  networks: 'ViT',
  prefixes: ['vit.', ''],
  sizes: encoderSizes,
  groups: { 'heads.#': 'heads' },
  fixed: { positions, pixels, classes },
  blocks: vitBlocks(['cls_token']),
  outside: optional(linear('classifier', 'classes', 'stream')),
  forms: [{ classes: ['ViTModel'], outputs: ['stream', 'pooled'], prefix: '' }],
};
