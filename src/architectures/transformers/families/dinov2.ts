import { optional } from '../../optional';
import { attentionSizes } from '../attentionSizes';
import { fixedParts } from '../fixedParts';
import { linear, norm } from '../linear';
import type { Transformer, TransformerBlock } from '../transformer';
import { patchProjection, vitAttention } from './vitBlocks';

const { positions, pixels, labels } = fixedParts;

const embeddings: TransformerBlock = {
  params: {
    'embeddings.cls_token': '_ _ stream>',
    'embeddings.mask_token': '? _ stream>',
    'embeddings.position_embeddings': '_ positions stream>',
    ...patchProjection('embeddings.patch_embeddings.projection', 'stream'),
  },
};

/** A layer. Its MLP is `fc1` and `fc2`, or with gates `weights_in` and `weights_out`. */
const layer: TransformerBlock = {
  repeat: 'layers',
  params: {
    ...norm('encoder.layer.#.norm1', 'stream'),
    ...vitAttention,
    'encoder.layer.#.layer_scale1.lambda1': 'stream>',
    ...norm('encoder.layer.#.norm2', 'stream'),
    ...optional(linear('encoder.layer.#.mlp.fc1', 'mlp.#', 'stream')),
    ...optional(linear('encoder.layer.#.mlp.fc2', 'stream', 'mlp.#')),
    ...optional(linear('encoder.layer.#.mlp.weights_in', '(2 mlp.#)', 'stream')),
    ...optional(linear('encoder.layer.#.mlp.weights_out', 'stream', 'mlp.#')),
    'encoder.layer.#.layer_scale2.lambda1': 'stream>',
  },
};

/** DINOv2. Its classifier reads the class token beside the mean of the patches. */
export const dinov2: Transformer = {
  types: ['dinov2'],
  networks: 'DINOv2',
  prefixes: ['dinov2.', ''],
  sizes: attentionSizes,
  groups: { 'heads.#': 'heads' },
  fixed: { positions, pixels, labels },
  blocks: [embeddings, layer, { params: norm('layernorm', 'stream') }],
  outside: optional(linear('classifier', 'labels', '(2 stream)')),
  forms: [{ classes: ['Dinov2Model'], outputs: ['stream'], prefix: '' }],
};
