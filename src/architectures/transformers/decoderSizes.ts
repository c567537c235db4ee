import type { ModelConfig } from '../architecture';
import { attentionSizes } from './attentionSizes';
import { configInteger } from './configInteger';
import { configQuotient } from './configQuotient';
import { rotarySize } from './rotarySize';

/**
 * The sizes of a decoder with rotary positions, in which several query heads may share one key-value head.
 *
 * @param usualHeadDim - The dimensions of a head if the configuration has none. Default: the width divided by the heads.
 */
export function decoderSizes(config: ModelConfig, usualHeadDim?: number) {
  const { layers, heads, headDim } = attentionSizes(config, usualHeadDim);
  const keyValueHeads = configInteger(config, 'num_key_value_heads', () => heads);
  configQuotient(['num_attention_heads', heads], ['num_key_value_heads', keyValueHeads]);
  const rotary = rotarySize(config, headDim);
  return {
    layers,
    heads,
    keyValueHeads,
    rotary,
    /** The dimensions of all keys that RoPE does not rotate. */
    freeKeys: keyValueHeads * (headDim - rotary),
  };
}
