import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer } from '../transformer';
import { bertBlocks, bertNorm } from './bertBlocks';
import { openClassifier } from './openClassifier';

const { vocab, positions, segments, labels } = fixedParts;

/** BERT. The units of the head for masked tokens are those of the stream: the embedding of words reads both. */
export const bert: Transformer = {
  types: ['bert'],
  networks: 'BERT',
  prefixes: ['bert.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  tied: {
    param: 'embeddings.word_embeddings.weight',
    heads: ['cls.predictions.decoder.weight'],
    reads: 'cls.predictions.transform.dense.weight',
  },
  fixed: { vocab, positions, segments, labels },
  blocks: bertBlocks,
  outside: {
    ...optional(linear('cls.predictions.transform.dense', 'stream', 'stream')),
    ...bertNorm('cls.predictions.transform.LayerNorm'),
    'cls.predictions.bias': '? vocab',
    ...optional(linear('cls.predictions.decoder', 'vocab', 'stream')),
    ...optional(linear('cls.seq_relationship', 'labels', 'pooled')),
    ...optional(linear('classifier', 'labels', 'pooled')),
    ...optional(linear('qa_outputs', 'labels', 'stream')),
  },
  forms: [
    openClassifier,
    { classes: ['BertModel'], outputs: ['stream', 'pooled'], prefix: '' },
    {
      classes: ['BertForTokenClassification'],
      lacks: ['pooler.dense.weight'],
      outside: optional(linear('classifier', 'labels', 'stream')),
    },
  ],
};
