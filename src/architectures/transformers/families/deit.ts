import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer } from '../transformer';
import { vitBlocks } from './vitBlocks';

const { positions, pixels, labels } = fixedParts;

/** DeiT: vision transformers with a distillation token, and a classifier of it in some. */
export const deit: Transformer = {
  types: ['deit'],
  networks: 'DeiT',
  prefixes: ['deit.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  fixed: { positions, pixels, labels },
  blocks: vitBlocks(['cls_token', 'distillation_token']),
  outside: optional({
    ...linear('classifier', 'labels', 'stream'),
    ...linear('cls_classifier', 'labels', 'stream'),
    ...linear('distillation_classifier', 'labels', 'stream'),
  }),
  forms: [{ classes: ['DeiTModel'], outputs: ['stream', 'pooled'], prefix: '' }],
};
