import { encoderSizes } from '../encoderSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import { optional } from '../optional';
import type { Transformer } from '../transformer';
import { vitBlocks } from './vitBlocks';

const { positions, pixels, classes } = fixedParts;

/** DeiT: vision transformers with a distillation token, and a classifier of it in some. */
export const deit: Transformer = {
  types: ['deit'],
  networks: 'DeiT',
  prefixes: ['deit.', ''],
  sizes: encoderSizes,
  groups: { 'heads.#': 'heads' },
  fixed: { positions, pixels, classes },
  blocks: vitBlocks(['cls_token', 'distillation_token']),
  outside: optional({
    ...linear('classifier', 'classes', 'stream'),
    ...linear('cls_classifier', 'classes', 'stream'),
    ...linear('distillation_classifier', 'classes', 'stream'),
  }),
  forms: [{ classes: ['DeiTModel'], outputs: ['stream', 'pooled'], prefix: '' }],
};
