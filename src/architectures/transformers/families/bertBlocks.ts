import { optional } from '../../optional';
import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { linear } from '../linear';
import type { TransformerBlock } from '../transformer';

/** The parameters of BERT without a head. */
export const bertBlocks: readonly TransformerBlock[] = [
  {
    params: {
      'embeddings.word_embeddings.weight': 'vocab stream>',
      'embeddings.position_embeddings.weight': 'positions stream>',
      'embeddings.token_type_embeddings.weight': 'segments stream>',
      ...bertNorm('embeddings.LayerNorm'),
      'embeddings.position_ids': '? _ _',
      'embeddings.token_type_ids': '? _ _',
    },
  },
  {
    repeat: 'layers',
    params: {
      ...attentionLayers(
        {
          query: 'encoder.layer.#.attention.self.query',
          key: 'encoder.layer.#.attention.self.key',
          value: 'encoder.layer.#.attention.self.value',
          output: 'encoder.layer.#.attention.output.dense',
        },
        { stream: 'stream', heads: 'heads.#', keys: 'keys.#', values: 'values.#' },
      ),
      ...bertNorm('encoder.layer.#.attention.output.LayerNorm'),
      ...linear('encoder.layer.#.intermediate.dense', 'mlp.#', 'stream'),
      ...linear('encoder.layer.#.output.dense', 'stream', 'mlp.#'),
      ...bertNorm('encoder.layer.#.output.LayerNorm'),
    },
  },
  { params: optional(linear('pooler.dense', 'pooled', 'stream')) },
];

/** The patterns of a layer normalisation under its present names and under the old ones, gamma and beta. */
export function bertNorm(name: string): Patterns {
  const parts = ['weight', 'bias', 'gamma', 'beta'];
  return Object.fromEntries(parts.map((part) => [`${name}.${part}`, '? stream>']));
}
