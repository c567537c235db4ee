import type { ModelConfig } from '../architecture';
import { configInteger } from './configInteger';
import { configQuotient } from './configQuotient';

/** The sizes of a decoder with rotary positions, in which several query heads may share one key-value head. */
export function decoderSizes(config: ModelConfig) {
  const heads = configInteger(config, 'num_attention_heads');
  const keyValueHeads = configInteger(config, 'num_key_value_heads', () => heads);
  configQuotient(['num_attention_heads', heads], ['num_key_value_heads', keyValueHeads]);
  const headDim = configInteger(config, 'head_dim', () =>
    configQuotient(
      ['hidden_size', configInteger(config, 'hidden_size')],
      ['num_attention_heads', heads],
    ),
  );
  return {
    layers: configInteger(config, 'num_hidden_layers'),
    heads,
    keyValueHeads,
    headDim,
    rotary: headDim,
  };
}
