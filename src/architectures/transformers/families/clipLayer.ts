import type { Patterns } from '../../presets/layout';
import { attentionLayers } from '../attentionLayers';
import { linear, norm } from '../linear';
import type { TransformerBlock } from '../transformer';

/** A tower of CLIP: its stream, and the start of the names of its sizes and groups. */
export type ClipTower = 'text' | 'vision';

/** The parameters of the layers of a tower after a prefix. */
export function clipLayer(tower: ClipTower, prefix: string): TransformerBlock {
  return { repeat: `${tower}Layers`, params: layerParams(tower, `${prefix}encoder.layers.#`) };
}

function layerParams(tower: ClipTower, layer: string): Patterns {
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
