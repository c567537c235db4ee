import type { ModelConfig } from '../../architecture';
import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { configInteger } from '../configInteger';
import { linear, norm } from '../linear';
import type { TransformerBlock } from '../transformer';

/** A tower of CLIP: the start of the names of its sizes and groups. */
type Tower = 'text' | 'vision';

/** The parameters of the text tower after a prefix. */
export function textTower(prefix: string): readonly TransformerBlock[] {
  return [
    {
      params: {
        [`${prefix}embeddings.token_embedding.weight`]: 'vocab text',
        [`${prefix}embeddings.position_embedding.weight`]: 'positions text',
        [`${prefix}embeddings.position_ids`]: '? _ _',
      },
    },
    layerOf('text', prefix),
    { params: norm(`${prefix}final_layer_norm`, 'text') },
  ];
}

/** The parameters of the vision tower after a prefix. The files spell `pre_layrnorm` so. */
export function visionTower(prefix: string): readonly TransformerBlock[] {
  return [
    {
      params: {
        [`${prefix}embeddings.class_embedding`]: 'vision',
        [`${prefix}embeddings.patch_embedding.weight`]: 'vision pixels pixels pixels',
        [`${prefix}embeddings.position_embedding.weight`]: 'positions vision',
        [`${prefix}embeddings.position_ids`]: '? _ _',
        ...norm(`${prefix}pre_layrnorm`, 'vision'),
      },
    },
    layerOf('vision', prefix),
    { params: norm(`${prefix}post_layernorm`, 'vision') },
  ];
}

/**
 * The sizes of a tower. Configurations of both towers leave out what is as in the first networks.
 *
 * @param usual - The number of heads and of layers of the first networks.
 */
export function towerSizes(
  tower: Tower,
  config: ModelConfig,
  usual: Readonly<Record<'heads' | 'layers', number>>,
) {
  return {
    [`${tower}Heads`]: configInteger(config, 'num_attention_heads', () => usual.heads),
    [`${tower}Layers`]: configInteger(config, 'num_hidden_layers', () => usual.layers),
  };
}

function layerOf(tower: Tower, prefix: string): TransformerBlock {
  return { repeat: `${tower}Layers`, params: layerParams(tower, `${prefix}encoder.layers.#`) };
}

function layerParams(tower: Tower, layer: string): Patterns {
  return {
    ...norm(`${layer}.layer_norm1`, tower),
    ...attentionLayers(
      {
        query: `${layer}.self_attn.q_proj`,
        key: `${layer}.self_attn.k_proj`,
        value: `${layer}.self_attn.v_proj`,
        output: `${layer}.self_attn.out_proj`,
      },
      {
        stream: tower,
        heads: `${tower}.heads.#`,
        keys: `${tower}.keys.#`,
        values: `${tower}.values.#`,
      },
    ),
    ...norm(`${layer}.layer_norm2`, tower),
    ...linear(`${layer}.mlp.fc1`, `${tower}.mlp.#`, tower),
    ...linear(`${layer}.mlp.fc2`, tower, `${tower}.mlp.#`),
  };
}
