import type { ModelConfig } from '../architecture';
import { configInteger } from './configInteger';
import { configQuotient } from './configQuotient';

/** The sizes of an encoder in which every layer has the same number of heads. */
export function encoderSizes(config: ModelConfig) {
  const heads = configInteger(config, ['num_attention_heads', 'n_heads']);
  const width = configInteger(config, ['hidden_size', 'dim']);
  configQuotient(['hidden_size', width], ['num_attention_heads', heads]);
  return { heads, layers: configInteger(config, ['num_hidden_layers', 'n_layers']) };
}
