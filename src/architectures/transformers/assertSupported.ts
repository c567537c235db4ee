import type { ModelConfig } from '../architecture';
import { type UnsupportedKind, unsupportedNetwork } from './unsupportedNetwork';

/** The keys of configurations with the number of experts. */
const EXPERTS = ['num_experts', 'num_local_experts', 'n_routed_experts', 'moe_num_experts'];

/** Throws if a configuration is that of a mixture of experts, of quantised weights or of an adapter. */
export function assertSupported(config: ModelConfig): void {
  const experts = EXPERTS.find((key) => typeof config[key] === 'number' && config[key] > 1);
  if (experts !== undefined) throw shownBy('a mixture of experts', experts, config);
  if (config.quantization_config) throw shownBy('quantised', 'quantization_config', config);
  if (config.peft_type) throw shownBy('an adapter', 'peft_type', config);
}

function shownBy(kind: UnsupportedKind, key: string, config: ModelConfig) {
  return unsupportedNetwork(kind, `the configuration has '${key}'`, {
    param: key,
    received: config[key],
  });
}
