import type { ModelConfig } from '../architecture';
import { configInteger } from './configInteger';
import { configQuotient } from './configQuotient';

/**
 * The sizes of a stack of attentions: its layers, the heads of one, the dimensions of a head.
 *
 * @param usualHeadDim - The dimensions of a head if the configuration has none. Default: the width divided by the heads.
 */
export function attentionSizes(config: ModelConfig, usualHeadDim?: number) {
  const heads = configInteger(config, HEADS);
  const quotient = () =>
    configQuotient([WIDTH[0], configInteger(config, WIDTH)], [HEADS[0], heads]);
  const headDim = configInteger(config, 'head_dim', () => usualHeadDim ?? quotient());
  return { layers: configInteger(config, LAYERS), heads, headDim };
}

/** The names that families have given the numbers. */
const HEADS = ['num_attention_heads', 'n_head', 'n_heads'];
const WIDTH = ['hidden_size', 'n_embd', 'dim'];
const LAYERS = ['num_hidden_layers', 'n_layer', 'n_layers'];
