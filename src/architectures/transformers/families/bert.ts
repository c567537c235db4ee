import { encoderSizes } from '../encoderSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import { optional } from '../optional';
import type { Transformer } from '../transformer';
import { bertBlocks, bertNorm } from './bertBlocks';

const { vocab, positions, segments, classes } = fixedParts;

/** BERT. The units of the head for masked tokens are those of the stream: the embedding of words reads both. */
export const bert: Transformer = {
  types: ['bert'],
  networks: 'BERT',
  prefixes: ['bert.', ''],
  sizes: encoderSizes,
  groups: { 'heads.#': 'heads' },
  fixed: { vocab, positions, segments, classes },
  blocks: bertBlocks,
  outside: {
    ...optional(linear('cls.predictions.transform.dense', 'stream', 'stream')),
    ...bertNorm('cls.predictions.transform.LayerNorm'),
    'cls.predictions.bias': '? vocab',
    ...optional(linear('cls.predictions.decoder', 'vocab', 'stream')),
    ...optional(linear('cls.seq_relationship', 'classes', 'pooled')),
    ...optional(linear('classifier', 'classes', 'pooled')),
    ...optional(linear('qa_outputs', 'classes', 'stream')),
  },
  forms: [
    { classes: ['BertModel'], outputs: ['stream', 'pooled'], prefix: '' },
    {
      classes: ['BertForTokenClassification'],
      lacks: ['pooler.dense.weight'],
      outside: optional(linear('classifier', 'classes', 'stream')),
    },
  ],
};
