import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear } from '../linear';
import type { Transformer } from '../transformer';
import { bertBlocks, bertNorm } from './bertBlocks';
import { openClassifier } from './openClassifier';

const { vocab, positions, segments, labels } = fixedParts;

/** RoBERTa: BERT with other heads. */
export const roberta: Transformer = {
  types: ['roberta'],
  networks: 'RoBERTa',
  prefixes: ['roberta.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  tied: {
    param: 'embeddings.word_embeddings.weight',
    heads: ['lm_head.decoder.weight'],
    reads: 'lm_head.dense.weight',
  },
  fixed: { vocab, positions, segments, labels },
  blocks: bertBlocks,
  outside: {
    ...optional(linear('lm_head.dense', 'stream', 'stream')),
    ...bertNorm('lm_head.layer_norm'),
    'lm_head.bias': '? vocab',
    ...optional(linear('lm_head.decoder', 'vocab', 'stream')),
    ...optional(linear('classifier.dense', 'hidden', 'stream')),
    ...optional(linear('classifier.out_proj', 'labels', 'hidden')),
    ...optional(linear('classifier', 'labels', 'pooled')),
    ...optional(linear('qa_outputs', 'labels', 'stream')),
  },
  forms: [
    openClassifier,
    { classes: ['RobertaModel'], outputs: ['stream', 'pooled'], prefix: '' },
    {
      classes: ['RobertaForTokenClassification'],
      lacks: ['pooler.dense.weight'],
      outside: optional(linear('classifier', 'labels', 'stream')),
    },
  ],
};
