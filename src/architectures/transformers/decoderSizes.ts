import type { ModelConfig } from '../architecture';
import { attentionSizes } from './attentionSizes';
import { configInteger } from './configInteger';
import { configQuotient } from './configQuotient';
import { rotarySize } from './rotarySize';

/** The sizes of a decoder with rotary positions, in which several query heads may share one key-value head. */
export function decoderSizes(config: ModelConfig) {
  const { layers, heads, headDim } = attentionSizes(config);
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
