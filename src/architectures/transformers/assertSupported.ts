import { invalid } from '../../errors';
import type { ModelConfig } from '../architecture';

/** The keys of configurations with the number of experts. */
const EXPERTS = ['num_experts', 'num_local_experts', 'n_routed_experts', 'moe_num_experts'];

/** Throws if a configuration is that of a mixture of experts, of quantised weights or of an adapter. */
export function assertSupported(config: ModelConfig): void {
  const experts = EXPERTS.find((key) => typeof config[key] === 'number' && config[key] > 1);
  if (experts !== undefined) throw unsupported('a mixture of experts', experts, config);
  if (config.quantization_config) throw unsupported('quantised', 'quantization_config', config);
  if (config.peft_type) throw unsupported('an adapter', 'peft_type', config);
}

function unsupported(what: keyof typeof remedies, key: string, config: ModelConfig) {
  return invalid(`the network is ${what}: the configuration has '${key}'`, remedies[what], {
    param: key,
    received: config[key],
  });
}

/** Remedies for the kinds of networks that no family describes. */
export const remedies = {
  'a mixture of experts': 'Derive its spec with traceSpec, or from an ONNX file',
  quantised: 'Pass the network before quantisation',
  'an adapter': 'Merge the adapter into its base network first',
} as const;
