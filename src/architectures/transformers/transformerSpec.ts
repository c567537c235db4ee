import { assertObject, assertOptions, assertText } from '../../checks';
import { named } from '../../errors';
import type { PermutationSpec } from '../../symmetry';
import type { ModelConfig } from '../architecture';
import { assertSupported } from './assertSupported';
import { findTransformer } from './findTransformer';
import { classOf, inFormOfClass } from './inFormOfClass';
import type { Transformer } from './transformer';
import { writeTransformer } from './writeTransformer';

/** Options of {@link transformerSpec}. */
export interface TransformerSpecOptions {
  /**
   * The prefix of the names, such as `'model.'` or `''`. Names of heads, such as `lm_head.weight`, have none.
   * Default: the prefix in checkpoints of a network with a head.
   */
  prefix?: string;
}

/**
 * The spec of a transformer with Hugging Face's names, from its configuration. The residual stream is a group.
 * Inside every layer, so are the heads of the attention, the dimensions inside each head and the units of the MLP.
 * Units whose order matters, such as dimensions with rotary positions, are fixed; `explainSpec` prints the reasons.
 *
 * Biases, buffers and heads are optional, so one spec fits checkpoints with and without them. The embedding counts as
 * tied to the head, so as both a producer and a consumer, unless `tie_word_embeddings` of the configuration is false.
 *
 * @param type - The `model_type` of the configuration, such as `'llama'`.
 * @param config - The contents of `config.json`.
 * @param options - All have defaults.
 * @throws InvalidInputError if the type is unknown, the configuration lacks a size, has a wrong one or more than 2000
 * layers in all, or it is that of a mixture of experts, of quantised weights or of an adapter.
 *
 * @example
 * ```ts
 * import { explainSpec, transformerSpec } from 'perm-lmc';
 *
 * const config = {
 *   hidden_size: 2048, num_hidden_layers: 22, num_attention_heads: 32, num_key_value_heads: 4,
 * };
 * const spec = transformerSpec('llama', config);
 * spec.groups.map(({ name }) => name); // stream, kvHeads.0, heads.0, values.0, mlp.0, kvHeads.1 …
 * explainSpec(spec); // … RoPE rotates each dimension of queries and keys by an angle of its own: …
 * ```
 */
export function transformerSpec(
  type: string,
  config: ModelConfig,
  options: TransformerSpecOptions = {},
): PermutationSpec {
  return named('transformerSpec', () => {
    assertObject('config', config, 'Pass the contents of config.json, parsed');
    assertOptions(options, { prefix: true });
    assertText('type', type, "Pass the model_type of the configuration, such as 'llama'");
    assertSupported(config);
    const family = inFormOfClass(findTransformer(type, config), config);
    const { prefix = family.prefixes[0] } = options;
    assertText('prefix', prefix, `Leave it out for '${family.prefixes[0]}'`);
    return writeTransformer(family, family.sizes(config), prefix, isTied(family, config));
  });
}

/** True if the head of the configuration's class is its embedding. Without a class it may be. */
function isTied({ tied }: Transformer, config: ModelConfig): boolean {
  if (config.tie_word_embeddings === false) return false;
  const ownClass = classOf(config);
  return (
    tied?.reads === undefined ||
    ownClass === undefined ||
    /(MaskedLM|PreTraining|LMHeadModel|CausalLM)$/.test(ownClass)
  );
}
