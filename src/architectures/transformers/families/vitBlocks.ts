import { optional } from '../../optional';
import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { linear, norm } from '../linear';
import type { TransformerBlock } from '../transformer';

/** The parameters of a vision transformer without a head, with the given tokens before the patches. */
export function vitBlocks(tokens: readonly string[]): readonly TransformerBlock[] {
  return [
    {
      params: {
        ...Object.fromEntries(tokens.map((name) => [`embeddings.${name}`, '_ _ stream>'])),
        'embeddings.mask_token': '? _ _ stream>',
        'embeddings.position_embeddings': '_ positions stream>',
        ...patchProjection('embeddings.patch_embeddings.projection', 'stream'),
      },
    },
    {
      repeat: 'layers',
      params: {
        ...norm('encoder.layer.#.layernorm_before', 'stream'),
        ...vitAttention,
        ...norm('encoder.layer.#.layernorm_after', 'stream'),
        ...linear('encoder.layer.#.intermediate.dense', 'mlp.#', 'stream'),
        ...linear('encoder.layer.#.output.dense', 'stream', 'mlp.#'),
      },
    },
    {
      params: {
        ...norm('layernorm', 'stream'),
        ...optional(linear('pooler.dense', 'pooled', 'stream')),
      },
    },
  ];
}

/** The patterns of a layer's attention. */
export const vitAttention: Patterns = attentionLayers(
  {
    query: 'encoder.layer.#.attention.attention.query',
    key: 'encoder.layer.#.attention.attention.key',
    value: 'encoder.layer.#.attention.attention.value',
    output: 'encoder.layer.#.attention.output.dense',
  },
  { stream: 'stream', heads: 'heads.#', keys: 'keys.#', values: 'values.#' },
);

/** The patterns of the projection of patches, a convolution [out, channels, rows, columns]. */
export function patchProjection(name: string, stream: string): Patterns {
  return {
    [`${name}.weight`]: `${stream}> pixels pixels pixels`,
    [`${name}.bias`]: `? ${stream}>`,
  };
}
