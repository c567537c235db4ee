import { optional } from '../../optional';
import { attentionLayers } from '../attentionLayers';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear, norm } from '../linear';
import type { Transformer, TransformerBlock } from '../transformer';

const { vocab, positions, labels } = fixedParts;

const embeddings: TransformerBlock = {
  params: {
    'embeddings.word_embeddings.weight': 'vocab stream>',
    'embeddings.position_embeddings.weight': 'positions stream>',
    ...norm('embeddings.LayerNorm', 'stream'),
    'embeddings.position_ids': '? _ _',
  },
};

const layer: TransformerBlock = {
  repeat: 'layers',
  params: {
    ...attentionLayers(
      {
        query: 'transformer.layer.#.attention.q_lin',
        key: 'transformer.layer.#.attention.k_lin',
        value: 'transformer.layer.#.attention.v_lin',
        output: 'transformer.layer.#.attention.out_lin',
      },
      { stream: 'stream', heads: 'heads.#', keys: 'keys.#', values: 'values.#' },
    ),
    ...norm('transformer.layer.#.sa_layer_norm', 'stream'),
    ...linear('transformer.layer.#.ffn.lin1', 'mlp.#', 'stream'),
    ...linear('transformer.layer.#.ffn.lin2', 'stream', 'mlp.#'),
    ...norm('transformer.layer.#.output_layer_norm', 'stream'),
  },
};

/** DistilBERT. */
export const distilbert: Transformer = {
  types: ['distilbert'],
  networks: 'DistilBERT',
  prefixes: ['distilbert.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  tied: {
    param: 'embeddings.word_embeddings.weight',
    heads: ['vocab_projector.weight'],
    reads: 'vocab_transform.weight',
  },
  fixed: { vocab, positions, labels },
  blocks: [embeddings, layer],
  outside: {
    ...optional(linear('vocab_transform', 'stream', 'stream')),
    ...optional(norm('vocab_layer_norm', 'stream')),
    ...optional(linear('vocab_projector', 'vocab', 'stream')),
    ...optional(linear('pre_classifier', 'hidden', 'stream')),
    ...optional(linear('classifier', 'labels', 'hidden')),
    ...optional(linear('qa_outputs', 'labels', 'stream')),
  },
  forms: [
    { classes: ['DistilBertModel'], outputs: ['stream'], prefix: '' },
    {
      classes: ['DistilBertForTokenClassification'],
      lacks: ['pre_classifier.weight'],
      outside: optional(linear('classifier', 'labels', 'stream')),
    },
  ],
};
